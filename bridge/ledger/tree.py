"""The account's folder tree as its client sees it: a view; nothing is lost when an entry goes.

History and responsibility are in ``uploads`` and ``documents``.  A change here reaches an upload only
while it is still the client's to change: partial, parked, or spooled and not yet taken by intake.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Row

from bridge.domain.accounts import AccountId
from bridge.domain.errors import AlreadyThere, Conflict, NotFound
from bridge.domain.names import is_temporary
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import OPEN_TO_CLIENT, UploadId, UploadState
from bridge.ledger.schema import entries, uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file or folder in an account's tree."""

    folder: str
    name: str
    is_folder: bool
    size: int  # bytes
    modified_at: datetime
    upload_id: UploadId | None
    state: UploadState | None  # of its upload
    blob: str | None  # of its upload


def find(connection: Connection, *, account_id: AccountId, folder: str, name: str) -> Entry | None:
    """Return the entry, or None."""
    row = connection.execute(_entries().where(_at(account_id, folder, name))).first()
    return None if row is None else _to_entry(row)


def page(
    connection: Connection, *, account_id: AccountId, folder: str, after: str = "", limit: int = 1000
) -> list[Entry]:
    """Return the listed entries of *folder* by name, those behind the name *after*, at most *limit*."""
    rows = connection.execute(
        _entries()
        .where(
            entries.c.account_id == account_id,
            entries.c.folder == folder,
            entries.c.name > after,
            entries.c.is_listed,
        )
        .order_by(entries.c.name)
        .limit(limit)
    )
    return [_to_entry(row) for row in rows]


def put_file(
    connection: Connection,
    *,
    account_id: AccountId,
    folder: str,
    name: str,
    size: int,
    modified_at: datetime,
    upload_id: UploadId,
) -> None:
    """Show a file; what stood there under this name is shown no more."""
    values: dict[str, Any] = {
        "is_folder": False,
        "is_listed": True,
        "size": size,
        "modified_at": modified_at,
        "upload_id": upload_id,
    }
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(
        dialect.insert(entries)
        .values(account_id=account_id, folder=folder, name=name, **values)
        .on_conflict_do_update(index_elements=["account_id", "folder", "name"], set_=values)
    )


def make_folder(
    connection: Connection, *, account_id: AccountId, folder: str, name: str, now: datetime
) -> None:
    """Make a folder; raise `AlreadyThere` if the name is taken."""
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
    entry = find(connection, account_id=account_id, folder=folder, name=name)
    if entry is None or not entry.is_folder:
        raise NotFound(f"no folder {folder}/{name}")
    path = f"{folder.rstrip('/')}/{name}"
    if page(connection, account_id=account_id, folder=path, limit=1):
        raise Conflict(f"{path} is not empty", public="the folder is not empty")
    connection.execute(sa.delete(entries).where(entries.c.account_id == account_id, entries.c.folder == path))
    connection.execute(sa.delete(entries).where(_at(account_id, folder, name)))


def remove_file(
    connection: Connection, *, account_id: AccountId, folder: str, name: str, now: datetime
) -> list[str]:
    """Remove a file from the tree and return the blobs that nobody needs any more.

    What intake has already taken is delivered all the same.

    Raises:
        NotFound: there is no such file.
    """
    entry = find(connection, account_id=account_id, folder=folder, name=name)
    if entry is None or entry.is_folder:
        raise NotFound(f"no file {folder}/{name}")
    connection.execute(sa.delete(entries).where(_at(account_id, folder, name)))
    return withdraw(connection, entry=entry, reason=ReasonCode.REMOVED_BY_CLIENT, now=now)


def withdraw(connection: Connection, *, entry: Entry, reason: ReasonCode, now: datetime) -> list[str]:
    """Take back the upload of *entry* if it is still the client's to change; return the blobs it frees."""
    if entry.upload_id is None or entry.state not in OPEN_TO_CLIENT:
        return []
    result = connection.execute(
        sa.update(uploads)
        .where(uploads.c.id == entry.upload_id, uploads.c.state.in_(OPEN_TO_CLIENT))
        .values(state=UploadState.WITHDRAWN, reason=reason, blob=None, finished_at=now)
    )
    return [entry.blob] if result.rowcount and entry.blob else []


def rename_file(
    connection: Connection,
    *,
    account_id: AccountId,
    old: tuple[str, str],
    new: tuple[str, str],
    now: datetime,
    ready_at: datetime,
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
        connection.execute(sa.delete(entries).where(_at(account_id, *new)))
    connection.execute(
        sa.update(entries).where(_at(account_id, *old)).values(folder=new[0], name=new[1], is_listed=True)
    )
    _move_upload(connection, entry=entry, new=new, now=now, ready_at=ready_at)
    return freed


def _move_upload(
    connection: Connection, *, entry: Entry, new: tuple[str, str], now: datetime, ready_at: datetime
) -> None:
    movable = {UploadState.PARKED, UploadState.SPOOLED}
    if entry.blob is not None and (entry.folder, entry.name) != new:
        movable |= {UploadState.HELD, UploadState.REFUSED}
    state = UploadState.PARKED if is_temporary(new[1]) else UploadState.SPOOLED
    if entry.state in {UploadState.HELD, UploadState.REFUSED} and state is UploadState.PARKED:
        return
    connection.execute(
        sa.update(uploads)
        .where(uploads.c.id == entry.upload_id, uploads.c.state.in_(movable))
        .values(
            folder=new[0],
            name=new[1],
            state=state,
            closed_at=now,
            ready_at=ready_at,
            finished_at=None,
            reason=None,
            detail=None,
        )
    )


def rename_folder(
    connection: Connection,
    *,
    account_id: AccountId,
    old: tuple[str, str],
    new: tuple[str, str],
    now: datetime,
    ready_at: datetime,
) -> None:
    """Move a folder with all that is in it.

    Raises:
        NotFound: *old* is no folder.
        AlreadyThere: *new* is taken.
        Conflict: *new* lies inside *old*.
    """
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
    connection.execute(sa.update(entries).where(_at(account_id, *old)).values(folder=new[0], name=new[1]))
    for table in (entries, uploads):
        below = sa.or_(
            table.c.folder == old_path,
            sa.func.substr(table.c.folder, 1, len(old_path) + 1) == f"{old_path}/",
        )
        moved = sa.literal(new_path).concat(sa.func.substr(table.c.folder, len(old_path) + 1))
        change = sa.update(table).where(table.c.account_id == account_id, below).values(folder=moved)
        if table is uploads:
            change = change.where(uploads.c.state.in_(OPEN_TO_CLIENT)).values(
                closed_at=now, ready_at=ready_at
            )
        connection.execute(change)


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
    """Keep the time that a client set; it is shown to it again and means nothing else."""
    connection.execute(
        sa.update(entries).where(_at(account_id, folder, name)).values(modified_at=modified_at)
    )


def _entries() -> sa.Select[Any]:
    return sa.select(entries, uploads.c.state, uploads.c.blob).outerjoin(
        uploads, uploads.c.id == entries.c.upload_id
    )


def _at(account_id: AccountId, folder: str, name: str) -> sa.ColumnElement[bool]:
    return sa.and_(entries.c.account_id == account_id, entries.c.folder == folder, entries.c.name == name)


def _to_entry(row: Row[Any]) -> Entry:
    return Entry(
        folder=row.folder,
        name=row.name,
        is_folder=row.is_folder,
        size=row.size,
        modified_at=row.modified_at,
        upload_id=row.upload_id,
        state=None if row.state is None else UploadState(row.state),
        blob=row.blob,
    )
