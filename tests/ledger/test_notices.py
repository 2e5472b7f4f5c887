"""Notices go in order, one node has each, and what is finished stays so."""

from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.alerts import AlertEvent, AlertWay, Message, TargetId
from bridge.ledger import alert_targets, notices
from bridge.ledger.schema import accounts
from tests.support.builders import an_account
from tests.support.clock import DAY, MINUTE, NOON


def a_target(connection: Connection, name: str = "ops", account_id: AccountId | None = None) -> TargetId:
    return alert_targets.add(
        connection,
        name=name,
        way=AlertWay.MAIL,
        address=f"{name}@example.com",
        sealed_secret=None,
        account_id=account_id,
        kinds=None,
        language=None,
        now=NOON,
    ).id


def put(connection: Connection, target_id: TargetId | None, *ids: str, account: int | None = None) -> None:
    for each in ids:
        message = Message(id=each, event=AlertEvent.TEST, created_at=NOON, text=each)
        notices.add(
            connection,
            message=message,
            target_id=target_id,
            account_id=None if account is None else AccountId(account),
            now=NOON,
        )


def test_of_each_place_the_first_is_due(connection: Connection) -> None:
    account = an_account(connection)
    connection.execute(accounts.update().values(contact="tenant@example.com", language="nl"))
    one, two = a_target(connection), a_target(connection, "two")
    put(connection, one, "a", "b")
    put(connection, two, "c")
    put(connection, None, "d", "e", account=account.id)

    found = notices.due(connection, now=NOON, limit=10)

    assert [(each.message.id, each.address, each.language) for each in found] == [
        ("a", "ops@example.com", None),
        ("c", "two@example.com", None),
        ("d", "tenant@example.com", "nl"),
    ]
    assert [one.message.id for one in notices.following(connection, first=found[0], limit=9)] == ["b"]
    assert [one.message.id for one in notices.following(connection, first=found[2], limit=9)] == ["e"]


def test_one_node_takes_it_and_keeps_what_follows(connection: Connection) -> None:
    put(connection, a_target(connection), "a", "b")
    [mine] = notices.due(connection, now=NOON, limit=10)

    assert notices.claim(connection, notice=mine, until=NOON + MINUTE)
    assert not notices.claim(connection, notice=mine, until=NOON + MINUTE)
    assert notices.due(connection, now=NOON, limit=10) == []
    [again] = notices.due(connection, now=NOON + MINUTE, limit=10)  # whoever had it has died
    assert (again.message.id, again.attempts) == ("a", 1)


def test_what_is_put_off_keeps_back_what_follows(connection: Connection) -> None:
    put(connection, a_target(connection), "a", "b")
    [first] = notices.due(connection, now=NOON, limit=10)

    notices.put_off(connection, notice_id=first.id, due_at=NOON + MINUTE, error="no answer")
    assert notices.due(connection, now=NOON, limit=10) == []
    assert notices.waiting(connection) == (2, NOON)
    notices.finish(connection, ids=[first.id], now=NOON + MINUTE)

    [second] = notices.due(connection, now=NOON, limit=10)
    assert second.message.id == "b"
    assert notices.waiting(connection) == (1, NOON)


def test_a_target_that_is_gone_has_no_address(connection: Connection) -> None:
    put(connection, a_target(connection), "a")
    alert_targets.remove(connection, name="ops", now=NOON)

    [found] = notices.due(connection, now=NOON, limit=10)

    assert found.address is None


def test_what_was_finished_long_ago_is_forgotten(connection: Connection) -> None:
    target = a_target(connection)
    put(connection, target, "a", "b")
    [first] = notices.due(connection, now=NOON, limit=10)
    notices.claim(connection, notice=first, until=NOON + MINUTE)
    notices.finish(connection, ids=[first.id], now=NOON, error="gone")
    assert notices.last_of(connection) == {target: (NOON, "gone")}

    assert notices.forget(connection, before=NOON) == 0
    assert notices.forget(connection, before=NOON + DAY) == 1
    assert notices.waiting(connection) == (1, NOON)
