"""What is not as it should be, asked for once a minute: held files, pauses, credentials that end.

Bounded by what is so, not by what there ever was: held files and pauses are found by their indexes, or in
tables as small as the number of tenants.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.deliveries import DeliveryState
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.ledger import former
from bridge.ledger.columns import literal
from bridge.ledger.schema import account_keys, accounts, administrations, deliveries, set_aside, uploads


@dataclass(slots=True, kw_only=True)
class HeldFiles:
    """What of one account waits for a person, by reason; what an operator keeps back is not in it."""

    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def detail(self) -> str:
        """How many, and why: ``3 files: 2 broken_csv, 1 ambiguous``."""
        count = self.reasons.total()
        files = "1 file" if count == 1 else f"{count} files"
        return f"{files}: " + ", ".join(f"{number} {reason}" for reason, number in self.reasons.most_common())


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """An administration for which nothing is sent."""

    code: str
    is_stopped: bool  # by an operator
    until: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A password or key that ends."""

    account: str
    what: str  # password, or the fingerprint of a key
    expires_at: datetime


def held(connection: Connection, *, account_id: AccountId | None = None) -> dict[str, HeldFiles]:
    """Return what waits for a person, by account as `former.names` calls it; if wanted of one."""
    of_uploads = (
        sa.select(uploads.c.account_id, uploads.c.reason, sa.func.count().label("files"))
        .where(uploads.c.state == literal(UploadState.HELD), set_aside)
        .group_by(uploads.c.account_id, uploads.c.reason)
    )
    of_deliveries = (
        sa.select(deliveries.c.account_id, deliveries.c.reason, sa.func.count().label("files"))
        .where(
            deliveries.c.state == literal(DeliveryState.HELD),
            sa.func.coalesce(deliveries.c.reason, "") != ReasonCode.BY_OPERATOR,
        )
        .group_by(deliveries.c.account_id, deliveries.c.reason)
    )
    found: dict[AccountId, HeldFiles] = {}
    for query in (of_uploads, of_deliveries):
        mine = query.where(query.selected_columns.account_id == account_id) if account_id else query
        for row in connection.execute(mine):
            one = found.setdefault(AccountId(row.account_id), HeldFiles())
            one.reasons[row.reason or "unknown"] += row.files
    names = former.names(connection, ids=found)
    return {names[one]: files for one, files in found.items()}


def paused(connection: Connection, *, now: datetime) -> list[Paused]:
    """Return the administrations for which nothing is sent at *now*."""
    rows = connection.execute(
        sa.select(administrations)
        .where(
            administrations.c.removed_at.is_(None),
            sa.or_(administrations.c.is_stopped, administrations.c.paused_until > now),
        )
        .order_by(administrations.c.code)
    )
    return [
        Paused(code=row.code, is_stopped=row.is_stopped, until=row.paused_until, reason=row.paused_reason)
        for row in rows
    ]


def expiring(connection: Connection, *, since: datetime, until: datetime) -> list[Credential]:
    """Return passwords and keys of accounts in use that end between *since* and *until*, the first first."""
    is_in_use = sa.and_(accounts.c.removed_at.is_(None), ~accounts.c.is_disabled)
    of_passwords = sa.select(
        accounts.c.name, sa.literal("password").label("what"), accounts.c.password_expires_at.label("at")
    ).where(
        is_in_use,
        accounts.c.password_hash.is_not(None),
        accounts.c.password_expires_at.between(since, until),
    )
    of_keys = (
        sa.select(
            accounts.c.name, account_keys.c.fingerprint.label("what"), account_keys.c.expires_at.label("at")
        )
        .join(accounts, accounts.c.id == account_keys.c.account_id)
        .where(is_in_use, account_keys.c.expires_at.between(since, until))
    )
    found = [
        Credential(account=row.name, what=row.what, expires_at=row.at)
        for query in (of_passwords, of_keys)
        for row in connection.execute(query)
    ]
    return sorted(found, key=lambda one: (one.expires_at, one.account, one.what))
