"""Play the demonstration: start everything, send the samples, show what becomes of them."""

import asyncio
import shutil
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh
from rich.console import Console
from rich.live import Live
from rich.table import Table

from bridge.admin.operations import accounts, administrations, admins, delivery_search, upload_search
from bridge.admin.operations.desk import Desk
from bridge.app import Bridge
from bridge.config import load
from bridge.demo.samples import Sample, samples
from bridge.domain.audit import Actor, Way
from bridge.domain.errors import BridgeError
from bridge.domain.roles import Role
from bridge.runtime import logs
from bridge.runtime.clock import SystemClock
from bridge.sandbox import Sandbox

ACCOUNT, CODE, OTHER_CODE, OPERATOR = "demo", "DEMO", "OTHER", "you"
FOLDER = Path(".demo")
PORTS = {"sftp": 2222, "admin": 8080, "sandbox": 8800}
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.2


@dataclass(slots=True)
class Line:
    """What the screen says of one sample."""

    sample: Sample
    outcome: str = "…"
    sent_as: list[str] = field(default_factory=list)


def play(*, folder: Path = FOLDER, is_once: bool = False) -> None:
    """Run the demonstration until Ctrl-C, or only until every sample has met its end.

    Args:
        folder: where all of it lives; made afresh, removed at the end.
        is_once: end by itself.

    Raises:
        BridgeError: something could not start, or a sample did not arrive.
    """
    folder = folder.absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        with (folder / "bridge.log").open("w") as log_file:
            logs.configure("json", "info", stream=log_file)
            asyncio.run(_play(folder, is_once))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _play(folder: Path, is_once: bool) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    sandbox = Sandbox(port=_free_port("sandbox"), record=folder / "received")
    await sandbox.start()
    config = folder / "bridge.toml"
    config.write_text(
        f'data_dir = "{folder}/data"\nkeys_dir = "{folder}/keys"\n'
        f'[sftp]\nhost = "127.0.0.1"\nport = {_free_port("sftp")}\n'
        f"[admin]\nport = {_free_port('admin')}\n"
        f'[destination]\nbase_url = "{sandbox.url}"\n'
    )
    bridge = Bridge(load(config))
    ready = asyncio.Event()
    serving = asyncio.create_task(bridge.run(stopping, lambda _bridge: ready.set()))
    try:
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not serving.done():
            await _show(bridge, sandbox, config, stopping, is_once)
    finally:
        stopping.set()
        await serving
        await sandbox.stop()
        bridge.close()


async def _show(
    bridge: Bridge, sandbox: Sandbox, config: Path, stopping: asyncio.Event, is_once: bool
) -> None:
    console = Console(width=None if sys.stdout.isatty() else 120)
    desk = Desk(
        database=bridge.database,
        clock=SystemClock(),
        settings=load(config),
        actor=Actor(who="demo", way=Way.CLI),
    )
    for code in (CODE, OTHER_CODE):
        await asyncio.to_thread(administrations.add, desk, code=code)
    made = await asyncio.to_thread(accounts.add, desk, name=ACCOUNT, administration_codes=[CODE, OTHER_CODE])
    password = made.generated_password or ""
    operator = await asyncio.to_thread(admins.add, desk, name=OPERATOR, role=Role.OPERATOR)
    await bridge.sftp.refresh()
    console.print(
        f"[bold]The bridge runs on this machine.[/] SFTP on 127.0.0.1:{bridge.sftp.port}, the console on "
        f"http://127.0.0.1:{bridge.admin.port}, a strict stand-in for Payt on {sandbox.url} "
        "(three files a second, as Payt).\nA client logs in over SFTP now and uploads:"
    )
    sending = asyncio.create_task(_send(bridge.sftp.port, password))
    lines = [Line(sample) for sample in samples(OTHER_CODE)]
    stopped = asyncio.create_task(stopping.wait())
    with Live(console=console, refresh_per_second=8, transient=not console.is_terminal) as live:
        until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while not stopped.done() and asyncio.get_running_loop().time() < until:
            done = await asyncio.to_thread(_look, desk, lines)
            live.update(_table(lines))
            if done and sending.done():
                break
            await asyncio.wait({stopped}, timeout=LOOK_SECONDS)
    if not console.is_terminal:
        console.print(_table(lines))
    await sending
    taken, refused = len(sandbox.accepted), len(sandbox.received) - len(sandbox.accepted)
    console.print(f"\nThe stand-in took {taken} files and refused {refused}.")
    if any(line.outcome in {"…", "waiting", "being sent"} for line in lines) and not stopped.done():
        raise BridgeError(
            f"not every sample met its end within {PATIENCE_SECONDS:.0f} s; see {config.parent}/bridge.log"
        )
    if not is_once and not stopped.done():
        console.print(_next_steps(bridge, config, password, operator.generated_password or ""))
        await stopped
    stopped.cancel()


