"""Counters that a running server watches."""

from collections.abc import Callable

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import Delivery
from bridge.ledger import accounts, administrations, counters, deliveries, lanes
from tests.support.builders import an_accepted_upload, an_account
from tests.support.clock import NOON


def test_a_counter_that_was_never_raised_is_zero(connection: Connection) -> None:
    assert counters.value(connection, name="changes") == 0


def test_a_counter_counts_by_itself(connection: Connection) -> None:
    for _ in range(3):
        counters.raise_by_one(connection, name="changes")
    counters.raise_by_one(connection, name="others")

    assert counters.value(connection, name="changes") == 3
    assert counters.value(connection, name="others") == 1


Decision = Callable[[Connection, Delivery], object]


@pytest.mark.parametrize(
    "decide",
    [
        lambda ledger, one: deliveries.hold(ledger, delivery_id=one.id),
        lambda ledger, one: deliveries.release(ledger, delivery_id=one.id, now=NOON),
        lambda ledger, one: deliveries.cancel(ledger, delivery_id=one.id, now=NOON),
        lambda ledger, _: accounts.set_stopped(ledger, name="sender", is_stopped=True),
        lambda ledger, _: administrations.set_stopped(ledger, code="A1", is_stopped=True),
        lambda ledger, _: administrations.change(ledger, code="A1", values={"sealed_token": "x"}),
        lambda ledger, _: lanes.stop(ledger, name="destination"),
        lambda ledger, _: lanes.resume(ledger, name="destination"),
    ],
)
def test_every_decision_about_what_may_be_sent_is_counted(connection: Connection, decide: Decision) -> None:
    delivery = an_accepted_upload(connection, an_account(connection))
    before = counters.value(connection, name=counters.QUEUE)

    decide(connection, delivery)

    assert counters.value(connection, name=counters.QUEUE) == before + 1
