"""What an account's folder tree holds: looking into it, and showing a file in it.

`bridge.ledger.tree` has what a client does to the tree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.accounts import AccountId
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger.prepared import Prepared
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


def at(account_id: AccountId, folder: str, name: str) -> sa.ColumnElement[bool]:
    """The condition that picks one entry."""
    return sa.and_(entries.c.account_id == account_id, entries.c.folder == folder, entries.c.name == name)


_ENTRIES = sa.select(entries, uploads.c.state, uploads.c.blob).outerjoin(
    uploads, uploads.c.id == entries.c.upload_id
)
_FIND = _ENTRIES.where(
    entries.c.account_id == sa.bindparam("account_id"),
    entries.c.folder == sa.bindparam("folder"),
    entries.c.name == sa.bindparam("name"),
)
_IS_THERE = Prepared(
    sa.select(sa.literal_column("1")).where(
        entries.c.account_id == sa.bindparam("account_id"),
        entries.c.folder == sa.bindparam("folder"),
        entries.c.name == sa.bindparam("name"),
    )
)
_PAGE = (
    _ENTRIES.where(
        entries.c.account_id == sa.bindparam("account_id"),
        entries.c.folder == sa.bindparam("folder"),
        entries.c.name > sa.bindparam("after"),
        entries.c.is_listed,
    )
    .order_by(entries.c.name)
    .limit(sa.bindparam("limit"))
)


def find(connection: Connection, *, account_id: AccountId, folder: str, name: str) -> Entry | None:
    """Return the entry, or None."""
    place = {"account_id": account_id, "folder": folder, "name": name}
    if _IS_THERE.is_empty(connection, place):  # as most are that are asked for
        return None
    row = connection.execute(_FIND, place).first()
    return None if row is None else _to_entry(row)


def page(
    connection: Connection, *, account_id: AccountId, folder: str, after: str = "", limit: int = 1000
) -> list[Entry]:
    """Return the listed entries of *folder* by name, those behind the name *after*, at most *limit*."""
    rows = connection.execute(
        _PAGE, {"account_id": account_id, "folder": folder, "after": after, "limit": limit}
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
    put_files(
        connection,
        account_id=account_id,
        folder=folder,
        files=[(name, size)],
        modified_at=modified_at,
        upload_id=upload_id,
    )


def put_files(
    connection: Connection,
    *,
    account_id: AccountId,
    folder: str,
    files: Sequence[tuple[str, int]],
    modified_at: datetime,
    upload_id: UploadId,
) -> None:
    """Show *files*, each a name and a size in bytes, in one folder."""
    if not files:
        return
    same = {
        "account_id": account_id,
        "folder": folder,
        "is_folder": False,
        "is_listed": True,
        "modified_at": modified_at,
        "upload_id": upload_id,
    }
    rows = [{**same, "name": name, "size": size} for name, size in files]
    put = _put(connection.dialect.name)
    if len(rows) == 1:
        put.insert(connection, rows[0])
    else:
        put.insert_all(connection, rows)


@cache
def _put(dialect: str) -> Prepared:
    from sqlalchemy.dialects import postgresql, sqlite  # 60 ms to load, which reading commands save

    insert: sqlite.Insert | postgresql.Insert = (
        sqlite.insert(entries) if dialect == "sqlite" else postgresql.insert(entries)
    )
    shown = ("is_folder", "is_listed", "size", "modified_at", "upload_id")
    place = ("account_id", "folder", "name")
    return Prepared(
        insert.on_conflict_do_update(
            index_elements=place, set_={column: insert.excluded[column] for column in shown}
        ),
        columns=(*place, *shown),
    )


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
