"""Administrations: whom files are for."""

from datetime import time

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.errors import AlreadyThere, Conflict, NotFound
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import Action, Rule
from bridge.ledger import administrations, counters, deliveries, removing
from tests.support.builders import an_accepted_upload, an_account, an_administration
from tests.support.clock import MINUTE, NOON


def test_an_administration_comes_back_as_it_was_added(connection: Connection) -> None:
    added = administrations.add(
        connection,
        code="Bakkerij Jansen",
        payt_id=2**40,
        sealed_token="sealed",
        import_times=(time(6, 30), time(18)),
        timezone="Europe/Brussels",
        now=NOON,
        guards={ReasonCode.OUTDATED: Rule(Action.OFF)},
    )

    assert administrations.get(connection, code="Bakkerij Jansen") == added
    assert administrations.by_id(connection, administration_id=added.id) == added
    assert administrations.listing(connection) == [added]
    assert added.guards == {ReasonCode.OUTDATED: Rule(Action.OFF)}
    assert (added.payt_id, added.import_times, added.timezone) == (
        2**40,
        (time(6, 30), time(18)),
        "Europe/Brussels",
    )
    assert added.import_time == time(6, 30)


def test_a_code_is_taken_until_its_administration_is_removed(connection: Connection) -> None:
    first = an_administration(connection)
    with pytest.raises(AlreadyThere):
        an_administration(connection)

    administrations.remove(connection, code="A1", now=NOON)
    second = an_administration(connection)

    assert administrations.listing(connection) == [second]
    assert administrations.by_id(connection, administration_id=first.id).code == "A1"


def test_an_administration_that_is_not_there_is_not_found(connection: Connection) -> None:
    with pytest.raises(NotFound):
        administrations.get(connection, code="A1")
    with pytest.raises(NotFound):
        administrations.change(connection, code="A1", values={"payt_id": 1})
    with pytest.raises(NotFound):
        administrations.remove(connection, code="A1", now=NOON)


def test_a_change_lets_a_paused_administration_try_again_at_once(connection: Connection) -> None:
    place = an_administration(connection)
    administrations.pause(
        connection, administration_id=place.id, until=NOON + MINUTE, reason="the token was refused"
    )
    assert administrations.get(connection, code="A1").paused_until == NOON + MINUTE
    before = counters.value(connection, name=counters.ACCOUNTS)

    changed = administrations.change(connection, code="A1", values={"sealed_token": "new"})

    assert (changed.sealed_token, changed.paused_until, changed.paused_reason) == ("new", None, None)
    assert counters.value(connection, name=counters.ACCOUNTS) > before


def test_rules_of_guards_are_kept_one_by_one(connection: Connection) -> None:
    an_administration(connection)
    assert administrations.get(connection, code="A1").guards == {}

    rows, same = (
        {ReasonCode.ROWS_FALLEN: Rule(Action.WARN, 0.125)},
        {ReasonCode.SAME_AS_LAST: Rule(Action.OFF)},
    )
    administrations.change(connection, code="A1", values={}, guards=rows)
    both = administrations.change(connection, code="A1", values={"payt_id": 1}, guards=same)
    one = administrations.change(connection, code="A1", values={}, guards={ReasonCode.ROWS_FALLEN: None})

    assert both.guards == {**rows, **same}
    assert one.guards == same
    assert administrations.change(connection, code="A1", values={}).guards == same


def test_an_administration_in_use_cannot_be_removed(connection: Connection) -> None:
    account = an_account(connection)
    delivery = an_accepted_upload(connection, account)
    with pytest.raises(Conflict, match="account sender"):
        administrations.remove(connection, code="A1", now=NOON)

    removing.remove(connection, account_id=account.id, now=NOON)
    with pytest.raises(Conflict, match="1 unfinished"):
        administrations.remove(connection, code="A1", now=NOON)

    deliveries.cancel(connection, delivery_id=delivery.id, now=NOON)
    administrations.remove(connection, code="A1", now=NOON)
    assert administrations.listing(connection) == []


def test_an_administration_is_stopped_and_resumed_and_a_pause_of_the_destination_stays(
    connection: Connection,
) -> None:
    place = an_administration(connection)
    administrations.pause(connection, administration_id=place.id, until=NOON, reason="401")

    stopped = administrations.set_stopped(connection, code="A1", is_stopped=True)
    assert (stopped.is_stopped, stopped.paused_until) == (True, NOON)

    assert not administrations.set_stopped(connection, code="A1", is_stopped=False).is_stopped
    with pytest.raises(NotFound):
        administrations.set_stopped(connection, code="Z9", is_stopped=True)
