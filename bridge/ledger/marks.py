"""A mark that changes when anything worth showing does: pages that are looked at load anew."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.ledger.schema import alarms, attempts, audit, deliveries, lanes, uploads

_LAST = 50  # rows at the end of a table in which something may still change


def mark(connection: Connection) -> str:
    """Return a few characters; equal as long as nothing was received, decided, sent or raised.

    It looks at the newest rows and at what is unfinished: a change of a row that is neither shows with the
    next one.
    """
    facts: list[object] = []
    for table, columns in (
        (uploads, (uploads.c.id, uploads.c.state, uploads.c.reason)),
        (deliveries, (deliveries.c.id, deliveries.c.state)),
        (attempts, (attempts.c.id, attempts.c.outcome)),
        (alarms, (alarms.c.id, alarms.c.recovered_at)),
        (audit, (audit.c.id,)),
    ):
        query = sa.select(*columns).order_by(table.c.id.desc()).limit(_LAST)
        facts += [tuple(row) for row in connection.execute(query)]
    facts += [
        tuple(row)
        for row in connection.execute(
            sa.select(lanes.c.name, lanes.c.is_stopped, lanes.c.paused_until, lanes.c.failing_since)
        )
    ]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
