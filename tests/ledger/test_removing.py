"""With an account goes whatever let somebody in, look at it or hear of it: its name will be another's."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.alerts import AlertEvent, AlertWay, Message
from bridge.domain.errors import NotFound
from bridge.domain.roles import Role
from bridge.ledger import accounts, admins, alert_targets, api_tokens, notices, removing
from bridge.ledger.schema import account_keys
from bridge.ledger.schema import accounts as table
from bridge.ledger.schema import alert_targets as targets_table
from tests.support.builders import an_account, an_administration
from tests.support.clock import DAY, NOON
from tests.support.tenants import a_tenant


def watched(connection: Connection, account: Account, word: str) -> None:
    """Give the account a viewer who is signed in, a token and an alert target with a message under way."""
    viewer = admins.add(
        connection, name=f"{word}-v", role=Role.VIEWER, account_id=account.id, password_hash="h", now=NOON
    )
    admins.begin_session(
        connection,
        admin=viewer,
        token_hash=f"{word}-s",
        now=NOON,
        expires_at=NOON + DAY,
        peer="::1",
        browser="b",
    )
    api_tokens.add(
        connection,
        name=f"{word}-t",
        token_hash=f"{word}-t",
        hint="h",
        role=Role.VIEWER,
        account_id=account.id,
        may_write=False,
        made_by="anna",
        now=NOON,
        expires_at=None,
    )
    target = alert_targets.add(
        connection,
        name=f"{word}-a",
        way=AlertWay.WEBHOOK,
        address="https://example.com",
        sealed_secret="sealed",
        account_id=account.id,
        kinds=None,
        language=None,
        now=NOON,
    )
    message = Message(id="m", event=AlertEvent.TEST, created_at=NOON)
    notices.add(connection, message=message, target_id=target.id, now=NOON)


def test_viewers_sessions_tokens_and_targets_end_and_those_of_others_stay(connection: Connection) -> None:
    place = an_administration(connection)
    account, other = an_account(connection, place), an_account(connection, place, name="other")
    watched(connection, account, "its")
    watched(connection, other, "other")

    removing.remove(connection, account_id=account.id, now=NOON)
    an_account(connection, place)  # of another tenant, and of the same name

    assert admins.session(connection, token_hash="its-s") is None
    assert api_tokens.find(connection, token_hash="its-t") is None
    assert [one.name for one in admins.listing(connection)] == ["other-v"]
    assert [one.name for one in api_tokens.listing(connection)] == ["other-t"]
    assert [one.name for one in alert_targets.listing(connection)] == ["other-a"]
    sealed = sa.select(targets_table.c.sealed_secret).where(targets_table.c.account_id == account.id)
    assert connection.execute(sealed).scalar() is None
    kept = alert_targets.get(connection, name="other-a")
    assert [one.target_id for one in notices.due(connection, now=NOON, limit=9)] == [kept.id]
    found = admins.session(connection, token_hash="other-s")
    assert found is not None
    assert found.admin.account_id == other.id


def test_what_is_bound_to_a_removed_account_is_not_there_however_it_came(
    connection: Connection,
) -> None:
    account = an_account(connection)
    removing.remove(connection, account_id=account.id, now=NOON)

    with pytest.raises(NotFound):  # whoever adds it read the account just before
        watched(connection, account, "late")


def test_nothing_is_left_to_log_in_with(connection: Connection) -> None:
    account = accounts.by_id(connection, account_id=a_tenant(connection).id)
    connection.execute(sa.update(table).values(former_password_hash="old", former_password_until=NOON))

    removing.remove(connection, account_id=account.id, now=NOON)

    gone = accounts.by_id(connection, account_id=account.id)
    assert (gone.password_hash, gone.former_password_hash, gone.keys) == (None, None, ())
    assert connection.execute(sa.select(sa.func.count()).select_from(account_keys)).scalar() == 0
    assert gone.is_disabled
    assert len(gone.routes) == 1
    assert gone.routes == account.routes  # by them what it sent is placed still


def test_removed_again_it_keeps_the_moment(connection: Connection) -> None:
    account = an_account(connection)

    for moment in (NOON, NOON + DAY):
        removing.remove(connection, account_id=account.id, now=moment)

    assert connection.execute(sa.select(table.c.removed_at)).scalar() == NOON
