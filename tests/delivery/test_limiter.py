"""The rate limit, in virtual time: what starts, and what a strict destination at the end of a way counts."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.delivery.limiter import Limiter, Permit
from bridge.domain.pacing import STRAGGLER_SECONDS, Ending, PaceName
from tests.support.virtual_time import in_virtual_time


async def _starts(pace: PaceName, limit: int, period: float, seed: int, count: int) -> list[float]:
    """Start *count* requests as fast as the limiter lets; headers leave late, some permits are given back."""
    limiter = Limiter(limit=limit, period_seconds=period, margin_seconds=0.0, pace=pace)
    chance = random.Random(seed)  # noqa: S311
    loop = asyncio.get_running_loop()
    starts: list[float] = []

    async def request(permit: Permit) -> None:
        await permit.wait()
        await asyncio.sleep(chance.choice([0.0, 0.0, 0.01, 0.3 * period]))
        permit.use()
        starts.append(loop.time())
        permit.use()
        await asyncio.sleep(chance.choice([0.0, 0.02, 0.2, 3.0 * period]))
        permit.end(chance.choice(list(Ending)))
        permit.end(Ending.ANSWERED)
        permit.give_back()

    async with asyncio.TaskGroup() as group:
        while count:
            permit = await limiter.acquire(period / 2)
            if permit is None:
                continue
            if chance.random() < 0.2:
                permit.give_back()
                permit.give_back()
                permit.end(Ending.ANSWERED)
                await asyncio.sleep(0.01)
                continue
            count -= 1
            group.create_task(request(permit))
    return sorted(starts)


@settings(max_examples=120, deadline=None)
@given(
    pace=st.sampled_from(PaceName),
    limit=st.integers(1, 7),
    period=st.sampled_from([0.5, 1.0, 10.0]),
    seed=st.integers(0, 10**6),
)
def test_never_more_than_the_limit_start_in_any_period(
    pace: PaceName, limit: int, period: float, seed: int
) -> None:
    starts = in_virtual_time(_starts(pace, limit, period, seed, 40))

    assert all(later - first >= period - 1e-6 for first, later in zip(starts, starts[limit:], strict=False))


def test_requests_that_leave_at_once_use_the_whole_rate() -> None:
    async def drain() -> float:
        limiter = Limiter(limit=3, period_seconds=1.0, margin_seconds=0.025)
        for _ in range(300):
            permit = await limiter.acquire(10)
            assert permit is not None
            await permit.wait()
            permit.use()
        return asyncio.get_running_loop().time()

    assert abs(in_virtual_time(drain()) - 100 * 1.025) < 0.01


def test_nothing_starts_within_a_period_of_the_beginning() -> None:
    async def first() -> tuple[object, float, float]:
        limiter = Limiter(limit=3, period_seconds=1.0, margin_seconds=0.025)
        too_early = await limiter.acquire(0.9)
        permit = await limiter.acquire(10)
        had_at = asyncio.get_running_loop().time()
        assert permit is not None
        await permit.wait()
        return too_early, had_at, asyncio.get_running_loop().time()

    too_early, had_at, usable_at = in_virtual_time(first())
    assert too_early is None
    assert had_at < usable_at
    assert abs(usable_at - 1.025) < 1e-6


def test_a_permit_that_was_not_used_comes_back_at_once() -> None:
    async def again() -> float:
        limiter = Limiter(limit=1, period_seconds=1.0, margin_seconds=0.0)
        for _ in range(100):
            permit = await limiter.acquire(10)
            assert permit is not None
            permit.give_back()
        permit = await limiter.acquire(10)
        assert permit is not None
        await permit.wait()
        return asyncio.get_running_loop().time()

    assert abs(in_virtual_time(again()) - 1.0) < 1e-6


def test_without_a_limit_nothing_waits() -> None:
    async def many() -> float:
        limiter = Limiter(limit=0, period_seconds=1.0, margin_seconds=0.0)
        for _ in range(1000):
            permit = await limiter.acquire(0.1)
            assert permit is not None
            await permit.wait()
            permit.use()
        return asyncio.get_running_loop().time()

    assert in_virtual_time(many()) < 1e-6


Way = Callable[[random.Random], tuple[float, float]]  # seconds there, and until the answer is here


def a_busy_destination(chance: random.Random) -> tuple[float, float]:
    """A short way; the answer takes 20 to 200 ms."""
    return 0.001 + chance.uniform(0, 0.004), chance.uniform(0.02, 0.2)


def a_fickle_way(chance: random.Random) -> tuple[float, float]:
    """20 to 200 ms there and back, each request anew."""
    return chance.uniform(0.02, 0.2), chance.uniform(0.02, 0.2)


@dataclass
class Strict:
    """A destination that takes *limit* requests in any second, as they arrive, and answers 429 to others."""

    limit: int
    taken: int = 0
    refused: int = 0
    counted: deque[float] = field(default_factory=deque)

    def takes(self, moment: float) -> bool:
        while self.counted and self.counted[0] <= moment - 1.0:
            self.counted.popleft()
        self.counted.append(moment)  # refused ones too: stricter than one that forgets them
        is_taken = len(self.counted) <= self.limit
        self.taken += is_taken
        self.refused += not is_taken
        return is_taken


async def _send(
    pace: PaceName, way: Way, *, count: int, limit: int = 3, seed: int = 1, pause: float = 1.0
) -> tuple[float, float]:
    """Send *count* requests; return the share of the rate that was taken, and the share of 429s."""
    loop, chance = asyncio.get_running_loop(), random.Random(seed)  # noqa: S311
    limiter = Limiter(limit=limit, period_seconds=1.0, margin_seconds=0.025, pace=pace)
    destination = Strict(limit)
    paused_until = 0.0

    async def request(permit: Permit) -> None:
        nonlocal paused_until
        there, back = way(chance)
        permit.use()
        await asyncio.sleep(there)
        is_taken = destination.takes(loop.time())
        await asyncio.sleep(back)
        permit.end(Ending.ANSWERED if is_taken else Ending.SLOW_DOWN)
        if not is_taken:
            paused_until = max(paused_until, loop.time() + pause)  # the lane, by Retry-After

    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            permit = await limiter.acquire(100)
            assert permit is not None
            await permit.wait()
            await asyncio.sleep(max(0.0, paused_until - loop.time()))
            group.create_task(request(permit))
        began = limiter.pace.first_seconds
        seconds = loop.time() - began
    return destination.taken / limit / seconds, destination.refused / count


@pytest.mark.parametrize("seed", range(3))
def test_adaptive_reaches_98_percent_of_the_rate_without_a_429_where_only_answers_take_long(
    seed: int,
) -> None:
    share, refused = in_virtual_time(_send(PaceName.ADAPTIVE, a_busy_destination, count=2000, seed=seed))

    assert share >= 0.98
    assert refused == 0


def test_adaptive_sees_429s_in_less_than_one_of_a_thousand_requests_on_a_way_that_varies() -> None:
    share, refused = in_virtual_time(_send(PaceName.ADAPTIVE, a_fickle_way, count=6000))
    safe, _ = in_virtual_time(_send(PaceName.SAFE, a_fickle_way, count=6000))

    assert 0 < refused < 0.001  # it does find out
    assert share > safe


def test_exact_is_squeezed_on_a_way_that_varies_which_is_why_there_are_other_paces() -> None:
    _, refused = in_virtual_time(_send(PaceName.EXACT, a_fickle_way, count=600))

    assert refused > 0.05


@pytest.mark.campaign
@pytest.mark.parametrize("limit", [3, 30])
@pytest.mark.parametrize("seed", range(4))
def test_campaign_adaptive_keeps_its_promise_over_a_whole_night(limit: int, seed: int) -> None:
    busy = in_virtual_time(_send(PaceName.ADAPTIVE, a_busy_destination, count=30_000, limit=limit, seed=seed))
    fickle = in_virtual_time(_send(PaceName.ADAPTIVE, a_fickle_way, count=30_000, limit=limit, seed=seed))

    assert busy[0] >= 0.98
    assert busy[1] == 0
    assert fickle[1] < 0.001


async def _counted(limit: int, period: float, seed: int) -> list[float]:
    """Send with the pace safe, be killed and begin again now and then; return when each request counted."""
    chance, loop = random.Random(seed), asyncio.get_running_loop()  # noqa: S311
    counted: list[float] = []

    async def request(permit: Permit) -> None:
        await permit.wait()
        permit.use()
        began, took = loop.time(), chance.choice([0.0, 0.02, 0.2, 2.0 * period]) * chance.random()
        counted.append(began + took * chance.random())  # wherever between start and end
        await asyncio.sleep(took)
        permit.end(chance.choice(list(Ending)))

    for _ in range(4):
        limiter = Limiter(limit=limit, period_seconds=period, margin_seconds=0.0, pace=PaceName.SAFE)
        requests = []
        for _ in range(chance.randint(1, 12)):
            permit = await limiter.acquire(100 * period)
            assert permit is not None
            requests.append(asyncio.create_task(request(permit)))
        await asyncio.sleep(chance.random() * period)
        for one in requests:  # killed: what is under way then may arrive up to a second later
            one.cancel()
        await asyncio.gather(*requests, return_exceptions=True)
        now = loop.time()
        counted[:] = [min(moment, now + STRAGGLER_SECONDS) for moment in counted]
    return sorted(counted)


@settings(max_examples=200, deadline=None)
@given(limit=st.integers(1, 7), period=st.sampled_from([0.5, 1.0, 10.0]), seed=st.integers(0, 10**6))
def test_with_safe_no_window_holds_more_than_the_limit_whenever_requests_are_counted_and_across_restarts(
    limit: int, period: float, seed: int
) -> None:
    counted = in_virtual_time(_counted(limit, period, seed))

    assert all(later - first >= period - 1e-6 for first, later in zip(counted, counted[limit:], strict=False))


def test_with_safe_a_request_that_hangs_keeps_its_permit_and_no_other() -> None:
    async def hang() -> tuple[object, float]:
        limiter = Limiter(limit=1, period_seconds=1.0, margin_seconds=0.0, pace=PaceName.SAFE)
        permit = await limiter.acquire(10)
        assert permit is not None
        await permit.wait()
        permit.use()
        nobody = await limiter.acquire(59)
        permit.end(Ending.LOST)
        ended = asyncio.get_running_loop().time()
        after = await limiter.acquire(10)
        assert after is not None
        await after.wait()
        return nobody, asyncio.get_running_loop().time() - ended

    nobody, seconds = in_virtual_time(hang())
    assert nobody is None
    assert 1.0 <= seconds < 1.01


def test_a_permit_that_is_back_is_not_given_a_second_time_when_its_late_answer_comes() -> None:
    async def late() -> Sequence[object]:
        limiter = Limiter(limit=1, period_seconds=1.0, margin_seconds=0.0)
        first = await limiter.acquire(10)
        assert first is not None
        first.use()
        second = await limiter.acquire(10)
        first.end(Ending.ANSWERED)
        return second, await limiter.acquire(10)

    second, third = in_virtual_time(late())
    assert second is not None
    assert third is None
