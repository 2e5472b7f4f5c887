"""From our errors to SFTP's: one table, and nothing unplanned reaches the client as text (threats A8)."""

import secrets
from collections.abc import Awaitable, Callable, Coroutine
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, TypeVar

import asyncssh
import structlog

from bridge.domain.errors import (
    AlreadyThere,
    BridgeError,
    Conflict,
    Invalid,
    NoSpace,
    NotFound,
    Refused,
    Unavailable,
)
from bridge.domain.names import printable

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")

log = structlog.get_logger()

_REPLIES: dict[type[BridgeError], type[asyncssh.SFTPError]] = {
    NotFound: asyncssh.SFTPNoSuchFile,
    Refused: asyncssh.SFTPPermissionDenied,
    AlreadyThere: asyncssh.SFTPFileAlreadyExists,
    Conflict: asyncssh.SFTPFailure,
    Invalid: asyncssh.SFTPFailure,
    NoSpace: asyncssh.SFTPNoSpaceOnFilesystem,
    Unavailable: asyncssh.SFTPFailure,
}


def reply_to(error: Exception) -> asyncssh.SFTPError:
    """Return the SFTP error for *error*, and log it; an unplanned one gets an incident number."""
    if isinstance(error, asyncssh.SFTPError):
        return error
    if isinstance(error, BridgeError):
        _log(error)
        for family, reply in _REPLIES.items():
            if isinstance(error, family):
                # mypy sees the base class, whose constructor takes a code first; these take only the text.
                return reply(error.public)  # type: ignore[call-arg,arg-type]
    incident = secrets.token_hex(4)
    log.error("sftp request failed unexpectedly", incident=incident, exc_info=error)
    return asyncssh.SFTPFailure(f"internal error, incident {incident}")


def _log(error: BridgeError) -> None:
    if isinstance(error, Unavailable):
        log.warning("sftp request failed", error=str(error))
    elif not isinstance(error, NotFound | AlreadyThere):  # clients ask for what is not there all day
        log.info("sftp request refused", why=printable(str(error)))


def replying(
    method: Callable[Concatenate[S, P], Awaitable[T]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Let a request handler raise our errors; the client gets SFTP's."""

    async def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await method(self, *args, **kwargs)
        except Exception as error:
            raise reply_to(error) from error

    update_wrapper(call, method)
    return call
