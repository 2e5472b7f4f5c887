"""What is expected of an account is learned, set or off, and said so."""

from typing import Any

import pytest

from bridge.admin.operations import accounts, expectations, trail
from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account, Expects
from bridge.domain.errors import Invalid, NotFound
from bridge.domain.expectations import Weekday
from tests.support import builders
from tests.support.clock import DAY, NOON

MONDAY, TUESDAY = Weekday.MONDAY, Weekday.TUESDAY


@pytest.fixture
def account(desk: Desk) -> Account:
    return accounts.add(desk, name="sender", administration_codes=["A1"], password="x").account


def habit(desk: Desk, account: Account) -> None:
    """A file at noon by UTC on each of the last six Fridays; today is a Saturday."""
    for week in reversed(range(6)):
        now = NOON - DAY - week * 7 * DAY
        desk.database.write_now(builders.an_upload, account, f"/{week}.csv", now=now)


@pytest.mark.usefixtures("account")
def test_times_are_set_for_weekdays(desk: Desk) -> None:
    found = expectations.set_times(
        desk, account="sender", weekdays=[MONDAY, TUESDAY], times=["17:00", "09:00"], least_count=2
    )

    assert expectations.record(found)["expects"] == "set"
    assert [
        (one["weekday"], one["by"], one["from"], one["timezone"], one["least_count"], one["learned"])
        for one in expectations.record(found)["expectations"]
    ] == [
        (day, by, "00:00", "Europe/Amsterdam", 2, False)
        for day in ("monday", "tuesday")
        for by in ("09:00", "17:00")
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"times": ["5pm"]},
        {"times": ["17:00:00"]},
        {"times": ["24:00"]},
        {"times": []},
        {"weekdays": []},
        {"from_time": "later"},
        {"least_count": 0},
        {"least_bytes": -1},
        {"least_bytes": 2**63},
    ],
)
@pytest.mark.usefixtures("account")
def test_what_cannot_be_right_is_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        expectations.set_times(
            desk, **{"account": "sender", "weekdays": [MONDAY], "times": ["17:00"], **wrong}
        )

    assert expectations.listing(desk)[0].expectations == []


def test_learning_begins_at_once(desk: Desk, account: Account) -> None:
    habit(desk, account)
    expectations.set_times(desk, account="sender", weekdays=[MONDAY], times=["17:00"])

    found = expectations.learn(desk, account="sender")

    [one] = found.expectations
    assert (one.weekday, one.is_learned) == (Weekday.FRIDAY, True)
    assert found.account.expects is Expects.LEARNED


@pytest.mark.usefixtures("account")
def test_nothing_or_nothing_of_a_weekday_is_expected(desk: Desk) -> None:
    expectations.set_times(desk, account="sender", weekdays=[MONDAY, TUESDAY], times=["17:00"])

    fewer = expectations.expect_nothing(desk, account="sender", weekdays=[MONDAY])
    assert [one.weekday for one in fewer.expectations] == [TUESDAY]
    assert fewer.account.expects is Expects.SET

    none = expectations.expect_nothing(desk, account="sender")
    assert none.expectations == []
    assert none.account.expects is Expects.OFF


@pytest.mark.usefixtures("account")
def test_a_weekday_that_would_be_learned_again_cannot_be_taken_away(desk: Desk) -> None:
    with pytest.raises(Invalid, match="learned"):
        expectations.expect_nothing(desk, account="sender", weekdays=[MONDAY])


def test_who_is_not_there_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        expectations.listing(desk, account="nobody")
    with pytest.raises(NotFound):
        expectations.learn(desk, account="nobody")
    with pytest.raises(NotFound):
        expectations.expect_nothing(desk, account="nobody")
    with pytest.raises(NotFound):
        expectations.set_times(desk, account="nobody", weekdays=[MONDAY], times=["17:00"])


@pytest.mark.usefixtures("account")
def test_each_change_is_in_the_audit_trail(desk: Desk) -> None:
    expectations.set_times(desk, account="sender", weekdays=[MONDAY], times=["17:00"])
    expectations.expect_nothing(desk, account="sender", weekdays=[MONDAY])
    expectations.learn(desk, account="sender")
    expectations.expect_nothing(desk, account="sender")

    told = [(one.act, one.detail) for one in trail.listing(desk, subject="account:sender", limit=4)]
    assert told[::-1] == [
        (
            "account expect set",
            {
                "expects": {"from": "learned", "to": "set"},
                "weekdays": ["monday"],
                "by": ["17:00"],
                "from": "00:00",
                "least_count": 1,
                "least_bytes": 0,
            },
        ),
        ("account expect off", {"weekdays": ["monday"]}),
        ("account expect learn", {"expects": {"from": "set", "to": "learned"}}),
        ("account expect off", {"expects": {"from": "learned", "to": "off"}}),
    ]
