"""Steady time, and a lane whose wall clock is set while it sends (threats D11)."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from bridge.delivery import dispatcher
from bridge.delivery.steady import SteadyTime
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.sandbox import Sandbox, ScriptedAnswer
from tests.delivery.conftest import Warehouse, running, until
from tests.support.clock import DAY, NOON, SECOND, FakeClock

BEGAN = time.monotonic()
HOUR = timedelta(hours=1)
TO_1970 = datetime(1970, 1, 1, tzinfo=UTC) - NOON
PERIOD_SECONDS = 0.3


class SetClock:
    """The machine's clock, but for what somebody set it ahead or back."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        """Return what it says."""
        return NOON + self.ahead + timedelta(seconds=time.monotonic() - BEGAN)


async def test_it_goes_on_whatever_becomes_of_the_clock() -> None:
    clock = FakeClock()
    steady = SteadyTime(clock)

    assert steady.begin() == NOON
    clock.advance(DAY)
    assert NOON <= steady.now() < NOON + SECOND
    assert steady.begin() == NOON + DAY


async def test_a_clock_that_is_set_back_is_noticed_once() -> None:
    clock = FakeClock()
    steady = SteadyTime(clock)
    steady.begin()

    clock.advance(HOUR)
    assert not steady.was_set_back()
    clock.advance(-HOUR / 2)
    assert steady.was_set_back()
    assert not steady.was_set_back()


@pytest.mark.parametrize("jump", [-HOUR, HOUR, -DAY, DAY, TO_1970])
async def test_when_the_clock_is_set_nothing_is_stuck_and_nothing_bursts(
    warehouse: Warehouse, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    monkeypatch.setattr(dispatcher, "RECOVER_SECONDS", 0.05)
    warehouse.clock = clock = SetClock()
    waiting = [
        warehouse.add("a retry.csv", b"x", code="100"),
        warehouse.add("a locked administration.csv", b"x", code="200"),
        warehouse.add("a paused lane.csv", b"x", code="300"),
    ]
    sandbox.script(
        ScriptedAnswer(status=503),
        ScriptedAnswer(status=401),
        ScriptedAnswer(status=429, headers={"Retry-After": "1800"}),
    )
    sending = warehouse.dispatcher(sandbox.url, rate_limit=3, rate_period_seconds=PERIOD_SECONDS)
    async with running(sending):
        await until(lambda: all(warehouse.attempts(one) for one in waiting))
        await until(lambda: warehouse.lane().paused_until is not None)
        waiting += [
            warehouse.add(f"{number}.pdf", b"%PDF", kind=Kind.INVOICE_PDF, code="100") for number in range(9)
        ]
        clock.ahead = jump
        await until(
            lambda: all(warehouse.delivery(one).state is DeliveryState.DELIVERED for one in waiting), 20
        )

    starts = [one.monotonic_seconds for one in sandbox.received]
    assert len(starts) == 3 + len(waiting)
    assert min(later - first for first, later in zip(starts, starts[3:], strict=False)) > PERIOD_SECONDS


async def test_without_a_jump_what_has_to_wait_waits(
    warehouse: Warehouse, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "RECOVER_SECONDS", 0.05)
    warehouse.clock = SetClock()
    locked = warehouse.add("1.csv", b"x")
    sandbox.script(ScriptedAnswer(status=401))
    async with running(warehouse.dispatcher(sandbox.url)):
        await until(lambda: bool(warehouse.attempts(locked)))
        other = warehouse.add("2.csv", b"x", code="200")
        await until(lambda: warehouse.delivery(other).state is DeliveryState.DELIVERED)

    assert warehouse.delivery(locked).state is DeliveryState.PENDING
    assert len(sandbox.received) == 2
