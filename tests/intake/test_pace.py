"""The pace of intake: the door goes first, and nothing waits for long."""

import asyncio

import pytest

from bridge.intake.pace import GIVE_WAY_SECONDS, Pace
from bridge.runtime.doorbell import Doorbell

pytestmark = pytest.mark.looptime


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_a_single_ring_is_answered_at_once() -> None:
    bell = Doorbell()
    pace = Pace(bell, asyncio.Event())
    bell.ring()

    await pace.wait(5)
    await pace.give_way()

    assert now() == 0


async def test_while_the_door_is_busy_intake_looks_at_its_own_time() -> None:
    bell = Doorbell()
    pace = Pace(bell, asyncio.Event())
    for _ in range(100):
        bell.ring()

    await pace.give_way()
    assert now() == pytest.approx(GIVE_WAY_SECONDS)
    await pace.wait(0.2)
    assert now() == pytest.approx(GIVE_WAY_SECONDS + 0.2)


async def test_a_stop_ends_a_pause() -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().call_later(1, stopping.set)

    await Pace(Doorbell(), stopping).pause(100)

    assert now() == pytest.approx(1)