async def _send(port: int, password: str) -> None:
    """Upload the samples over a real SFTP connection."""
    async with (
        asyncssh.connect(
            "127.0.0.1",
            port,
            username=ACCOUNT,
            password=password,
            known_hosts=None,
            config=None,
            client_keys=None,
        ) as connection,
        connection.start_sftp_client() as client,
    ):
        for sample in samples(OTHER_CODE):
            with suppress(asyncssh.SFTPPermissionDenied):  # one of them can never be delivered
                async with client.open(sample.path, "wb") as file:
                    await file.write(sample.content)


def _look(desk: Desk, lines: list[Line]) -> bool:
    """Bring *lines* up to date from the ledger; whether all have met their end."""
    found = {report.upload.path: report for report in upload_search.search(desk).files}
    for line in lines:
        report = found.get(line.sample.path)
        if report is not None:
            line.outcome = report.outcome
            sent = delivery_search.of_upload(desk, upload_id=report.upload.id).files
            line.sent_as = sorted({f"{d.administration}: {d.document.kind}" for d in sent})
    return all(line.outcome in {"delivered", "held", "refused"} for line in lines)


def _table(lines: list[Line]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("uploaded", "became", "for whom and what", "which shows"):
        table.add_column(heading, overflow="fold")
    colours = {"delivered": "green", "held": "yellow", "refused": "red"}
    for line in lines:
        colour = colours.get(line.outcome, "dim")
        table.add_row(
            line.sample.path,
            f"[{colour}]{line.outcome}[/]",
            ", ".join(line.sent_as),
            line.sample.shows,
        )
    return table


def _next_steps(bridge: Bridge, config: Path, password: str, operator_password: str) -> str:
    return (
        "\n[bold]What to try next[/]\n"
        f"  http://127.0.0.1:{bridge.admin.port}/      the console; sign in as [bold]{OPERATOR}[/] with "
        f"[bold]{operator_password}[/]\n"
        f"  sftp -P {bridge.sftp.port} {ACCOUNT}@127.0.0.1      password: [bold]{password}[/]\n"
        "      put a file, ls, put a zip; look at what arrives in "
        f"{config.parent}/received/\n"
        "  and from another terminal in this folder:\n"
        f"  bridge --config {config} upload list    what became of each upload, and why\n"
        f"  bridge --config {config} upload show 7  one upload with its reason and what to do\n"
        f"  bridge --config {config} lane pause      stop sending; upload more; then: lane resume\n"
        f"  curl http://127.0.0.1:{bridge.admin.port}/health/ready\n"
        "(bridge is .venv/bin/bridge if you came by deploy/demo.)\n"
        f"Ctrl-C ends it and removes {config.parent}."
    )


def _free_port(name: str) -> int:
    """Return the usual port, or 0 (any free one) if somebody has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind(("127.0.0.1", PORTS[name]))
            return PORTS[name]
    return 0
