"""``bridge sandbox``: the strict stand-in for Payt's endpoints, alone."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import show
from bridge.domain import sizes
from bridge.domain.errors import Unavailable

if TYPE_CHECKING:
    from bridge.sandbox import Received

DEFAULT_PORT = 8800


def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = DEFAULT_PORT,
    record: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep what arrives in this folder.", show_default=False),
    ] = None,
) -> None:
    """Run a strict stand-in for Payt's endpoints until Ctrl-C; a line per request."""
    asyncio.run(_run(port=port, record=record))


async def _run(*, port: int, record: Path | None) -> None:
    from bridge.sandbox import Sandbox

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    payt = Sandbox(port=port, record=record, on_received=_tell)
    try:
        await payt.start()
    except OSError as error:
        raise Unavailable(f"sandbox: cannot listen on port {port}: {error.strerror}; try --port 0") from error
    try:
        show.say(f"sandbox at {payt.url}; give it to the bridge as destination.base_url")
        sys.stdout.flush()
        await stopping.wait()
    finally:
        await payt.stop()


def _tell(received: "Received") -> None:
    """Print a line for a request."""
    when = f"{received.received_at.astimezone():%H:%M:%S}"
    whom = received.administration_code or received.administration_id
    size = sizes.size(received.size)
    what = "" if received.filename is None else f" {received.filename} ({size}) for {whom}"
    show.say(show.inert(f"{when}  {received.status}  {received.path}{what}: {received.text}"))
    sys.stdout.flush()
