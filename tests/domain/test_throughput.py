"""A lane is believed to do what its limit allows, unless its last attempts say otherwise."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.throughput import BELIEVED, Sample, delivered_per_second, measure
from tests.support.clock import MINUTE, NOON, SECOND


def attempts(
    count: int, *, every: timedelta = SECOND, took: timedelta = 0.2 * SECOND, is_delivered: bool = True
) -> list[Sample]:
    return [
        Sample(started_at=NOON + n * every, ended_at=NOON + n * every + took, is_delivered=is_delivered)
        for n in range(count)
    ]


def per_second(samples: list[Sample], *, is_busy: bool = True, limit: float | None = 3.0) -> float:
    measured = measure(samples, busy_since=NOON if is_busy else None)
    return delivered_per_second(measured, limit=limit, in_flight=64)


def test_without_attempts_the_limit_is_believed() -> None:
    assert per_second([]) == 3.0


def test_a_lane_that_had_work_and_was_slower_is_slower() -> None:
    assert per_second(attempts(100)) == pytest.approx(1.0)


def test_a_lane_that_had_little_to_send_is_not_slower_for_that() -> None:
    assert per_second(attempts(100), is_busy=False) == 3.0


def test_what_was_sent_before_the_backlog_came_says_nothing() -> None:
    measured = measure(attempts(100), busy_since=NOON + 80 * SECOND)

    assert measured.started_per_second is None


def test_a_pause_or_a_restart_is_not_taken_for_slowness() -> None:
    before = attempts(50, every=SECOND / 2)
    after = [
        Sample(started_at=one.started_at + 10 * MINUTE, ended_at=None, is_delivered=False)
        for one in attempts(50, every=SECOND / 2)
    ]

    assert measure(before + after, busy_since=NOON).started_per_second == pytest.approx(2.0)


def test_slow_answers_bound_the_rate_by_the_places_in_flight() -> None:
    slow = attempts(20, took=60 * SECOND)

    assert per_second(slow) == pytest.approx(64 / 60)
    assert per_second(slow, limit=None) == pytest.approx(64 / 60)


def test_what_fails_goes_again_and_takes_from_the_rate() -> None:
    half = attempts(500) + attempts(500, is_delivered=False)

    assert per_second(half, is_busy=False) == pytest.approx(3.0 * (500 + BELIEVED) / (1000 + BELIEVED))


def test_a_few_failures_after_a_quiet_hour_make_no_disaster() -> None:
    assert per_second(attempts(3, is_delivered=False)) == pytest.approx(3.0 * 20 / 23)


def test_an_attempt_under_way_is_neither_success_nor_failure() -> None:
    under_way = [Sample(started_at=NOON, ended_at=None, is_delivered=False)]

    measured = measure(under_way, busy_since=None)

    assert (measured.attempts, measured.delivered_share) == (1, 1.0)


@given(
    good=st.integers(0, 300),
    bad=st.integers(0, 300),
    every=st.floats(0.0, 20.0),
    took=st.floats(0.0, 100.0),
    limit=st.none() | st.floats(0.1, 100.0),
)
def test_the_rate_is_above_nothing_and_not_above_the_limit(
    good: int, bad: int, every: float, took: float, limit: float | None
) -> None:
    interval, length = timedelta(seconds=every), timedelta(seconds=took)
    samples = attempts(good, every=interval, took=length) + attempts(
        bad, every=interval, took=length, is_delivered=False
    )

    found = per_second(samples, limit=limit)

    assert found > 0
    assert limit is None or found <= limit
