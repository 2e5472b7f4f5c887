"""``bridge account export`` and ``bridge account erase``: what is kept about a tenant, and its end."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from bridge.cli import options, show
from bridge.cli.accounts import Name
from bridge.domain.errors import AlreadyThere, Invalid, Unavailable
from bridge.domain.wording import counted

app = typer.Typer()


@app.command("export")
def export(
    name: Name,
    target: Annotated[
        str, typer.Argument(metavar="FILE.zip", help="A new file; - for standard output.", show_default=False)
    ],
    *,
    with_files: Annotated[
        bool, typer.Option("--with-files", help="Also the contents that are still kept.")
    ] = False,
    why: options.Why = None,
    config: options.Config = None,
) -> None:
    """Write everything that is kept about the account to a zip of JSON lines."""
    from bridge.admin.operations import exporting

    with options.at_desk(config, why=why) as desk, _opened(target) as file:
        done = exporting.export(desk, name=name, target=file, with_files=with_files)
    gone = f"; the contents of {counted(done.gone, 'file')} were removed meanwhile" if done.gone else ""
    text = f"account {name}: {counted(done.records, 'record')}, {counted(done.files, 'file')}{gone}"
    (show.note if target == "-" else show.say)(show.inert(text))


@contextmanager
def _opened(target: str) -> Iterator[IO[bytes]]:
    """Open what comes to its place only when it is whole; for this user only."""
    if target == "-":
        yield sys.stdout.buffer
        return
    path = Path(target)
    if path.exists():
        raise AlreadyThere(f"{target} is there already")
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unavailable(f"{target} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


@app.command("erase")
def erase(
    name: Name,
    *,
    is_meant: Annotated[bool, typer.Option("--yes", help="It cannot be undone.")] = False,
    cancel_waiting: Annotated[
        bool, typer.Option("--cancel-waiting", help="What waits to be sent is cancelled.")
    ] = False,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Remove contents and names of a disabled account for good; states, sizes and hashes stay."""
    from bridge.admin.operations import erasing

    if not is_meant:
        raise Invalid(f"this cannot be undone; when it is meant: bridge account erase {name} --yes")
    with options.at_desk(config, why=why) as desk:
        done = erasing.erase(desk, name=name, cancels_waiting=cancel_waiting)
    if as_json:
        show.as_json(erasing.record(done))
        return
    show.say(
        show.inert(
            f"account {name} erased: {counted(done.uploads, 'upload')}, "
            f"{counted(done.documents, 'document')}, {counted(done.logins, 'log-in')}, "
            f"{counted(done.files, 'file')}; {done.cancelled} cancelled.  "
            f"It is called {done.name} from now on."
        )
    )
    show.say("Backups still have it until they are removed; after a restore, erase it again.")
