"""Lengths of time are said with their two greatest parts."""

from datetime import timedelta

import pytest

from bridge.domain.spans import span


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(), "0 s"),
        (timedelta(seconds=45.9), "45 s"),
        (timedelta(minutes=9, seconds=30), "9 min 30 s"),
        (timedelta(minutes=59, seconds=30), "59 min"),
        (timedelta(hours=2, minutes=10), "2 h 10 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=1, hours=3, minutes=59), "1 d 3 h"),
    ],
)
def test_lengths_of_time_are_said_with_their_two_greatest_parts(length: timedelta, said: str) -> None:
    assert span(length) == said
