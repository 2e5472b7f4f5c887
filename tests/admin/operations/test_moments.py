"""Moments for programs are in UTC and say so."""

from datetime import timedelta

from bridge.admin.operations.moments import moment
from tests.support.clock import NOON


def test_a_moment_is_told_in_utc_to_the_microsecond_that_it_has() -> None:
    assert moment(NOON) == "2026-11-21T12:00:00Z"
    assert moment(NOON + timedelta(microseconds=5)) == "2026-11-21T12:00:00.000005Z"
    assert moment(None) is None
