"""The account's folder tree as its client sees it: a view; nothing is lost when an entry goes.

History and responsibility are in ``uploads`` and ``documents``.  A change here reaches an upload only
while it is still the client's to change: partial, parked, or spooled and not yet taken by intake.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.clock import Clock
from bridge.domain.errors import AlreadyThere, Conflict, NotFound
from bridge.domain.names import is_temporary
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import OPEN_TO_CLIENT, UploadId, UploadState
from bridge.ledger.arrival import next_arrival
from bridge.ledger.columns import Moment
from bridge.ledger.entries import Entry, at, find, page, put_file, put_files
from bridge.ledger.schema import accounts, entries, uploads

__all__ = [
    "Entry",
    "find",
    "forget",
    "hide",
    "lock",
    "make_folder",
    "page",
    "put_file",
    "put_files",
    "remove_file",
    "remove_folder",
    "rename_file",
    "rename_folder",
    "set_modified",
    "withdraw",
]

_LOCK = sa.select(accounts.c.id).where(accounts.c.id == sa.bindparam("this")).with_for_update(key_share=True)
_WITHDRAW = sa.update(uploads).where(
    uploads.c.id == sa.bindparam("this"), uploads.c.state.in_(OPEN_TO_CLIENT)
)


def lock(connection: Connection, *, account_id: AccountId) -> None:
    """Let changes of one account's tree happen one after another, until the transaction ends.

    Otherwise two uploads of one name could both believe that there was none before.  SQLite has one
    writer anyway.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(_LOCK, {"this": account_id})


def make_folder(
    connection: Connection, *, account_id: AccountId, folder: str, name: str, now: datetime
) -> None:
    """Make a folder; raise `AlreadyThere` if the name is taken."""
    lock(connection, account_id=account_id)
    if find(connection, account_id=account_id, folder=folder, name=name):
        raise AlreadyThere(f"{folder}/{name} exists")
    connection.execute(
        sa.insert(entries).values(
            account_id=account_id,
            folder=folder,
            name=name,
            is_folder=True,
            is_listed=True,
            size=0,
            modified_at=now,
        )
    )


def remove_folder(connection: Connection, *, account_id: AccountId, folder: str, name: str) -> None:
    """Remove an empty folder; raise `NotFound` or `Conflict`."""
    lock(connection, account_id=account_id)
    entry = find(connection, account_id=account_id, folder=folder, name=name)
    if entry is None or not entry.is_folder:
        raise NotFound(f"no folder {folder}/{name}")
    path = f"{folder.rstrip('/')}/{name}"
    if page(connection, account_id=account_id, folder=path, limit=1):
        raise Conflict(f"{path} is not empty", public="the folder is not empty")
    connection.execute(sa.delete(entries).where(entries.c.account_id == account_id, entries.c.folder == path))
    connection.execute(sa.delete(entries).where(at(account_id, folder, name)))


def remove_file(
    connection: Connection, *, account_id: AccountId, folder: str, name: str, now: datetime
) -> list[str]:
    """Remove a file from the tree and return the blobs that nobody needs any more.

    What intake has already taken is delivered all the same.

    Raises:
        NotFound: there is no such file.
    """
    lock(connection, account_id=account_id)
    entry = find(connection, account_id=account_id, folder=folder, name=name)
    if entry is None or entry.is_folder:
        raise NotFound(f"no file {folder}/{name}")
    connection.execute(sa.delete(entries).where(at(account_id, folder, name)))
    return withdraw(connection, entry=entry, reason=ReasonCode.REMOVED_BY_CLIENT, now=now)


def withdraw(connection: Connection, *, entry: Entry, reason: ReasonCode, now: datetime) -> list[str]:
    """Take back the upload of *entry* if it is still the client's to change; return the blobs it frees."""
    if entry.upload_id is None or entry.state not in OPEN_TO_CLIENT:
        return []
    result = connection.execute(
        _WITHDRAW,
        {
            "this": entry.upload_id,
            "state": UploadState.WITHDRAWN,
            "reason": reason,
            "blob": None,
            "finished_at": now,
        },
    )
    return [entry.blob] if result.rowcount and entry.blob else []


def rename_file(
    connection: Connection,
    *,
    account_id: AccountId,
    old: tuple[str, str],
    new: tuple[str, str],
    clock: Clock,
    settle: timedelta,
) -> list[str]:
    """Move a file from *old* to *new* (folder, name), over whatever file is there; return the freed blobs.

    An upload that waits counts from now on under its new name.  One that was held or refused is looked at
    again: the new name may say what it is.  One that intake accepted keeps its deliveries; only the view
    changes.

    Raises:
        NotFound: *old* is no file.
        AlreadyThere: *new* is a folder.
        Conflict: *old* is a partial upload, which a rename would make look whole.
    """
    lock(connection, account_id=account_id)
    now = clock.now()
    entry = find(connection, account_id=account_id, folder=old[0], name=old[1])
    if entry is None or entry.is_folder:
        raise NotFound(f"no file {old}")
    if entry.state is UploadState.PARTIAL:
        raise Conflict(
            f"{old} is partial",
            public="this upload was interrupted; resume it or send it again before renaming it",
        )
    if old == new:
        return []
    target = find(connection, account_id=account_id, folder=new[0], name=new[1])
    freed: list[str] = []
    if target is not None:
        if target.is_folder:
            raise AlreadyThere(f"{new} is a folder", public="a folder of that name exists")
        freed = withdraw(connection, entry=target, reason=ReasonCode.OVERWRITTEN_BY_CLIENT, now=now)
        connection.execute(sa.delete(entries).where(at(account_id, *new)))
    connection.execute(
        sa.update(entries).where(at(account_id, *old)).values(folder=new[0], name=new[1], is_listed=True)
    )
    _move_upload(connection, entry=entry, new=new, now=now, ready_at=now + settle)
    return freed


