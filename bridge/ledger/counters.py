"""Counters that a running server watches, so that it learns what a command changed."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.ledger.schema import counters

ACCOUNTS = "accounts"  # counts changes of accounts, administrations and routes
# Counts operators' decisions about what may be sent.  It is raised first in a transaction: two who act on
# many things at once come one after the other, and never wait for each other in a circle.
QUEUE = "queue"


def value(connection: Connection, *, name: str) -> int:
    """Return the counter's value; 0 if it was never raised."""
    return connection.execute(sa.select(counters.c.value).where(counters.c.name == name)).scalar() or 0


def raise_by_one(connection: Connection, *, name: str) -> None:
    """Count one change."""
    from sqlalchemy.dialects import postgresql, sqlite  # 60 ms to load, which reading commands save

    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(
        dialect.insert(counters)
        .values(name=name, value=1)
        .on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
    )
