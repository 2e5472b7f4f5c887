"""Restore: a backup into an empty place, so that nothing it promised is lost and nothing is sent twice.

Everything is written beside its place and proved whole first; the ledger comes to its place last, with all
that must not go by itself held and every lane stopped.  A server cannot run meanwhile.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from bridge.admin.operations import backup_file
from bridge.admin.operations.backup import key_marks
from bridge.config import Settings
from bridge.domain.audit import Actor, Deed, signed
from bridge.domain.clock import Clock
from bridge.domain.errors import Conflict, Invalid, Unavailable
from bridge.domain.roles import check
from bridge.ledger import audit, blobs, copying, migrating, restored
from bridge.ledger.database import Database, Transaction
from bridge.ledger.restored import Settled
from bridge.runtime.node import Node

_PIECE = 1024 * 1024  # bytes
_BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a ledger, and reads when it is opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What is there now."""

    taken_at: datetime  # what happened later is lost
    files: int
    size: int  # bytes
    has_keys: bool  # False: those that were in place are used
    foreign_keys: tuple[str, ...]  # key files in place that are not those of the backup
    missing: tuple[str, ...]  # blobs that the ledger names and that are in neither
    settled: Settled


def check_backup(source: IO[bytes], *, name: str) -> Mapping[str, Any]:
    """Return the manifest of a backup that is whole; raise `Invalid`."""
    return backup_file.read(source, name=name, sink=lambda _name, _content: None)


def restore(
    settings: Settings,
    *,
    clock: Clock,
    actor: Actor,
    source: IO[bytes],
    name: str,
    without_keys: bool = False,
) -> Restored:
    """Put the backup *source* into the empty place that *settings* name.

    Where the ledger is a database server's, its own backup is restored there before.

    Args:
        settings: where to.
        clock: for the moment at which what waits is held.
        actor: who does it, for the audit trail.
        source: the backup, read once from its beginning.
        name: of it, for messages and the audit trail.
        without_keys: go on although neither the backup nor ``keys_dir`` has the keys.

    Raises:
        Conflict: something is there already, or a server runs.
        Invalid: it is no backup, is damaged, or is of another sort of ledger.
        Unavailable: it cannot be written.
    """
    deed = Deed(act="restore", subject=f"backup:{name}")
    check(actor, deed)
    node = Node(settings.data_dir)
    try:
        place = _Place(settings)
        try:
            manifest = backup_file.read(source, name=name, sink=place.take)
            return _finish(settings, place, manifest, clock=clock, actor=actor, deed=deed, lax=without_keys)
        except OSError as error:
            raise Unavailable(f"{error.filename}: {error.strerror or error}") from error
        finally:
            place.clear()
    finally:
        node.close()


