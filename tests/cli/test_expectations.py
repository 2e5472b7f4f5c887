"""``bridge account expect`` says when uploads are due, and lets a person say it."""

import pytest

from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("account")


def test_times_are_set_for_working_days_if_no_weekday_is_named(bridge: Command) -> None:
    told = bridge("account", "expect", "set", "sender", "--by", "17:00", "--count", "2", "--bytes", "1000")
    [listed] = bridge("account", "expect", "list", "sender", "--json").json

    assert told.code == 0
    assert [one["weekday"] for one in listed["expectations"]] == [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
    ]
    assert {(one["by"], one["least_count"], one["least_bytes"]) for one in listed["expectations"]} == {
        ("17:00", 2, 1000)
    }
    assert bridge("account", "show", "sender", "--json").json["expects"] == "set"


def test_people_see_a_table(bridge: Command) -> None:
    before = bridge("account", "expect", "list").out
    after = bridge(
        "account", "expect", "set", "sender", "--weekday", "monday", "--by", "17:00", "--from", "12:00"
    ).out

    assert "nothing" in before
    assert "learned" in before
    assert after.splitlines()[1].split() == [
        "sender",
        "monday",
        "17:00",
        "12:00",
        "Europe/Amsterdam",
        "1",
        "0",
        "B",
        "set",
    ]


def test_off_and_learn_say_what_is_expected_now(bridge: Command) -> None:
    bridge("account", "expect", "set", "sender", "--by", "17:00")

    fewer = bridge("account", "expect", "off", "sender", "--weekday", "friday", "--json").json
    off = bridge("account", "expect", "off", "sender", "--json").json
    learning = bridge("account", "expect", "learn", "sender", "--json").json

    assert len(fewer["expectations"]) == 4
    assert (off["expects"], off["expectations"]) == ("off", [])
    assert (learning["expects"], learning["expectations"]) == ("learned", [])


def test_a_wrong_time_is_wrong_use(bridge: Command) -> None:
    answer = bridge("account", "expect", "set", "sender", "--by", "5pm")

    assert answer.code == 2
    assert "expected HH:MM" in answer.error
