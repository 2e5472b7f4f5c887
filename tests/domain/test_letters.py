"""Mails say everything in their subject, senders read no commands, and no name breaks out of its line."""

from dataclasses import replace

import pytest

from bridge.domain.alarms import Alarm, AlarmId, AlarmKind
from bridge.domain.alerts import AlertEvent, Message
from bridge.domain.letters import letter, webhook_body
from tests.domain.test_alerts import ALARM, RAISED
from tests.support.clock import MINUTE, NOON

LATE = Message(
    id="m2",
    event=AlertEvent.RAISED,
    created_at=NOON,
    alarm=Alarm(
        id=AlarmId(8),
        kind=AlarmKind.CUT_OFF_LATE,
        subject="administration:NL03",
        detail="import 2026-11-22 01:00 (Europe/Amsterdam), account jansen: 214 files wait, 20 min late",
        raised_at=NOON,
    ),
)
OVER = replace(
    RAISED, event=AlertEvent.RECOVERED, alarm=replace(ALARM, recovered_at=NOON + MINUTE), reasons={}
)


def test_the_subject_says_it_all() -> None:
    assert letter([LATE], "en").subject == (
        "[bridge] late: NL03, import 2026-11-22 01:00 (Europe/Amsterdam), account jansen: "
        "214 files wait, 20 min late"
    )
    assert letter([LATE], "nl").subject.startswith("[bridge] te laat: NL03, import")


def test_the_text_says_what_and_what_to_do() -> None:
    assert letter([RAISED], "en").text == (
        "Files wait for somebody to decide about them.\n"
        "\n"
        "About: account jansen\n"
        "What: 3 files: 2 broken_csv, 1 ambiguous\n"
        "Since: 2026-11-21 12:00 UTC\n"
        "\n"
        "What to do: Look why, and release, mend or reject them: bridge upload list --account jansen.\n"
    )


def test_recovery_says_until_when_and_who_closed_it() -> None:
    by_itself, by_hand = letter([OVER], "en"), letter([replace(OVER, closed_by="anna")], "en")

    assert by_itself.subject == "[bridge] recovered: files held: jansen"
    assert by_itself.text.startswith("No files of the account wait for a decision any more.")
    assert "Until: 2026-11-21 12:01 UTC" in by_itself.text
    assert "Closed by: anna" in by_hand.text
    assert "any more" not in by_hand.text  # nobody knows that


def test_senders_read_why_in_their_words_and_no_command() -> None:
    told = letter([RAISED], "en", is_for_sender=True)

    assert told.subject == "[bridge] files held: jansen"
    assert told.text == (
        "Files that you sent are waiting and have not been passed on.\n"
        "\n"
        "- 2 x The CSV is incomplete or damaged; please export it and send it again.\n"
        "\n"
        "Account: jansen\n"
    )
    assert "2 x De" in letter([RAISED], "nl", is_for_sender=True).text
    assert "bridge " not in letter([OVER], "nl", is_for_sender=True).text


def test_several_are_one_mail() -> None:
    told = letter([LATE, RAISED, OVER, LATE], "en")

    assert told.subject.startswith("[bridge] 4 messages: late: NL03, import")
    assert told.text.count("-" * 40) == 3


@pytest.mark.parametrize("evil", ["x\r\nBcc: all@example.com", "x\u202egpj.exe", "x\x1b[2J", "x" * 5000])
def test_no_name_breaks_out_of_its_line(evil: str) -> None:
    alarm = replace(ALARM, subject=f"account:{evil}", detail=evil)
    for is_for_sender in (True, False):
        told = letter([replace(RAISED, alarm=alarm)], "en", is_for_sender=is_for_sender)

        assert told.subject.isprintable()
        assert len(told.subject) <= 150
        assert not any(line.startswith("Bcc") for line in told.text.splitlines())
        assert "\x1b" not in told.text


def test_a_webhook_has_plain_values() -> None:
    assert webhook_body(LATE, "en") == {
        "version": 1,
        "id": "m2",
        "event": "alarm.raised",
        "created_at": "2026-11-21T12:00:00+00:00",
        "text": "Not all that waits will be there when the import runs.",
        "alarm": {
            "id": 8,
            "kind": "cut_off_late",
            "subject": "administration:NL03",
            "detail": "import 2026-11-22 01:00 (Europe/Amsterdam), account jansen: 214 files wait, "
            "20 min late",
            "todo": "See who will be late: bridge lane forecast. Is anything paused: bridge lane list. "
            "Have the rest uploaded for the next import.",
            "raised_at": "2026-11-21T12:00:00+00:00",
            "recovered_at": None,
            "closed_by": None,
        },
    }
    assert webhook_body(OVER, "en")["event"] == "alarm.recovered"
    assert webhook_body(OVER, "en")["alarm"]["todo"] is None
    test = Message(id="t", event=AlertEvent.TEST, created_at=NOON, subject="test", text="This is a test.")
    assert webhook_body(test, "en")["event"] == "test"
    assert webhook_body(test, "en")["text"] == "This is a test."
