"""Writing down what an attempt came to, while the ledger has its troubles."""

import asyncio

import pytest

from bridge.delivery import settlement
from bridge.delivery.settlement import settle
from bridge.domain.deliveries import DEFAULT_LANE, Assignment, DeliveryState
from bridge.domain.outcomes import Answer, NextStep, Outcome
from bridge.ledger import leases
from tests.delivery.conftest import Warehouse, until
from tests.support import builders

ANSWER = Answer(status=201)
STEP = NextStep(outcome=Outcome.DELIVERED, is_delivered=True)


def claimed(warehouse: Warehouse) -> Assignment:
    """Return a leased delivery."""
    warehouse.add("1.csv", b"x")
    now = warehouse.clock.now()
    [assignment] = warehouse.database.write_now(builders.claim, now=now, token="t", limit=1)
    return assignment


async def test_a_ledger_that_does_not_answer_is_asked_again(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settlement, "RETRY_SECONDS", 0.05)
    assignment = claimed(warehouse)
    with warehouse.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE attempts RENAME TO away")

    task = asyncio.create_task(
        settle(
            warehouse.database,
            assignment=assignment,
            lane=DEFAULT_LANE,
            event=ANSWER,
            step=STEP,
            now=warehouse.clock.now(),
            is_ending=lambda: False,
        )
    )
    done, _ = await asyncio.wait({task}, timeout=0.3)
    assert not done
    with warehouse.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO attempts")
    await task

    assert warehouse.delivery(assignment.delivery.id).state is DeliveryState.DELIVERED


async def test_at_the_end_a_ledger_that_does_not_answer_is_not_asked_for_ever(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settlement, "RETRY_SECONDS", 0.01)
    assignment = claimed(warehouse)
    with warehouse.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE attempts RENAME TO away")

    async with asyncio.timeout(5):
        await settle(
            warehouse.database,
            assignment=assignment,
            lane=DEFAULT_LANE,
            event=ANSWER,
            step=STEP,
            now=warehouse.clock.now(),
            is_ending=lambda: True,
        )

    assert warehouse.delivery(assignment.delivery.id).state is DeliveryState.LEASED


async def test_a_lease_that_another_took_over_is_left_alone(warehouse: Warehouse) -> None:
    assignment = claimed(warehouse)
    now = warehouse.clock.now()
    warehouse.database.write_now(leases.recover, lane=DEFAULT_LANE, now=now, expired_only=False)

    await settle(
        warehouse.database,
        assignment=assignment,
        lane=DEFAULT_LANE,
        event=ANSWER,
        step=STEP,
        now=now,
        is_ending=lambda: False,
    )

    assert warehouse.delivery(assignment.delivery.id).state is DeliveryState.PENDING
    await until(lambda: len(warehouse.attempts(assignment.delivery.id)) == 1)
