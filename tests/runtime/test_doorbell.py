"""The doorbell: a hint, and a way to see that the stage before is busy."""

import asyncio

import pytest

from bridge.runtime.doorbell import Doorbell

pytestmark = pytest.mark.looptime


async def test_a_ring_wakes_who_waits_and_who_waits_next() -> None:
    bell = Doorbell()
    began = asyncio.get_running_loop().time()

    bell.ring()
    await bell.wait(10)
    assert asyncio.get_running_loop().time() == began
    await bell.wait(10)
    assert asyncio.get_running_loop().time() == began + 10


async def test_many_rings_in_a_short_time_are_often_and_a_pause_ends_that() -> None:
    bell = Doorbell()
    for _ in range(15):
        bell.ring()
    assert not bell.is_rung_often

    bell.ring()
    assert bell.is_rung_often
    await asyncio.sleep(1)
    assert not bell.is_rung_often


async def test_rings_at_leisure_are_not_often() -> None:
    bell = Doorbell()
    for _ in range(50):
        bell.ring()
        await asyncio.sleep(0.1)

    assert not bell.is_rung_often
