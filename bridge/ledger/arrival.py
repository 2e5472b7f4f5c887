"""The order of arrival: a number that each CLOSE takes, and each rename of a waiting file.

Ids would do if a file could not wait for its rename while another comes; a clock would do if it never jumped.
"""

from typing import Any

import sqlalchemy as sa

from bridge.ledger.schema import uploads

_all = uploads.alias("all_uploads")


def next_arrival() -> sa.ScalarSelect[Any]:
    """Return the expression for the next number.

    SQLite has one writer.  On PostgreSQL the account's lock keeps an account's numbers apart; two accounts
    may get the same one, and then neither file counts as the newer.
    """
    return sa.select(sa.func.coalesce(sa.func.max(_all.c.arrival), 0) + 1).scalar_subquery()
