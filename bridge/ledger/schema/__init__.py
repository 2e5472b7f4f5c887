"""The tables, as they are now; `migrations` says how they came to be.

Rows of uploads, documents, deliveries and attempts are never deleted, so their ids grow without
AUTOINCREMENT, which would write one more page for each.
"""

from bridge.ledger.schema.admins import admins, api_tokens, console_sessions
from bridge.ledger.schema.files import documents, entries, set_aside, snapshots, uploads
from bridge.ledger.schema.metadata import counters, metadata
from bridge.ledger.schema.people import (
    account_administrations,
    account_keys,
    accounts,
    administrations,
    client_profiles,
    logins,
    routes,
)
from bridge.ledger.schema.queue import attempts, deliveries, lanes
from bridge.ledger.schema.watch import alarms, alert_targets, audit, expectations, notices

__all__ = [
    "account_administrations",
    "account_keys",
    "accounts",
    "administrations",
    "admins",
    "alarms",
    "alert_targets",
    "api_tokens",
    "attempts",
    "audit",
    "client_profiles",
    "console_sessions",
    "counters",
    "deliveries",
    "documents",
    "entries",
    "expectations",
    "lanes",
    "logins",
    "metadata",
    "notices",
    "routes",
    "set_aside",
    "snapshots",
    "uploads",
]
