"""Sizes and moments are said as people say them."""

import time
from datetime import UTC, datetime

import pytest

from bridge.cli import show


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (1234, "1.23 kB"),
        (20_480, "20.5 kB"),
        (999_499, "999 kB"),
        (999_501, "1 MB"),
        (5 * 1024**3, "5.37 GB"),
        (10**13, "10 TB"),
    ],
)
def test_sizes(count: int, words: str) -> None:
    assert show.size(count) == words


def test_moments_are_local_and_name_their_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Amsterdam")
    time.tzset()
    try:
        assert show.moment(datetime(2026, 11, 21, 12, 0, tzinfo=UTC)) == "2026-11-21 13:00:00 CET"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_fields_that_are_not_there_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    show.as_fields({"a": 1, "long name": "x\x1b", "b": None})

    assert capsys.readouterr().out == "a          1\nlong name  x\\u001b\n"
