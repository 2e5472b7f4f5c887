"""Who will be late is told one by one while they are few, and together when there is one cause."""

from datetime import timedelta

from bridge.domain.forecast import Verdict
from bridge.domain.prospects import MOST, Prospect, pressing
from tests.support.clock import MINUTE, NOON


def prospect(
    code: str = "NL03",
    verdict: Verdict = Verdict.LATE,
    *,
    slack: timedelta | None = -20 * MINUTE,
    waiting: int = 214,
    is_stopped: bool = False,
) -> Prospect:
    return Prospect(
        lane="destination",
        account="jansen",
        administration=code,
        timezone="Europe/Amsterdam",
        waiting=waiting,
        cut_off_at=NOON,
        done_at=None if slack is None else NOON - slack,
        slack=slack,
        verdict=verdict,
        is_stopped=is_stopped,
    )


def test_each_says_which_import_and_how_late() -> None:
    assert pressing([prospect()], Verdict.LATE) == {
        "administration:NL03": "import 2026-11-21 13:00 (Europe/Amsterdam), account jansen: "
        "214 files wait, 20 min late"
    }
    one = prospect(verdict=Verdict.AT_RISK, slack=90 * MINUTE, waiting=1)
    [detail] = pressing([one], Verdict.AT_RISK).values()
    assert detail.endswith("1 file waits, 1 h 30 min to spare")


def test_another_verdict_nothing_waiting_and_what_an_operator_stopped_are_no_alarm() -> None:
    assert pressing([prospect(), prospect(waiting=0)], Verdict.AT_RISK) == {}
    assert pressing([prospect(is_stopped=True, slack=None), prospect(waiting=0)], Verdict.LATE) == {}


def test_of_several_accounts_the_most_pressing_is_told() -> None:
    [detail] = pressing([prospect(slack=-60 * MINUTE), prospect()], Verdict.LATE).values()

    assert detail.endswith("1 h late")


def test_many_are_told_together_and_what_is_told_already_stays() -> None:
    many = [prospect(f"A{number}") for number in range(MOST + 1)]

    found = pressing(many, Verdict.LATE, opened=["administration:A0"])

    assert set(found) == {"lane:destination", "administration:A0"}
    assert found["lane:destination"].startswith("20 administrations, among them A1 (20 min late), A2")
    assert len(pressing(many[1:], Verdict.LATE)) == MOST
