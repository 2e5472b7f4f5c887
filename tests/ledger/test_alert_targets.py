"""Targets are kept by name, and what was removed leaves its name free and its secret nowhere."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.alarms import AlarmKind
from bridge.domain.alerts import AlertTarget, AlertWay
from bridge.domain.errors import AlreadyThere, NotFound
from bridge.ledger import alert_targets
from bridge.ledger.schema import alert_targets as table
from tests.support.builders import an_account
from tests.support.clock import NOON


def hook(connection: Connection, name: str = "hook") -> AlertTarget:
    return alert_targets.add(
        connection,
        name=name,
        way=AlertWay.WEBHOOK,
        address="https://example.com/x",
        sealed_secret="sealed",
        account_id=an_account(connection).id if name == "hook" else None,
        kinds=frozenset({AlarmKind.FILES_HELD, AlarmKind.DISK_LOW}),
        language="nl",
        now=NOON,
    )


def test_what_was_added_is_found(connection: Connection) -> None:
    added = hook(connection)

    assert (added.account, added.language, added.sealed_secret) == ("sender", "nl", "sealed")
    assert added.kinds == frozenset({AlarmKind.FILES_HELD, AlarmKind.DISK_LOW})
    assert alert_targets.listing(connection) == [added]
    with pytest.raises(AlreadyThere):
        hook(connection)


def test_what_is_given_is_changed(connection: Connection) -> None:
    hook(connection)

    changed = alert_targets.change(
        connection, name="hook", values={"kinds": None, "account_id": None, "is_disabled": True}
    )

    assert (changed.kinds, changed.account, changed.is_disabled) == (None, None, True)
    with pytest.raises(NotFound, match="bridge alert list"):
        alert_targets.change(connection, name="other", values={})


def test_what_is_removed_is_gone_with_its_secret(connection: Connection) -> None:
    hook(connection)
    alert_targets.remove(connection, name="hook", now=NOON)

    assert alert_targets.listing(connection) == []
    assert connection.execute(sa.select(table.c.sealed_secret)).scalars().all() == [None]
    hook(connection, "other")
    with pytest.raises(NotFound):
        alert_targets.get(connection, name="hook")
