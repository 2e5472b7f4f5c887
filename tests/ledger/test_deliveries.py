"""Deliveries: what an operator does to the queue and sees of it."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import Assignment, Delivery, DeliveryId, DeliveryState
from bridge.domain.errors import Conflict, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.ledger import deliveries, schema, tallies
from tests.support.builders import (
    a_plan,
    accept,
    an_accepted_upload,
    an_account,
    an_upload,
    claim,
)
from tests.support.clock import DAY, NOON


def settled(connection: Connection, assignment: Assignment, to: DeliveryState) -> None:
    """End an attempt."""
    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=to,
        outcome=Outcome.DELIVERED if to is DeliveryState.DELIVERED else Outcome.REJECTED,
        now=NOON,
        reason=ReasonCode.REJECTED if to is DeliveryState.HELD else None,
    )


def release(connection: Connection, delivery: Delivery) -> Delivery:
    """Let it go, a day later."""
    return deliveries.release(connection, delivery_id=delivery.id, now=NOON + DAY)


def test_a_held_one_goes_at_once_when_released(connection: Connection) -> None:
    delivery = an_accepted_upload(connection, an_account(connection))
    [assignment] = claim(connection)
    settled(connection, assignment, DeliveryState.HELD)

    released = release(connection, delivery)

    assert (released.state, released.reason, released.detail) == (DeliveryState.PENDING, None, None)
    assert (released.due_at, released.rejections) == (NOON + DAY, 0)
    assert released.created_at == NOON + DAY  # its age counts anew, or it would be given up at once
    assert len(claim(connection, now=NOON + DAY)) == 1


def test_a_pending_one_is_sent_at_once_when_released(connection: Connection) -> None:
    delivery = an_accepted_upload(connection, an_account(connection), now=NOON + 2 * DAY)

    released = release(connection, delivery)

    assert released.due_at == NOON + DAY
    assert released.created_at == delivery.created_at


def test_what_has_no_place_needs_one_to_be_released(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.bin")
    [held] = accept(connection, upload, a_plan(upload, None, None, reason=ReasonCode.UNKNOWN_KIND))
    with pytest.raises(Conflict, match="kind and an administration"):
        release(connection, held)

    released = deliveries.release(
        connection,
        delivery_id=held.id,
        now=NOON,
        kind=Kind.DECLARATION,
        administration_id=account.administrations[0].id,
    )

    document = deliveries.document_of(connection, delivery=released)
    assert released.kind is document.kind is Kind.DECLARATION
    assert released.administration_id == document.administration_id == account.administrations[0].id


@pytest.mark.parametrize("newer_is", [DeliveryState.LEASED, DeliveryState.DELIVERED])
def test_a_data_file_is_not_released_when_a_newer_one_has_gone(
    connection: Connection, newer_is: DeliveryState
) -> None:
    account = an_account(connection)
    monday = an_accepted_upload(connection, account, "/monday.csv", Kind.DATA)
    deliveries.hold(connection, delivery_id=monday.id)
    an_accepted_upload(connection, account, "/tuesday.csv", Kind.DATA)
    [tuesday] = claim(connection)
    if newer_is is DeliveryState.DELIVERED:
        settled(connection, tuesday, newer_is)

    with pytest.raises(Conflict, match="already gone"):
        release(connection, monday)


def test_a_data_file_is_released_before_a_newer_one_that_still_waits(connection: Connection) -> None:
    account = an_account(connection)
    monday = an_accepted_upload(connection, account, "/monday.csv", Kind.DATA)
    deliveries.hold(connection, delivery_id=monday.id)
    an_accepted_upload(connection, account, "/tuesday.csv", Kind.DATA)

    release(connection, monday)

    [first] = claim(connection, now=NOON + DAY)
    assert first.delivery.id == monday.id


def test_one_that_was_accepted_late_is_older_than_its_delivery_id_says(connection: Connection) -> None:
    # A bug once compared the ids of deliveries: an upload that was held gets a late one.
    account = an_account(connection)
    monday = an_upload(connection, account, "/monday.csv")
    an_accepted_upload(connection, account, "/tuesday.csv", Kind.DATA)
    [tuesday] = claim(connection)
    settled(connection, tuesday, DeliveryState.DELIVERED)
    [overtaken] = accept(connection, monday, a_plan(monday, account.administrations[0], Kind.DATA))

    with pytest.raises(Conflict, match="already gone"):
        release(connection, overtaken)


def test_what_is_finished_or_under_way_is_not_released(connection: Connection) -> None:
    account = an_account(connection)
    leased, delivered = (an_accepted_upload(connection, account, f"/{n}.pdf") for n in range(2))
    assignments = claim(connection)
    settled(connection, assignments[1], DeliveryState.DELIVERED)
    cancelled = an_accepted_upload(connection, account, "/2.pdf")
    deliveries.cancel(connection, delivery_id=cancelled.id, now=NOON)

    for delivery in (leased, delivered, cancelled):
        with pytest.raises(Conflict):
            release(connection, delivery)
    with pytest.raises(NotFound):
        deliveries.release(connection, delivery_id=DeliveryId(0), now=NOON)


def test_a_pending_one_is_held_until_released(connection: Connection) -> None:
    delivery = an_accepted_upload(connection, an_account(connection))

    held = deliveries.hold(connection, delivery_id=delivery.id)

    assert (held.state, held.reason) == (DeliveryState.HELD, ReasonCode.BY_OPERATOR)
    assert claim(connection) == []
    release(connection, delivery)
    assert len(claim(connection, now=NOON + DAY)) == 1


def test_what_is_under_way_can_be_neither_held_nor_cancelled(connection: Connection) -> None:
    # Holding it once broke on the schema's CHECK: held, and still with its lease.
    delivery = an_accepted_upload(connection, an_account(connection))
    [assignment] = claim(connection)

    with pytest.raises(Conflict, match="leased"):
        deliveries.hold(connection, delivery_id=delivery.id)
    with pytest.raises(Conflict, match="leased"):
        deliveries.cancel(connection, delivery_id=delivery.id, now=NOON)

    settled(connection, assignment, DeliveryState.DELIVERED)


def test_a_held_one_stays_as_it_was_held(connection: Connection) -> None:
    delivery = an_accepted_upload(connection, an_account(connection))
    [assignment] = claim(connection)
    settled(connection, assignment, DeliveryState.HELD)

    with pytest.raises(Conflict, match="held"):
        deliveries.hold(connection, delivery_id=delivery.id)

    assert deliveries.get(connection, delivery_id=delivery.id).reason == ReasonCode.REJECTED


def test_a_cancelled_one_is_not_sent(connection: Connection) -> None:
    account = an_account(connection)
    pending, held = (an_accepted_upload(connection, account, f"/{n}.pdf") for n in range(2))
    deliveries.hold(connection, delivery_id=held.id)

    for delivery in (pending, held):
        cancelled = deliveries.cancel(connection, delivery_id=delivery.id, now=NOON)
        assert cancelled.state is DeliveryState.CANCELLED
        with pytest.raises(Conflict):
            deliveries.cancel(connection, delivery_id=delivery.id, now=NOON)
    assert claim(connection) == []


def test_a_delivery_that_is_not_there_is_not_found(connection: Connection) -> None:
    for act in (deliveries.get, deliveries.hold):
        with pytest.raises(NotFound):
            act(connection, delivery_id=DeliveryId(0))


def test_what_became_of_an_upload_is_counted_from_its_deliveries(connection: Connection) -> None:
    account = an_account(connection)
    place = account.administrations[0]
    upload = an_upload(connection, account, "/x.zip")
    accept(connection, upload, *(a_plan(upload, place, member=f"{n}.pdf") for n in range(3)))
    [assignment] = claim(connection, limit=1)
    settled(connection, assignment, DeliveryState.DELIVERED)

    report = deliveries.counts_by_upload(connection, upload_ids=[upload.id])

    assert report == {upload.id: {"delivered": 1, "pending": 2}}
    assert tallies.count_all(connection).deliveries == {DeliveryState.DELIVERED: 1, DeliveryState.PENDING: 2}


def test_what_was_skipped_is_counted_beside_what_a_person_cancelled(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.zip")
    made = accept(
        connection, upload, *(a_plan(upload, account.administrations[0], member=f"{n}.pdf") for n in range(3))
    )
    for delivery in made[:2]:
        deliveries.cancel(connection, delivery_id=delivery.id, now=NOON)
    connection.execute(
        sa.update(schema.deliveries)
        .where(schema.deliveries.c.id == made[0].id)
        .values(reason=ReasonCode.SENT_BEFORE)
    )

    report = deliveries.counts_by_upload(connection, upload_ids=[upload.id])

    assert report == {upload.id: {"skipped": 1, "cancelled": 1, "pending": 1}}
