"""The rate limit, in virtual time."""

import asyncio
import random
from typing import Any

import looptime
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.delivery.limiter import Limiter


def in_virtual_time(work: Any) -> Any:
    """Run a coroutine on a loop whose clock jumps to the next timer."""
    loop = looptime.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


async def _starts(limit: int, period: float, seed: int, count: int) -> list[float]:
    """Start *count* requests as fast as the limiter lets; headers leave late, some permits are given back."""
    limiter = Limiter(limit=limit, period_seconds=period, margin_seconds=0.0)
    chance = random.Random(seed)  # noqa: S311
    loop = asyncio.get_running_loop()
    starts: list[float] = []

    async def request(permit: Any) -> None:
        await permit.wait()
        await asyncio.sleep(chance.choice([0.0, 0.0, 0.01, 0.3 * period]))
        permit.use()
        starts.append(loop.time())
        permit.use()

    async with asyncio.TaskGroup() as group:
        while count:
            permit = await limiter.acquire(period / 2)
            if permit is None:
                continue
            if chance.random() < 0.2:
                permit.give_back()
                permit.give_back()
                await asyncio.sleep(0.01)
                continue
            count -= 1
            group.create_task(request(permit))
    return sorted(starts)


@settings(max_examples=60, deadline=None)
@given(limit=st.integers(1, 7), period=st.sampled_from([0.5, 1.0, 10.0]), seed=st.integers(0, 10**6))
def test_never_more_than_the_limit_start_in_any_period(limit: int, period: float, seed: int) -> None:
    starts = in_virtual_time(_starts(limit, period, seed, 40))

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
