"""When permits come back: moments in, moments out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.pacing import (
    GRAIN_SECONDS,
    LEAST_SURPLUS_SECONDS,
    MEMORY_PERIODS,
    SAFE_PERIODS,
    STRAGGLER_SECONDS,
    Adaptive,
    Ending,
    Exact,
    PaceName,
    Safe,
    pace_of,
)

LIMIT = 3


def adaptive() -> Adaptive:
    return Adaptive(limit=LIMIT, period_seconds=1.0)


def answer(pace: Adaptive, *, times: int, seconds: float = 0.2, used_at: float = 100.0) -> None:
    """Have *times* answers come, each *seconds* after its request."""
    for _ in range(times):
        pace.after_end(used_at, used_at + seconds, Ending.ANSWERED)


def surplus(pace: Adaptive) -> float:
    assert pace.surplus_seconds is not None
    return pace.surplus_seconds


@pytest.mark.parametrize("ending", Ending)
def test_exact_looks_at_the_start_only(ending: Ending) -> None:
    pace = Exact(period_seconds=1.0, margin_seconds=0.025)

    assert pace.after_use(10.0) == 11.025
    assert pace.after_end(10.0, 40.0, ending) == 11.025
    assert pace.first_seconds == 1.025


@pytest.mark.parametrize("ending", Ending)
def test_safe_looks_at_the_end_only(ending: Ending) -> None:
    pace = Safe(period_seconds=1.0)

    assert pace.after_use(10.0) is None
    assert pace.after_end(10.0, 40.0, ending) == pytest.approx(41.0 + GRAIN_SECONDS)
    assert pace.first_seconds == 1.0 + STRAGGLER_SECONDS


def test_adaptive_is_safe_until_some_periods_were_answered() -> None:
    pace = adaptive()

    answer(pace, times=SAFE_PERIODS * LIMIT - 1)

    assert pace.surplus_seconds is None
    assert pace.after_use(10.0) is None
    assert pace.after_end(10.0, 10.3, Ending.LOST) == pytest.approx(11.3 + GRAIN_SECONDS)


def test_adaptive_then_begins_with_the_longest_answer_and_comes_to_the_least_within_a_minute() -> None:
    pace = adaptive()
    answer(pace, times=1, seconds=0.3)
    answer(pace, times=SAFE_PERIODS * LIMIT - 1, seconds=0.1)

    begun = surplus(pace)
    answer(pace, times=60 * LIMIT - SAFE_PERIODS * LIMIT)

    assert begun == pytest.approx(0.3)
    assert surplus(pace) == pytest.approx(LEAST_SURPLUS_SECONDS, rel=0.01)
    assert pace.after_use(10.0) == pytest.approx(11.0 + LEAST_SURPLUS_SECONDS, abs=0.001)


def test_adaptive_never_waits_longer_than_safe() -> None:
    pace = adaptive()
    answer(pace, times=SAFE_PERIODS * LIMIT, seconds=0.3)

    assert pace.after_end(10.0, 10.05, Ending.ANSWERED) == pytest.approx(11.05 + GRAIN_SECONDS)


def test_a_429_makes_adaptive_safe_again_and_doubles_what_it_comes_down_to() -> None:
    pace = adaptive()
    answer(pace, times=30 * LIMIT)
    too_little = surplus(pace)

    back_at = pace.after_end(200.0, 200.1, Ending.SLOW_DOWN)
    is_safe = pace.surplus_seconds is None
    answer(pace, times=60 * LIMIT, used_at=300.0)

    assert back_at == pytest.approx(201.1 + GRAIN_SECONDS)
    assert is_safe
    assert surplus(pace) == pytest.approx(2 * too_little, rel=0.1)


def test_several_429s_of_one_moment_count_once() -> None:
    once, thrice = adaptive(), adaptive()
    for pace, times in ((once, 1), (thrice, 3)):
        answer(pace, times=30 * LIMIT)
        for number in range(times):
            pace.after_end(200.0, 200.1 + number / 100, Ending.SLOW_DOWN)
            answer(pace, times=SAFE_PERIODS * LIMIT, used_at=200.0, seconds=0.05)
        answer(pace, times=30 * LIMIT, used_at=300.0)

    assert surplus(thrice) == pytest.approx(surplus(once), rel=0.1)


def test_a_429_is_forgotten_within_a_night() -> None:
    pace = adaptive()
    answer(pace, times=30 * LIMIT)
    for number in range(4):
        pace.after_end(200.0 + number * 100, 200.1 + number * 100, Ending.SLOW_DOWN)
        answer(pace, times=60 * LIMIT, used_at=250.0 + number * 100)
    after = surplus(pace)

    answer(pace, times=4 * MEMORY_PERIODS * LIMIT, used_at=1000.0)

    assert after > 0.1
    assert surplus(pace) == pytest.approx(LEAST_SURPLUS_SECONDS, rel=0.01)


def test_lost_requests_teach_nothing() -> None:
    pace = adaptive()

    for _ in range(100):
        pace.after_end(10.0, 70.0, Ending.LOST)

    assert pace.surplus_seconds is None


endings = st.lists(
    st.tuples(st.sampled_from(Ending), st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=200
)


@given(
    name=st.sampled_from(PaceName),
    period=st.sampled_from([0.1, 1.0, 60.0]),
    limit=st.integers(0, 50),
    story=endings,
)
def test_no_pace_ever_lets_a_permit_back_before_its_period(
    name: PaceName, period: float, limit: int, story: list[tuple[Ending, float, float]]
) -> None:
    pace = pace_of(name, limit=limit, period_seconds=period, margin_seconds=0.0)

    now = 0.0
    for ending, wait, took in story:
        now += wait
        soonest = pace.after_use(now)
        assert soonest is None or soonest >= now + period
        assert now + period <= pace.after_end(now, now + took, ending) <= now + took + 2 * period + 1
    assert pace.first_seconds >= period


def test_adaptive_adds_at_most_a_period_however_long_answers_take() -> None:
    pace = adaptive()
    answer(pace, times=SAFE_PERIODS * LIMIT, seconds=30.0)

    assert surplus(pace) == 1.0


@pytest.mark.parametrize("name", PaceName)
@pytest.mark.parametrize("answer_seconds", [0.005, 0.2, 3.0])
def test_what_it_settles_at_is_what_a_permit_does_after_many_answers(
    name: PaceName, answer_seconds: float
) -> None:
    pace = pace_of(name, limit=LIMIT, period_seconds=1.0, margin_seconds=0.025)
    used_at = 0.0
    for _ in range(200 * LIMIT):  # of one permit; the others' answers teach as much
        before = used_at
        after_use = pace.after_use(used_at)
        after_end = pace.after_end(used_at, used_at + answer_seconds, Ending.ANSWERED)
        used_at = after_end if after_use is None else min(after_use, after_end)

    assert used_at - before == pytest.approx(pace.settled_seconds(answer_seconds), abs=0.002)
