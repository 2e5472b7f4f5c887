"""Alert targets in the ledger: where alarms are sent."""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.accounts import AccountId
from bridge.domain.alarms import AlarmKind
from bridge.domain.alerts import AlertTarget, AlertWay, TargetId
from bridge.domain.errors import AlreadyThere, NotFound
from bridge.domain.reasons import Language
from bridge.ledger.schema import accounts, alert_targets

_ALIVE = alert_targets.c.removed_at.is_(None)
_EVERY = (
    sa.select(alert_targets, accounts.c.name.label("account"))
    .outerjoin(accounts, accounts.c.id == alert_targets.c.account_id)
    .where(_ALIVE, accounts.c.removed_at.is_(None))  # its name may be another tenant's by now
    .order_by(alert_targets.c.name)
)


def add(
    connection: Connection,
    *,
    name: str,
    way: AlertWay,
    address: str,
    sealed_secret: str | None,
    account_id: AccountId | None,
    kinds: frozenset[AlarmKind] | None,
    language: Language | None,
    now: datetime,
) -> AlertTarget:
    """Add a target; raise `AlreadyThere` if the name is taken."""
    if connection.execute(sa.select(alert_targets.c.id).where(alert_targets.c.name == name, _ALIVE)).first():
        raise AlreadyThere(f"alert {name} is there already; see: bridge alert list")
    connection.execute(
        sa.insert(alert_targets).values(
            name=name,
            way=way,
            address=address,
            sealed_secret=sealed_secret,
            account_id=account_id,
            kinds=kinds_text(kinds),
            language=language,
            created_at=now,
        )
    )
    return get(connection, name=name)


def kinds_text(kinds: frozenset[AlarmKind] | None) -> str | None:
    """Return *kinds* as they are stored."""
    return None if kinds is None else json.dumps(sorted(kinds))


def listing(connection: Connection) -> list[AlertTarget]:
    """Return all targets, by name."""
    return [_to_target(row) for row in connection.execute(_EVERY)]


def get(connection: Connection, *, name: str) -> AlertTarget:
    """Return the target; raise `NotFound` if there is none."""
    row = connection.execute(_EVERY.where(alert_targets.c.name == name)).first()
    if row is None:
        raise NotFound(f"no alert {name}; see: bridge alert list")
    return _to_target(row)


def change(connection: Connection, *, name: str, values: dict[str, Any]) -> AlertTarget:
    """Set columns of the target; raise `NotFound` if there is none."""
    target = get(connection, name=name)
    if values:
        connection.execute(sa.update(alert_targets).where(alert_targets.c.id == target.id).values(**values))
    return get(connection, name=name)


def remove(connection: Connection, *, name: str, now: datetime) -> AlertTarget:
    """Send nothing there any more; raise `NotFound` if there is none."""
    target = get(connection, name=name)
    connection.execute(
        sa.update(alert_targets)
        .where(alert_targets.c.id == target.id)
        .values(removed_at=now, sealed_secret=None)
    )
    return target


def _to_target(row: Row[Any]) -> AlertTarget:
    return AlertTarget(
        id=TargetId(row.id),
        name=row.name,
        way=AlertWay(row.way),
        address=row.address,
        sealed_secret=row.sealed_secret,
        account=row.account,
        account_id=row.account_id,
        kinds=None if row.kinds is None else frozenset(AlarmKind(kind) for kind in json.loads(row.kinds)),
        language=row.language,
        is_disabled=row.is_disabled,
    )
