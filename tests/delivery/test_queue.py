"""The queue of one lane: numbers in memory, right again as soon as the ledger says otherwise."""

import asyncio
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bridge.delivery.queue import COUNT_SECONDS, LOOK_SECONDS, Queue
from bridge.domain.deliveries import DEFAULT_LANE, Assignment, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.ledger import counters, deliveries, lanes
from bridge.ledger.schema import accounts as accounts_table
from tests.delivery.conftest import Warehouse


@pytest.fixture
def queue(warehouse: Warehouse) -> Queue:
    return a_queue(warehouse)


def a_queue(warehouse: Warehouse) -> Queue:
    return Queue(
        database=warehouse.database, lane=DEFAULT_LANE, per_second=3, cut_off_margin=timedelta(minutes=5)
    )


async def claim(queue: Queue, now: datetime, limit: int = 1) -> list[Assignment]:
    return await queue.claim(now=now, lease_until=now + timedelta(minutes=2), token="t", limit=limit)


async def names(queue: Queue, warehouse: Warehouse, count: int) -> list[str]:
    """Claim so many, one by one."""
    found: list[str] = []
    for _ in range(count):
        found += [one.document.name for one in await claim(queue, warehouse.clock.now())]
    return found


async def settle(
    queue: Queue, warehouse: Warehouse, assignment: Assignment, to: DeliveryState = DeliveryState.DELIVERED
) -> None:
    """Let the attempt of *assignment* end."""
    now = warehouse.clock.now()
    is_delivered = to is DeliveryState.DELIVERED
    warehouse.database.write_now(
        deliveries.settle,
        delivery=assignment.delivery,
        to=to,
        outcome=Outcome.DELIVERED if is_delivered else Outcome.DEFERRED,
        now=now,
        due_at=None if is_delivered else now,
    )
    await queue.ended(assignment, is_delivered=is_delivered, now=now)


async def test_what_waits_at_the_start_is_claimed_documents_first(queue: Queue, warehouse: Warehouse) -> None:
    warehouse.add("1.csv", b"x")
    warehouse.add("1.pdf", b"x", kind=Kind.INVOICE_PDF)
    warehouse.add("2.pdf", b"x", kind=Kind.INVOICE_PDF)

    assert await names(queue, warehouse, 4) == ["1.pdf", "2.pdf", "1.csv"]


async def test_several_of_one_turn_are_claimed_at_once(queue: Queue, warehouse: Warehouse) -> None:
    for number in range(5):
        warehouse.add(f"{number}.pdf", b"x", kind=Kind.INVOICE_PDF)

    assert len(await claim(queue, warehouse.clock.now(), limit=3)) == 3
    assert len(await claim(queue, warehouse.clock.now(), limit=3)) == 2


async def test_what_comes_when_nothing_waited_is_seen_at_once(queue: Queue, warehouse: Warehouse) -> None:
    warehouse.add("0.pdf", b"x", kind=Kind.INVOICE_PDF)
    assert await names(queue, warehouse, 2) == ["0.pdf"]
    warehouse.add("1.pdf", b"x", kind=Kind.INVOICE_PDF)
    warehouse.add("2.csv", b"x")

    assert await names(queue, warehouse, 3) == ["1.pdf", "2.csv"]


async def test_what_comes_while_there_is_enough_to_do_is_seen_within_a_moment(
    queue: Queue, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        warehouse.add(f"{number}.pdf", b"x", kind=Kind.INVOICE_PDF)
    await names(queue, warehouse, 1)
    warehouse.add("new.pdf", b"x", kind=Kind.INVOICE_PDF, code="200")
    loop = asyncio.get_running_loop()
    later = loop.time() + LOOK_SECONDS
    monkeypatch.setattr(loop, "time", lambda: later)

    assert "new.pdf" in await names(queue, warehouse, 2)


async def test_data_files_go_one_after_another(queue: Queue, warehouse: Warehouse) -> None:
    warehouse.add("monday.csv", b"x")
    warehouse.add("tuesday.csv", b"y")
    [monday] = await claim(queue, warehouse.clock.now())
    assert await claim(queue, warehouse.clock.now()) == []

    await settle(queue, warehouse, monday)

    assert await names(queue, warehouse, 2) == ["tuesday.csv"]


async def test_what_is_to_be_tried_again_is_claimed_when_it_is_due(
    queue: Queue, warehouse: Warehouse
) -> None:
    warehouse.add("1.pdf", b"x", kind=Kind.INVOICE_PDF)
    [assignment] = await claim(queue, warehouse.clock.now())

    await settle(queue, warehouse, assignment, DeliveryState.PENDING)

    [again] = await claim(queue, warehouse.clock.now())
    assert again.delivery.attempts == 2


async def test_what_an_operator_took_away_is_not_claimed_and_the_rest_is(
    queue: Queue, warehouse: Warehouse
) -> None:
    warehouse.add("0.pdf", b"x", kind=Kind.INVOICE_PDF, code="100")
    cancelled = warehouse.add("1.pdf", b"x", kind=Kind.INVOICE_PDF, code="100")
    warehouse.add("2.pdf", b"x", kind=Kind.INVOICE_PDF, code="200")
    warehouse.add("3.pdf", b"x", kind=Kind.INVOICE_PDF, code="200")
    assert await names(queue, warehouse, 1) == ["0.pdf"]
    warehouse.database.write_now(deliveries.cancel, delivery_id=cancelled, now=warehouse.clock.now())

    assert await names(queue, warehouse, 3) == ["2.pdf", "3.pdf"]


async def test_an_operators_act_is_seen_as_soon_as_it_is_counted(
    warehouse: Warehouse,
) -> None:
    queue = a_queue(warehouse)
    warehouse.add("1.pdf", b"x", kind=Kind.INVOICE_PDF)
    with warehouse.database.engine.begin() as connection:
        connection.execute(sa.update(accounts_table).values(is_stopped=True))
    assert await names(queue, warehouse, 1) == []
    with warehouse.database.engine.begin() as connection:
        connection.execute(sa.update(accounts_table).values(is_stopped=False))
    warehouse.database.write_now(counters.raise_by_one, name=counters.QUEUE)

    assert await names(queue, warehouse, 1) == ["1.pdf"]


async def test_what_nobody_told_of_is_found_by_the_next_count(
    queue: Queue, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = warehouse.add("1.pdf", b"x", kind=Kind.INVOICE_PDF)
    warehouse.database.write_now(deliveries.hold, delivery_id=delivery)
    assert await names(queue, warehouse, 1) == []
    with warehouse.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET state = 'pending', reason = NULL")
    assert await names(queue, warehouse, 1) == []
    loop = asyncio.get_running_loop()
    later = loop.time() + COUNT_SECONDS
    monkeypatch.setattr(loop, "time", lambda: later)

    assert await names(queue, warehouse, 1) == ["1.pdf"]


async def test_nothing_is_claimed_of_a_lane_that_is_stopped(queue: Queue, warehouse: Warehouse) -> None:
    warehouse.add("1.pdf", b"x", kind=Kind.INVOICE_PDF)
    warehouse.database.write_now(lanes.stop, name=DEFAULT_LANE)
    assert await names(queue, warehouse, 1) == []

    warehouse.database.write_now(lanes.resume, name=DEFAULT_LANE)

    assert await names(queue, warehouse, 1) == ["1.pdf"]
