"""Alarms are listed with what to do, and a person can take one as done with."""

import pytest

from bridge.admin.operations import alarms, trail
from bridge.admin.operations.desk import Desk
from bridge.domain.alarms import AlarmKind
from bridge.domain.errors import Conflict, NotFound
from bridge.ledger import alarms as ledger
from tests.support.clock import NOON


@pytest.fixture
def number(desk: Desk) -> int:
    """An open alarm."""
    raised = desk.database.write_now(
        ledger.raise_once,
        kind=AlarmKind.BATCH_INCOMPLETE,
        subject="batch:42",
        detail="17 of 18 delivered, 1 held",
        now=NOON,
        not_since=NOON,
    )
    assert raised is not None
    return raised.id


def test_an_open_alarm_says_what_to_do(desk: Desk, number: int) -> None:
    [alarm] = alarms.listing(desk, is_open=True)

    assert alarms.record(alarm) == {
        "id": number,
        "kind": "batch_incomplete",
        "subject": "batch:42",
        "text": "Files that came together were not all delivered when the import ran.",
        "detail": "17 of 18 delivered, 1 held",
        "todo": "Look what is missing and why: bridge batch show 42.",
        "raised_at": "2026-11-21T12:00:00Z",
        "recovered_at": None,
    }


def test_what_is_closed_is_listed_as_recovered_and_needs_nothing(desk: Desk, number: int) -> None:
    closed = alarms.close(desk, alarm_id=number)

    assert closed.recovered_at == desk.clock.now()
    assert alarms.record(closed)["todo"] is None
    assert alarms.listing(desk, is_open=True) == []
    assert alarms.listing(desk) == [closed]


def test_only_what_is_open_can_be_closed(desk: Desk, number: int) -> None:
    alarms.close(desk, alarm_id=number)

    with pytest.raises(Conflict):
        alarms.close(desk, alarm_id=number)
    with pytest.raises(NotFound, match="bridge alarm list"):
        alarms.close(desk, alarm_id=number + 1)


def test_who_closed_it_is_in_the_audit_trail(desk: Desk, number: int) -> None:
    alarms.close(desk, alarm_id=number)

    [told] = trail.listing(desk, subject=f"alarm:{number}")
    assert (told.act, told.who, told.why) == ("alarm close", "tester", "T-1")
    assert told.detail == {"kind": "batch_incomplete", "about": "batch:42"}
