"""Logs: a fixed event text and fields, on standard error; JSON unless a person reads along."""

import logging
import sys
from typing import Literal, TextIO

import orjson
import structlog

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure(
    form: Literal["auto", "text", "json"],
    level: Literal["debug", "info", "warning", "error"],
    *,
    stream: TextIO | None = None,
) -> None:
    """Set up structlog to write to *stream* (standard error); the libraries speak only of trouble."""
    stream = stream or sys.stderr
    is_text = form == "text" or (form == "auto" and stream.isatty())
    renderer: structlog.typing.Processor
    if is_text:
        # Its own choice of tracebacks shows the values of variables, and with them tokens and passwords.
        renderer = structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    else:
        renderer = structlog.processors.JSONRenderer(serializer=_dumps)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            *([] if is_text else [structlog.processors.format_exc_info]),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=stream, level=logging.WARNING, format="%(name)s: %(message)s")
    for name in ("asyncssh", "uvicorn", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL if name == "asyncssh" else logging.WARNING)


def _dumps(value: object, **_options: object) -> str:
    return orjson.dumps(value, default=str).decode()
