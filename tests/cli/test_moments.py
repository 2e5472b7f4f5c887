"""A moment is typed as how long ago, or as a date and time of this machine."""

from datetime import UTC, datetime, timedelta

import pytest

from bridge.cli.moments import since
from bridge.domain.errors import Invalid
from tests.support.clock import NOON


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("3d", timedelta(days=3)),
        ("1w", timedelta(weeks=1)),
    ],
)
def test_how_long_ago_counts_from_now(text: str, ago: timedelta) -> None:
    assert since(text, now=NOON) == NOON - ago


def test_a_time_without_a_zone_is_local() -> None:
    assert since("2026-11-20 14:30", now=NOON) == datetime(2026, 11, 20, 14, 30).astimezone(UTC)


def test_a_time_with_a_zone_is_taken_at_its_word() -> None:
    assert since("2026-11-21T09:00:00+01:00", now=NOON) == datetime(2026, 11, 21, 8, tzinfo=UTC)


def test_nothing_said_is_no_bound() -> None:
    assert since(None, now=NOON) is None


@pytest.mark.parametrize("text", ["", "yesterday", "2", "h", "25:00", "2026-13-01", "0001-01-01", "-2h"])
def test_what_is_no_moment_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid, match="2h"):
        since(text, now=NOON)


def test_what_is_still_to_come_is_refused() -> None:
    with pytest.raises(Invalid, match="still to come"):
        since("2026-11-22", now=NOON)
