"""A delivery's age is how long it has been tried, and not how long ago it came."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bridge.delivery.age import trying_since
from bridge.domain.deliveries import DeliveryId
from bridge.ledger.schema import attempts
from tests.delivery.conftest import Warehouse
from tests.support.clock import DAY, NOON, FakeClock

MOST = 5 * DAY


@pytest.fixture
def old(warehouse: Warehouse) -> DeliveryId:
    """A delivery of six days ago."""
    warehouse.clock = FakeClock()
    return warehouse.add("1.csv", b"x", age=6 * DAY)


def an_attempt(warehouse: Warehouse, delivery: DeliveryId, at: datetime, status: int | None) -> None:
    with warehouse.database.engine.begin() as connection:
        connection.execute(
            sa.insert(attempts).values(
                delivery_id=delivery, started_at=at, ended_at=at, outcome="deferred", status=status
            )
        )


async def since(warehouse: Warehouse, delivery: DeliveryId, now: datetime = NOON) -> timedelta:
    """Return how long it has been tried."""
    found = warehouse.delivery(delivery)
    return now - await trying_since(warehouse.database, delivery=found, now=now, max_age=MOST)


async def test_it_counts_from_the_first_attempt(warehouse: Warehouse, old: DeliveryId) -> None:
    for days in (3, 2):
        an_attempt(warehouse, old, NOON - days * DAY, 503)

    assert await since(warehouse, old) == 3 * DAY


async def test_an_attempt_that_asked_to_come_later_is_none(warehouse: Warehouse, old: DeliveryId) -> None:
    for status in (429, 401, 404):
        an_attempt(warehouse, old, NOON - 4 * DAY, status)
    an_attempt(warehouse, old, NOON - 2 * DAY, None)

    assert await since(warehouse, old) == 2 * DAY


async def test_what_was_tried_before_a_person_released_it_does_not_count(
    warehouse: Warehouse, old: DeliveryId
) -> None:
    an_attempt(warehouse, old, NOON - 20 * DAY, 503)
    an_attempt(warehouse, old, NOON - DAY, 503)

    assert await since(warehouse, old) == DAY


async def test_what_came_lately_is_not_asked_about(warehouse: Warehouse, old: DeliveryId) -> None:
    assert await since(warehouse, old, NOON - 2 * DAY) == 4 * DAY


async def test_of_what_came_when_the_clock_was_ahead_every_attempt_counts(
    warehouse: Warehouse, old: DeliveryId
) -> None:
    an_attempt(warehouse, old, NOON - 9 * DAY, 503)

    assert await since(warehouse, old, NOON - 7 * DAY) == 2 * DAY


async def test_without_an_answer_of_the_ledger_nothing_is_old(warehouse: Warehouse, old: DeliveryId) -> None:
    found = warehouse.delivery(old)
    with warehouse.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE attempts RENAME TO away")

    assert await trying_since(warehouse.database, delivery=found, now=NOON, max_age=MOST) == NOON
