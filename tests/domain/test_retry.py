"""How long to wait before the next attempt."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.retry import RetryPolicy, retry_delay

POLICY = RetryPolicy(base=timedelta(seconds=5), cap=timedelta(minutes=15))
chance = st.floats(0.0, 1.0)


def test_the_wait_doubles_up_to_the_cap() -> None:
    waits = [retry_delay(POLICY, attempts, 0.0).total_seconds() for attempts in range(1, 11)]

    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


@given(attempts=st.integers(1, 10**9), jitter=chance)
def test_jitter_takes_away_at_most_half(attempts: int, jitter: float) -> None:
    full = retry_delay(POLICY, attempts, 0.0)

    assert full / 2 <= retry_delay(POLICY, attempts, jitter) <= full
    assert POLICY.base / 2 <= retry_delay(POLICY, attempts, jitter) <= POLICY.cap


@given(attempts=st.integers(1, 200), jitter=chance)
def test_a_later_attempt_never_waits_less_with_the_same_chance(attempts: int, jitter: float) -> None:
    assert retry_delay(POLICY, attempts + 1, jitter) >= retry_delay(POLICY, attempts, jitter)


@pytest.mark.parametrize(
    ("attempts", "jitter"), [(0, 0.5), (-1, 0.5), (1, -0.1), (1, 1.1), (1, float("nan"))]
)
def test_what_is_out_of_range_is_refused(attempts: int, jitter: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        retry_delay(POLICY, attempts, jitter)


@pytest.mark.parametrize("base", [0, -1, 901])
def test_a_policy_without_sense_is_refused_at_birth(base: int) -> None:
    with pytest.raises(ValueError, match="retry policy"):
        RetryPolicy(base=timedelta(seconds=base), cap=timedelta(minutes=15))