class _Place:
    """Where the files of a backup are written until all of them are proved whole."""

    def __init__(self, settings: Settings) -> None:
        self.ledger = copying.sqlite_file(settings.ledger_url)  # where it will be; None: in a database server
        # Until then, on the same disk.
        self.ledger_draft = self.ledger and self.ledger.with_name(f"{self.ledger.name}.restoring")
        self.spool = settings.spool_folder
        self.keys_dir = settings.keys_dir
        self.draft = self.spool / "restoring"
        self.keys: dict[str, bytes] = {}
        self._check_no_ledger()
        blobs_there = self.spool / "blobs"
        if blobs_there.exists() and any(blobs_there.iterdir()):
            raise Conflict(f"there are files already in {blobs_there}; a restore needs an empty place")
        self.clear()
        try:
            (self.draft / "blobs").mkdir(mode=0o700, parents=True)
            if self.ledger is not None:
                self.ledger.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"{error.filename}: {error.strerror}") from error

    def take(self, name: str, content: IO[bytes]) -> None:
        """Write one file; keys stay in memory until they are wanted."""
        if name.startswith(backup_file.KEYS):
            self.keys[name.removeprefix(backup_file.KEYS)] = content.read(_PIECE)
            return
        if name == backup_file.LEDGER:
            if self.ledger_draft is None:
                raise Invalid("this backup has a SQLite ledger, and ledger.url is of a database server")
            path = self.ledger_draft
        else:
            path = self.draft / "blobs" / name.removeprefix(backup_file.BLOBS)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            shutil.copyfileobj(content, file, _PIECE)

    def put_keys(self) -> None:
        """Write the keys to their folder."""
        self.keys_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in self.keys.items():
            if (self.keys_dir / name).exists():  # an earlier restore was interrupted; it is the same
                continue
            descriptor = os.open(
                self.keys_dir / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600
            )
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)

    def put_all(self) -> None:
        """Bring blobs and then the ledger to their places, durable."""
        os.sync()  # one for a million files; it returns when all is written
        self.spool.joinpath("blobs").mkdir(mode=0o700, exist_ok=True)
        (self.draft / "blobs").replace(self.spool / "blobs")
        if self.ledger is not None and self.ledger_draft is not None:
            os.sync()
            self._check_no_ledger()  # again: restoring takes minutes
            self.ledger_draft.replace(self.ledger)
        os.sync()

    def _check_no_ledger(self) -> None:
        """Raise `Conflict` if there is a ledger, or what SQLite keeps beside one.

        A write-ahead log that was left there is of another ledger, and the next to open would write its pages
        into the restored one: what a restore holds would go.
        """
        if self.ledger is None:
            return
        there = [self.ledger, *(self.ledger.with_name(self.ledger.name + end) for end in _BESIDE)]
        if found := [str(path) for path in there if path.exists() or path.is_symlink()]:
            raise Conflict(
                f"there is a ledger already, or what is left of one: {', '.join(found)}; a restore needs an "
                "empty place. If nobody needs it, move all of these away together: they belong to each other"
            )

    def clear(self) -> None:
        """Remove what did not come to its place."""
        shutil.rmtree(self.draft, ignore_errors=True)
        if self.ledger_draft is not None:
            for end in ("", *_BESIDE):
                self.ledger_draft.with_name(self.ledger_draft.name + end).unlink(missing_ok=True)


def _finish(
    settings: Settings,
    place: _Place,
    manifest: Mapping[str, Any],
    *,
    clock: Clock,
    actor: Actor,
    deed: Deed,
    lax: bool,
) -> Restored:
    if manifest["ledger"] != ("postgresql" if place.ledger is None else "sqlite"):
        raise Invalid(
            f"this backup is of a ledger on {manifest['ledger']}; set ledger.url to one, and restore that "
            "with the database's own tools first"
        )
    foreign = _check_keys(place, manifest, lax=lax)
    taken_at = datetime.fromisoformat(manifest["taken_at"])
    draft = place.ledger_draft
    url = settings.ledger_url if draft is None else f"sqlite:///{draft.absolute()}"
    detail = f"the backup of {taken_at:%Y-%m-%d %H:%M:%S} UTC was made"
    there = {path.name for path in (place.draft / "blobs").iterdir()}

    def write(ledger: Transaction) -> tuple[Settled, set[str]]:
        settled = restored.settle(ledger, now=clock.now(), detail=detail, is_shared=draft is None)
        audit.add(ledger, acts=[signed(deed, by=actor, at=clock.now())])
        return settled, blobs.needed(ledger) - there

    database = Database(url)
    try:
        migrating.upgrade(database)
        settled, missing = database.write_now(write)
    finally:
        database.close()
    if place.keys:
        place.put_keys()
    place.put_all()
    return Restored(
        taken_at=taken_at,
        files=manifest["files"],
        size=manifest["bytes"],
        has_keys=bool(place.keys),
        foreign_keys=foreign,
        missing=tuple(sorted(missing)),
        settled=settled,
    )


def _check_keys(place: _Place, manifest: Mapping[str, Any], *, lax: bool) -> tuple[str, ...]:
    """Return the key files in place that differ from the backup's."""
    here = key_marks(place.keys_dir) if place.keys_dir.exists() else {}
    if place.keys:
        if any(here[name] != manifest["keys"][name] for name in place.keys if name in here):
            raise Conflict(
                f"there are keys already in {place.keys_dir}, and the backup has its own; move them"
            )
        return ()
    lacking = sorted(set(manifest["keys"]) - set(here))
    if lacking and not lax:
        raise Conflict(
            f"the backup has no keys, and {place.keys_dir} lacks {', '.join(lacking)}: put them there first. "
            " If they are lost, --without-keys: stored import tokens must then be entered again, senders see "
            "another host key, and encrypted files cannot be read"
        )
    return tuple(
        name
        for name, marks in sorted(manifest["keys"].items())
        if name in here and not {*marks} <= {*here[name]}
    )
