"""The summary says in one sentence how it stands, then what needs a hand, then numbers."""

from datetime import timedelta

from bridge.domain.forecast import Verdict
from bridge.domain.nights import When
from bridge.domain.summaries import MOST, Numbers, Situation, summary
from tests.domain.test_alerts import ALARM
from tests.domain.test_prospects import prospect
from tests.support.clock import MINUTE

NUMBERS = Numbers(uploads=12, delivered=230, failed=3, waiting=5, held=1)


def test_a_quiet_night_is_told_in_three_lines() -> None:
    quiet = Numbers(uploads=12, delivered=230, failed=0, waiting=0, held=0)
    told = summary(Situation(when=When.AFTER, prospects=[], alarms=[], numbers=quiet), "en")

    assert told.subject == (
        "after the imports: Everything that came has been delivered or decided; nothing waits"
    )
    assert told.text == (
        "Everything that came has been delivered or decided; nothing waits.\n"
        "\n"
        "Nothing needs a hand.\n"
        "\n"
        "Last 24 hours: 12 uploads came, 230 files were delivered, 0 attempts failed. "
        "Now: 0 files wait, 0 are held."
    )


def test_who_will_be_late_comes_first() -> None:
    rows = [
        prospect("NL03"),
        prospect("NL04", Verdict.AT_RISK, slack=MINUTE),
        prospect("NL05", Verdict.ON_TIME, slack=timedelta(hours=3)),
    ]
    found = Situation(when=When.BEFORE, prospects=rows, alarms=[ALARM], numbers=NUMBERS)

    assert summary(found, "en").text.startswith(
        "1 administration will be late for the next import: NL03 (20 min late).\n"
        "\n"
        "Needs a hand:\n"
        "- files held: jansen: 3 files: 2 broken_csv, 1 ambiguous\n"
        "  Look why, and release, mend or reject them: bridge upload list --account jansen.\n"
    )
    assert summary(found, "nl").subject == (
        "voor de imports: 1 administratie te laat voor de volgende import: NL03 (20 min late)"
    )


def test_what_still_waits_after_the_imports_is_said() -> None:
    rows = [prospect("NL05", Verdict.ON_TIME, slack=timedelta(hours=3))]
    told = summary(Situation(when=When.AFTER, prospects=rows, alarms=[], numbers=NUMBERS), "en")

    assert told.text.startswith(
        "The imports have run, and 5 files still wait. "
        "Everything that waits will be on time; the tightest is NL05 (3 h to spare)."
    )


def test_many_alarms_are_cut() -> None:
    found = Situation(when=When.AFTER, prospects=[], alarms=[ALARM] * (MOST + 7), numbers=NUMBERS)

    assert "… and 7 more: bridge alarm list --open" in summary(found, "en").text
