"""The order of arrival: a number that each CLOSE takes, and each rename of a waiting file.

It is the moment in microseconds, or one more than the last upload's if a clock was set back.  The id would do
if a file could not wait for its rename while another comes; the moment alone, if clocks never jumped.
"""

from typing import Any

import sqlalchemy as sa

from bridge.ledger.schema import uploads

_all = uploads.alias("all_uploads")
_AFTER_THE_LAST = sa.func.coalesce(
    sa.select(_all.c.arrival + 1)
    .order_by(_all.c.id.desc())
    .limit(sa.literal_column("1", sa.Integer))
    .scalar_subquery(),
    0,
)


def next_arrival(now: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return the expression for the number of what arrives at *now*.

    SQLite has one writer.  On PostgreSQL the account's lock keeps an account's numbers apart; two accounts
    may get the same one, and then neither file counts as the newer.
    """
    return sa.case((now < _AFTER_THE_LAST, _AFTER_THE_LAST), else_=now)
