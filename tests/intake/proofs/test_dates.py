"""Days as exports write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.intake.proofs.dates import REMEMBERED, Days, read_day

SPELLINGS = ["{0:04}-{1:02}-{2:02}", "{0:04}{1:02}{2:02}", "{2:02}-{1:02}-{0:04}", "{2:02}/{1:02}/{0:04}"]


@given(day=st.dates(), spelling=st.sampled_from(SPELLINGS))
def test_a_day_is_read_in_each_of_four_spellings(day: date, spelling: str) -> None:
    assert read_day(spelling.format(day.year, day.month, day.day)) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-02-30",
        "2026-0701",
        "01-07/2026",
        "2026/07/01",
        "1-7-2026",
        "0000-01-01",
        "today",
        "\u0662026-07-01",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text) is None
    assert Days(unreadable=7)[text] == 7


def test_days_remember_no_more_than_their_bound() -> None:
    days = Days(unreadable=0)

    assert {days[f"x{number}"] for number in range(3 * REMEMBERED)} == {0}
    assert days["x" * 1000] == 0
    assert days[" 2026-07-01 "] == date(2026, 7, 1).toordinal()
    assert len(days) <= REMEMBERED
    assert "x" * 1000 not in days