def _move_upload(
    connection: Connection, *, entry: Entry, new: tuple[str, str], now: datetime, ready_at: datetime
) -> None:
    state = UploadState.PARKED if is_temporary(new[1]) else UploadState.SPOOLED
    move = (
        sa.update(uploads)
        .where(uploads.c.id == entry.upload_id)
        .values(folder=new[0], name=new[1], state=state, **_afresh(now, ready_at))
    )
    decided = uploads.c.state.in_([UploadState.HELD, UploadState.REFUSED])
    if entry.blob is not None and state is UploadState.SPOOLED:  # it keeps its place in the order of arrival
        connection.execute(move.where(decided))
    waiting = uploads.c.state.in_([UploadState.PARKED, UploadState.SPOOLED])
    if entry.state in {UploadState.PARKED, UploadState.SPOOLED}:
        connection.execute(move.where(waiting).values(arrival=next_arrival(sa.literal(now, Moment))))


def _afresh(now: datetime, ready_at: datetime) -> dict[str, Any]:
    """The columns of an upload that intake is to look at as if it had just come."""
    return {"closed_at": now, "ready_at": ready_at, "finished_at": None, "reason": None, "detail": None}


def rename_folder(
    connection: Connection,
    *,
    account_id: AccountId,
    old: tuple[str, str],
    new: tuple[str, str],
    clock: Clock,
    settle: timedelta,
) -> None:
    """Move a folder with all that is in it; its uploads are moved as `rename_file` moves one.

    Raises:
        NotFound: *old* is no folder.
        AlreadyThere: *new* is taken.
        Conflict: *new* lies inside *old*.
    """
    lock(connection, account_id=account_id)
    now = clock.now()
    entry = find(connection, account_id=account_id, folder=old[0], name=old[1])
    if entry is None or not entry.is_folder:
        raise NotFound(f"no folder {old}")
    old_path, new_path = f"{old[0].rstrip('/')}/{old[1]}", f"{new[0].rstrip('/')}/{new[1]}"
    if old_path == new_path:
        return
    if find(connection, account_id=account_id, folder=new[0], name=new[1]):
        raise AlreadyThere(f"{new_path} exists")
    if f"{new_path}/".startswith(f"{old_path}/"):
        raise Conflict("a folder cannot move into itself", public="a folder cannot move into itself")
    connection.execute(sa.update(entries).where(at(account_id, *old)).values(folder=new[0], name=new[1]))
    connection.execute(
        sa.update(entries)
        .where(entries.c.account_id == account_id, _is_in(old_path))
        .values(folder=_with_start(entries.c.folder, old_path, new_path))
    )
    _move_uploads(
        connection, account_id=account_id, start=(old_path, new_path), now=now, ready_at=now + settle
    )


def _move_uploads(
    connection: Connection,
    *,
    account_id: AccountId,
    start: tuple[str, str],
    now: datetime,
    ready_at: datetime,
) -> None:
    shown = sa.select(entries.c.upload_id).where(entries.c.account_id == account_id, _is_in(start[1]))
    move = (
        sa.update(uploads).where(uploads.c.id.in_(shown)).values(folder=_with_start(uploads.c.folder, *start))
    )
    incomplete = uploads.c.state.in_([UploadState.PARTIAL, UploadState.PARKED])
    connection.execute(move.where(incomplete))
    decided = uploads.c.state.in_([UploadState.HELD, UploadState.REFUSED])
    to_take = sa.or_(uploads.c.state == UploadState.SPOOLED, sa.and_(decided, uploads.c.blob.is_not(None)))
    connection.execute(move.where(to_take).values(state=UploadState.SPOOLED, **_afresh(now, ready_at)))


def _is_in(path: str) -> sa.ColumnElement[bool]:
    # Not LIKE: names may have % and _ in them.
    below = sa.func.substr(entries.c.folder, 1, len(path) + 1) == f"{path}/"
    return sa.or_(entries.c.folder == path, below)


def _with_start(folder: sa.Column[str], old: str, new: str) -> sa.ColumnElement[str]:
    return sa.literal(new).concat(sa.func.substr(folder, len(old) + 1))


def hide(connection: Connection, *, account_id: AccountId, upload_id: UploadId) -> None:
    """List an unpacked archive no more; a client that asks for it by name still finds it."""
    connection.execute(
        sa.update(entries)
        .where(entries.c.account_id == account_id, entries.c.upload_id == upload_id)
        .values(is_listed=False)
    )


def forget(connection: Connection, *, upload_ids: Iterable[UploadId]) -> None:
    """Show the files of these uploads no more: their retention has ended."""
    connection.execute(sa.delete(entries).where(entries.c.upload_id.in_(list(upload_ids))))


def set_modified(
    connection: Connection, *, account_id: AccountId, folder: str, name: str, modified_at: datetime
) -> None:
    """Keep the time that a client set; it is shown to it again, and says how old a data file is."""
    connection.execute(sa.update(entries).where(at(account_id, folder, name)).values(modified_at=modified_at))
    its_upload = sa.select(entries.c.upload_id).where(at(account_id, folder, name)).scalar_subquery()
    connection.execute(
        sa.update(uploads)
        .where(uploads.c.id == its_upload, uploads.c.state.in_(OPEN_TO_CLIENT))
        .values(modified_at=modified_at)
    )
