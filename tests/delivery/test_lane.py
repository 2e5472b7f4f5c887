"""The right to send."""

import asyncio

from bridge.delivery.lane import LEASE, SAFETY, LaneRight
from bridge.delivery.sender import CONNECT_SECONDS
from bridge.domain.deliveries import DEFAULT_LANE
from bridge.ledger import lanes
from tests.delivery.conftest import Warehouse
from tests.support.clock import FakeClock


def right(warehouse: Warehouse, owner: str, clock: FakeClock) -> LaneRight:
    """Return the hold of *owner*."""
    return LaneRight(database=warehouse.database, name=DEFAULT_LANE, owner=owner, clock=clock)


async def test_one_owner_at_a_time(warehouse: Warehouse) -> None:
    clock = FakeClock()
    first, second = right(warehouse, "first", clock), right(warehouse, "second", clock)

    assert await first.take()
    assert not await second.take()
    assert first.may_begin()
    assert not second.may_begin()

    await first.leave()
    assert await second.take()
    assert not first.may_begin()


async def test_a_lease_that_ran_out_goes_to_another_and_nothing_begins_shortly_before(
    warehouse: Warehouse,
) -> None:
    clock = FakeClock()
    first, second = right(warehouse, "first", clock), right(warehouse, "second", clock)
    await first.take()

    clock.advance(LEASE - SAFETY / 2)
    assert not first.may_begin()
    assert not await second.take()

    clock.advance(SAFETY)
    assert await second.take()


async def test_keeping_ends_when_another_has_taken_it(warehouse: Warehouse) -> None:
    clock = FakeClock()
    first, second = right(warehouse, "first", clock), right(warehouse, "second", clock)
    await first.take()
    clock.advance(LEASE)
    await second.take()

    async with asyncio.timeout(10):
        await first.keep()

    assert first.is_lost
    await first.leave()
    assert warehouse.database.read_now(lanes.get, name=DEFAULT_LANE).owner == "second"


def test_a_request_that_may_begin_has_gone_out_before_the_lease_ends() -> None:
    assert SAFETY.total_seconds() > CONNECT_SECONDS
    assert LEASE > SAFETY
