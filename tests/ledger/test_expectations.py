"""Expectations stay what a person or learning made of them last; a running server sees every change."""

from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account, Expects
from bridge.domain.errors import Conflict
from bridge.domain.expectations import Expectation, Weekday
from bridge.ledger import accounts, counters, expectations
from tests.support.builders import an_account, an_administration
from tests.support.clock import DAY, NOON

MONDAY, TUESDAY = Weekday.MONDAY, Weekday.TUESDAY


@pytest.fixture
def account(connection: Connection) -> Account:
    return an_account(connection)


def expected(weekday: Weekday, at: str = "17:00", *, is_learned: bool = True) -> Expectation:
    return Expectation(
        weekday=weekday,
        due_time=time.fromisoformat(at),
        from_time=time(12),
        timezone="Europe/Amsterdam",
        least_count=3,
        least_bytes=5_000_000_000,
        is_learned=is_learned,
        since=NOON,
    )


def of(connection: Connection, account: Account) -> list[Expectation]:
    return expectations.listing(connection, account_id=account.id).get(account.id, [])


def mode(connection: Connection, account: Account) -> Expects:
    return accounts.get(connection, name=account.name).expects


def test_what_is_learned_is_kept_as_it_is(connection: Connection, account: Account) -> None:
    week = [expected(MONDAY), expected(TUESDAY, "09:05")]

    assert expectations.learned(connection, account_id=account.id, expected=week)
    assert of(connection, account) == week
    assert mode(connection, account) is Expects.LEARNED


def test_learning_the_same_again_changes_nothing(connection: Connection, account: Account) -> None:
    expectations.learned(connection, account_id=account.id, expected=[expected(MONDAY)])
    before = counters.value(connection, name=counters.ACCOUNTS)
    again = replace(expected(MONDAY), since=NOON + DAY)

    assert not expectations.learned(connection, account_id=account.id, expected=[again])
    assert counters.value(connection, name=counters.ACCOUNTS) == before


def test_a_weekday_that_is_learned_anew_is_expected_since_the_first_time(
    connection: Connection, account: Account
) -> None:
    # Otherwise a night's learning would forgive what was missed on the evening before it.
    expectations.learned(connection, account_id=account.id, expected=[expected(MONDAY)])
    later = [replace(expected(day, "17:30"), since=NOON + DAY) for day in (MONDAY, TUESDAY)]

    expectations.learned(connection, account_id=account.id, expected=later)

    assert [(one.due_time, one.since) for one in of(connection, account)] == [
        (time(17, 30), NOON),
        (time(17, 30), NOON + DAY),
    ]


def test_what_is_learned_no_more_goes(connection: Connection, account: Account) -> None:
    expectations.learned(connection, account_id=account.id, expected=[expected(MONDAY), expected(TUESDAY)])

    assert expectations.learned(connection, account_id=account.id, expected=[expected(TUESDAY)])
    assert of(connection, account) == [expected(TUESDAY)]


def test_what_is_set_takes_the_place_of_what_was_learned(connection: Connection, account: Account) -> None:
    expectations.learned(connection, account_id=account.id, expected=[expected(MONDAY), expected(TUESDAY)])
    mine = expected(MONDAY, "09:00", is_learned=False)

    expectations.change(connection, account_id=account.id, expects=Expects.SET, weekdays=[MONDAY], by=[mine])

    assert of(connection, account) == [mine]
    assert mode(connection, account) is Expects.SET
    with pytest.raises(Conflict):
        expectations.learned(connection, account_id=account.id, expected=[expected(TUESDAY)])


def test_to_set_one_weekday_leaves_the_others(connection: Connection, account: Account) -> None:
    one, two = expected(MONDAY, is_learned=False), expected(TUESDAY, is_learned=False)
    for each in (one, two):
        expectations.change(
            connection, account_id=account.id, expects=Expects.SET, weekdays=[each.weekday], by=[each]
        )

    assert of(connection, account) == [one, two]

    expectations.change(connection, account_id=account.id, expects=Expects.SET, weekdays=[MONDAY])

    assert of(connection, account) == [two]


def test_where_nothing_is_expected_nothing_stays(connection: Connection, account: Account) -> None:
    expectations.learned(connection, account_id=account.id, expected=[expected(MONDAY)])

    expectations.change(connection, account_id=account.id, expects=Expects.OFF)

    assert of(connection, account) == []
    assert mode(connection, account) is Expects.OFF


def test_a_running_server_sees_that_something_changed(connection: Connection, account: Account) -> None:
    before = counters.value(connection, name=counters.ACCOUNTS)

    expectations.change(connection, account_id=account.id, expects=Expects.OFF)

    assert counters.value(connection, name=counters.ACCOUNTS) > before


def test_each_account_has_its_own(connection: Connection, account: Account) -> None:
    other = an_account(connection, an_administration(connection, "B2"), name="other")
    expectations.learned(connection, account_id=account.id, expected=[expected(MONDAY)])
    expectations.learned(connection, account_id=other.id, expected=[expected(TUESDAY)])

    assert expectations.listing(connection) == {
        account.id: [expected(MONDAY)],
        other.id: [expected(TUESDAY)],
    }
    expectations.change(connection, account_id=other.id, expects=Expects.OFF)
    assert of(connection, account) == [expected(MONDAY)]
