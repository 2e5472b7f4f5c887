"""The order of arrival: a number that each CLOSE takes, and each rename of a waiting file.

It is the moment in microseconds, or one more than the last one given if a clock was set back.  The id would
do if a file could not wait for its rename while another comes; the moment alone, if clocks never jumped.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.uploads import UploadId
from bridge.ledger import counters
from bridge.ledger.schema import counters as table
from bridge.ledger.schema import uploads

_RENAMED = "renamed_arrival"  # the last number that a rename took, which no id tells
_all = uploads.alias("all_uploads")
_newest = (
    sa.select(_all.c.arrival).order_by(_all.c.id.desc()).limit(sa.literal_column("1", sa.Integer)).subquery()
)
_given = sa.union_all(
    sa.select(_newest.c.arrival),
    sa.select(table.c.value).where(table.c.name == sa.literal_column(f"'{_RENAMED}'")),
).subquery()
_AFTER_THE_LAST = sa.func.coalesce(sa.select(sa.func.max(_given.c.arrival) + 1).scalar_subquery(), 0)


def next_arrival(now: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return the expression for the number of what arrives at *now*.

    SQLite has one writer.  On PostgreSQL the account's lock keeps an account's numbers apart; two accounts
    may get the same one, and then neither file counts as the newer.
    """
    return sa.case((now < _AFTER_THE_LAST, _AFTER_THE_LAST), else_=now)


def note_rename(connection: Connection, *, upload_id: UploadId) -> None:
    """Remember the number that the rename of *upload_id* took: what comes from now on gets a higher one."""
    taken = connection.execute(sa.select(uploads.c.arrival).where(uploads.c.id == upload_id)).scalar_one()
    counters.raise_to(connection, name=_RENAMED, value=taken)
