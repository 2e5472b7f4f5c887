"""Removes an account, and with it whatever let somebody in, look at it or hear of it.

Its name is free from then on: what was bound to the account must not open the next tenant's.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.ledger import counters
from bridge.ledger.schema import (
    account_keys,
    accounts,
    admins,
    alert_targets,
    api_tokens,
    console_sessions,
    notices,
)


def remove(connection: Connection, *, account_id: AccountId, now: datetime) -> None:
    """Remove it: nobody can log in; its history and its deliveries stay, and go even if it was stopped.

    Nobody could resume it any more, and its data files would keep back those of others for ever.  Its routes
    stay too: by them intake places what it sent and is not looked at yet, or is held.
    """
    counters.raise_by_one(connection, name=counters.QUEUE)
    removed_at = sa.func.coalesce(accounts.c.removed_at, sa.literal(now, accounts.c.removed_at.type))
    connection.execute(
        sa.update(accounts)
        .where(accounts.c.id == account_id)
        .values(
            password_hash=None,
            password_expires_at=None,
            former_password_hash=None,
            former_password_until=None,
            removed_at=removed_at,
            is_disabled=True,
            is_stopped=False,
        )
    )
    connection.execute(sa.delete(account_keys).where(account_keys.c.account_id == account_id))
    _end_readers(connection, account_id=account_id, now=now)
    counters.raise_by_one(connection, name=counters.ACCOUNTS)


def _end_readers(connection: Connection, *, account_id: AccountId, now: datetime) -> None:
    """End whoever could look at the account, and whom its alarms went to."""
    its_admins = sa.select(admins.c.id).where(admins.c.account_id == account_id)
    its_targets = sa.select(alert_targets.c.id).where(alert_targets.c.account_id == account_id)
    connection.execute(sa.delete(console_sessions).where(console_sessions.c.admin_id.in_(its_admins)))
    unsent = sa.and_(notices.c.target_id.in_(its_targets), notices.c.finished_at.is_(None))
    connection.execute(sa.delete(notices).where(unsent))
    connection.execute(
        sa.update(admins)
        .where(admins.c.account_id == account_id, admins.c.removed_at.is_(None))
        .values(password_hash="", sealed_totp=None, is_disabled=True, removed_at=now)
    )
    connection.execute(
        sa.update(alert_targets)
        .where(alert_targets.c.account_id == account_id, alert_targets.c.removed_at.is_(None))
        .values(sealed_secret=None, is_disabled=True, removed_at=now)
    )
    connection.execute(
        sa.update(api_tokens)
        .where(api_tokens.c.account_id == account_id, api_tokens.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
