"""``bridge alarm`` lists what is open with what to do about it, and closes it."""

from bridge.admin.operations.desk import Desk
from bridge.domain.alarms import AlarmKind
from bridge.ledger import alarms
from tests.cli.conftest import Command
from tests.support.clock import NOON


def sound(desk: Desk, subject: str = "account:sender") -> int:
    raised = desk.database.write_now(
        alarms.raise_once,
        kind=AlarmKind.UPLOAD_MISSING,
        subject=subject,
        detail="0 of 1\x1b[31m",
        now=NOON,
        not_since=NOON,
    )
    assert raised is not None
    return raised.id


def test_an_open_alarm_is_a_line_with_what_to_do(desk: Desk, bridge: Command) -> None:
    number = sound(desk)

    out = bridge("alarm", "list", "--open").out
    [listed] = bridge("alarm", "list", "--open", "--json").json

    assert "bridge account expect off sender" in out
    assert "\x1b" not in out
    assert (listed["id"], listed["kind"], listed["subject"]) == (number, "upload_missing", "account:sender")


def test_an_alarm_can_be_closed_once(desk: Desk, bridge: Command) -> None:
    number = sound(desk)

    closed = bridge("alarm", "close", str(number))
    again = bridge("alarm", "close", str(number))

    assert closed.out == f"alarm {number} (account:sender) is closed\n"
    assert again.code == 1
    assert "not open any more" in again.error
    assert bridge("alarm", "list", "--open").out == "No open alarms.\n"
    assert bridge("alarm", "list", "--json").json[0]["recovered_at"] is not None


def test_json_says_what_was_closed(desk: Desk, bridge: Command) -> None:
    number = sound(desk)

    assert bridge("alarm", "close", str(number), "--json").json["id"] == number


def test_the_limit_is_told_when_there_may_be_more(desk: Desk, bridge: Command) -> None:
    sound(desk)
    sound(desk, "account:other")

    answer = bridge("alarm", "list", "--limit", "1")

    assert "account:other" in answer.out
    assert "newest 1" in answer.error
