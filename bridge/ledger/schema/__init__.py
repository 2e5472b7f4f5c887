"""The tables, as they are now; `migrations` says how they came to be.

Rows of uploads, documents, deliveries and attempts are never deleted, so their ids grow without
AUTOINCREMENT, which would write one more page for each.
"""

from bridge.ledger.schema.files import documents, entries, snapshots, uploads
from bridge.ledger.schema.metadata import counters, metadata
from bridge.ledger.schema.people import (
    account_administrations,
    account_keys,
    accounts,
    administrations,
    routes,
)
from bridge.ledger.schema.queue import attempts, deliveries, lanes
from bridge.ledger.schema.watch import alarms, audit, expectations

__all__ = [
    "account_administrations",
    "account_keys",
    "accounts",
    "administrations",
    "alarms",
    "attempts",
    "audit",
    "counters",
    "deliveries",
    "documents",
    "entries",
    "expectations",
    "lanes",
    "metadata",
    "routes",
    "snapshots",
    "uploads",
]
