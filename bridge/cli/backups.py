"""``bridge backup`` and ``bridge restore``: everything in one file, and back from it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli import options, show
from bridge.domain import sizes
from bridge.domain.errors import Invalid
from bridge.domain.wording import counted

if TYPE_CHECKING:
    from bridge.admin.operations.backup import Backup
    from bridge.admin.operations.restoring import Restored

WithKeys = Annotated[
    bool,
    typer.Option(
        "--with-keys", help="The keys, too: whoever has the file can then read tokens and encrypted contents."
    ),
]


def backup(
    target: Annotated[
        Path,
        typer.Argument(metavar="FILE|FOLDER", help="A new file; in a folder it is named by the moment."),
    ],
    *,
    with_keys: WithKeys = False,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Write ledger and files to one file, while the server goes on."""
    from bridge.admin.operations import backup as operation

    with options.at_desk(config, why=why) as desk:
        done = operation.take(desk, target=target, with_keys=with_keys)
        keys_dir = desk.settings.keys_dir
    if as_json:
        show.as_json(_backup_record(done))
    else:
        _tell_backup(done, keys_dir)


def restore(
    source: Annotated[str, typer.Argument(metavar="FILE", help="A backup; - for standard input.")],
    *,
    is_check: Annotated[
        bool, typer.Option("--check", help="Only prove that the file is whole; nothing is written.")
    ] = False,
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="Go on although the keys are lost.")
    ] = False,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Put a backup into an empty place; sending stays stopped until an operator resumes it."""
    from bridge.admin.operations import restoring
    from bridge.config import operator_name
    from bridge.domain.audit import Actor, Way, check_why
    from bridge.runtime.clock import SystemClock

    name = "standard input" if source == "-" else Path(source).name
    actor = Actor(who=operator_name(), way=Way.CLI, why=None if why is None else check_why(why))
    with _opened(source) as opened:
        if is_check:
            _tell_check(restoring.check_backup(opened, name=name), name=name, as_json=as_json)
            return
        settings = options.load_settings(config)
        done = restoring.restore(
            settings, clock=SystemClock(), actor=actor, source=opened, name=name, without_keys=without_keys
        )
    if as_json:
        show.as_json(_restored_record(done))
    else:
        _tell_restored(done)


@contextmanager
def _opened(source: str) -> Iterator[IO[bytes]]:
    if source == "-":
        yield sys.stdin.buffer
        return
    try:
        file = Path(source).open("rb")  # noqa: SIM115  what goes wrong later is no fault of the opening
    except OSError as error:
        raise Invalid(f"{source} cannot be read: {error.strerror}") from error
    with file:
        yield file


def _backup_record(done: "Backup") -> dict[str, Any]:
    return {
        "file": str(done.path),
        "taken_at": done.taken_at.isoformat(),
        "files": done.files,
        "bytes": done.size,
        "has_ledger": done.has_ledger,
        "has_keys": done.has_keys,
        "missing": list(done.missing),
    }


def _tell_backup(done: "Backup", keys_dir: Path) -> None:
    show.say(
        f"{show.inert(done.path)}: all that was accepted until {show.moment(done.taken_at)}, "
        f"{counted(done.files, 'file')}, {sizes.size(done.size)}"
    )
    if not done.has_ledger:
        show.say("The ledger is not in it: it is PostgreSQL's.  Run pg_dump first, and this right after it.")
    if not done.has_keys:
        show.say(
            f"Keys are not in it: keep a copy of {show.inert(keys_dir.absolute())} elsewhere.  Without them "
            "stored tokens and encrypted files cannot be read, and senders see another host key."
        )
    _tell_missing(done.missing)


def _tell_missing(missing: tuple[str, ...]) -> None:
    if missing:
        show.say(
            f"{counted(len(missing), 'file')} went while it was taken; what still needs what went "
            "will be held as damaged."
        )


def _tell_check(manifest: Any, *, name: str, as_json: bool) -> None:
    if as_json:
        show.as_json(dict(manifest))
        return
    keys = "with" if manifest["has_keys"] else "without"
    show.say(
        f"{show.inert(name)} is whole: of {manifest['taken_at']}, {counted(manifest['files'], 'file')}, "
        f"{sizes.size(manifest['bytes'])}, {keys} keys, ledger on {manifest['ledger']}"
    )


def _restored_record(done: "Restored") -> dict[str, Any]:
    return {
        "taken_at": done.taken_at.isoformat(),
        "files": done.files,
        "bytes": done.size,
        "has_keys": done.has_keys,
        "foreign_keys": list(done.foreign_keys),
        "missing": list(done.missing),
        "held_deliveries": done.settled.held_deliveries,
        "held_uploads": done.settled.held_uploads,
        "going_again": done.settled.going_again,
        "stopped_lanes": list(done.settled.lanes),
        "senders": [
            {
                "account": one.account,
                "last_upload_at": None if one.last_upload_at is None else one.last_upload_at.isoformat(),
            }
            for one in done.settled.senders
        ],
    }


def _tell_restored(done: "Restored") -> None:
    settled, since = done.settled, show.moment(done.taken_at)
    show.say(f"restored: {counted(done.files, 'file')}, {sizes.size(done.size)}, as of {since}")
    for name in done.foreign_keys:
        show.say(
            f"{show.inert(name)} in keys_dir is not the one of the backup: what it sealed cannot be read"
        )
    if done.missing:
        show.say(
            f"{counted(len(done.missing), 'file is', 'files are')} not in the backup either; "
            "what needs what is missing is held as damaged"
        )
    show.say(f"\nUploads closed after {since} are lost.  Have sent again what was sent since:")
    for one in settled.senders:
        last = show.moment(one.last_upload_at) or "none"
        show.say(f"  {show.inert(one.account)}: last upload that is here: {last}")
    show.say(
        "Declarations and attachments may have reached Payt before the loss: look there before they go again."
    )
    show.say(
        "Lost as well: what operators did since (passwords, disabled accounts, erasures, cancelled files)."
    )
    show.say(
        f"\nHeld, for they may have gone since, and a second one would do harm (reason restored): "
        f"{settled.held_deliveries} deliveries, {settled.held_uploads} uploads"
    )
    show.say("  bridge delivery list --state held; bridge upload list --state held")
    show.say(f"Going again, for a second one only overwrites (PDF, UBL): {settled.going_again}")
    show.say("\nSending is stopped.  When you have looked:")
    for lane in settled.lanes:
        show.say(f"  bridge lane resume {show.inert(lane)}")
