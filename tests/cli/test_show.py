"""Sizes and moments are said as people say them."""

import time
from datetime import UTC, datetime

import pytest

from bridge.cli import show


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
