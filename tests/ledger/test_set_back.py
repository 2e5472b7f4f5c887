"""What a clock that was set back leaves: waits longer than any rule's are over, others stay."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DEFAULT_LANE, DeliveryId
from bridge.domain.kinds import Kind
from bridge.ledger import administrations, deliveries, lanes, set_back
from bridge.ledger.schema import deliveries as table
from tests.support.builders import an_accepted_upload, an_account
from tests.support.clock import DAY, MINUTE, NOON

HOUR = timedelta(hours=1)


def make_due(connection: Connection) -> int:
    return set_back.make_due(connection, lane=DEFAULT_LANE, now=NOON)


def a_delivery(
    connection: Connection, path: str, kind: Kind, *, attempts: int, due_in: timedelta
) -> DeliveryId:
    """Return a delivery that waits."""
    delivery = an_accepted_upload(connection, an_account(connection), path, kind)
    connection.execute(
        sa.update(table).where(table.c.id == delivery.id).values(attempts=attempts, due_at=NOON + due_in)
    )
    return delivery.id


@pytest.mark.parametrize(
    ("kind", "attempts", "due_in", "is_ended"),
    [
        (Kind.INVOICE_PDF, 1, HOUR + MINUTE, True),
        (Kind.INVOICE_PDF, 1, DAY, True),
        (Kind.INVOICE_PDF, 1, 59 * MINUTE, False),  # a 503 may have asked for that
        (Kind.DATA, 1, 59 * MINUTE, False),
        (Kind.DATA, 1, DAY, True),
        (Kind.DATA, 0, MINUTE, True),  # it never had to wait
    ],
)
def test_a_delivery_that_waits_longer_than_any_rule_says_is_due(
    connection: Connection, kind: Kind, attempts: int, due_in: timedelta, is_ended: bool
) -> None:
    delivery_id = a_delivery(connection, "/one", kind, attempts=attempts, due_in=due_in)

    assert make_due(connection) == is_ended

    expected = NOON if is_ended else NOON + due_in
    assert deliveries.get(connection, delivery_id=delivery_id).due_at == expected
    assert make_due(connection) == 0


@pytest.mark.parametrize(("left", "is_ended"), [(59 * MINUTE, False), (HOUR + MINUTE, True), (DAY, True)])
def test_a_lane_is_paused_no_longer_than_a_destination_may_ask_for(
    connection: Connection, left: timedelta, is_ended: bool
) -> None:
    lanes.pause(connection, name=DEFAULT_LANE, until=NOON + left, reason="429")

    assert make_due(connection) == is_ended
    assert lanes.get(connection, name=DEFAULT_LANE).may_send(NOON) is is_ended


@pytest.mark.parametrize(("left", "is_ended"), [(10 * MINUTE, False), (11 * MINUTE, True), (DAY, True)])
def test_an_administration_is_paused_no_longer_than_until_its_next_try(
    connection: Connection, left: timedelta, is_ended: bool
) -> None:
    place = an_account(connection).administrations[0]
    administrations.pause(connection, administration_id=place.id, until=NOON + left, reason="401")

    assert make_due(connection) == is_ended
    assert administrations.get(connection, code=place.code).paused_until == NOON + (not is_ended) * left
