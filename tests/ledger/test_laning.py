"""Lanes of deliveries: made as needed, and left for others when the rule changes."""

from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DEFAULT_LANE, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.laning import LaneScope, Laning
from bridge.domain.outcomes import Outcome
from bridge.ledger import deliveries, lanes, laning, uploads
from bridge.ledger.schema import deliveries as table
from tests.support.builders import (
    a_plan,
    an_accepted_upload,
    an_account,
    an_administration,
    an_upload,
    claim,
    deliveries_of,
)
from tests.support.clock import NOON

BY_ENDPOINT = Laning(scope=LaneScope.ENDPOINT)
BY_ADMINISTRATION = Laning(scope=LaneScope.ADMINISTRATION)


def lanes_of(connection: Connection) -> list[str]:
    """Return the lane of each delivery, the first first."""
    return [row.lane for row in connection.execute(table.select().order_by(table.c.id))]


def put_right(connection: Connection, rule: Laning) -> int:
    return sum(laning.move(connection, stray=one) for one in laning.strays(connection, laning=rule))


def test_what_is_accepted_goes_into_the_lane_of_the_rule_which_is_made(connection: Connection) -> None:
    place = an_administration(connection)
    upload = an_upload(connection, an_account(connection, place))
    plans = [
        a_plan(upload, place, Kind.DATA, member="a.csv"),
        a_plan(upload, place, Kind.INVOICE_PDF, member="b.pdf"),
        a_plan(upload, None, None, member="c", reason="unknown_kind"),
    ]

    uploads.accept(connection, upload=upload, sha256="0" * 64, planned=plans, now=NOON, rule=BY_ENDPOINT)

    assert lanes_of(connection) == ["endpoint:csv", "endpoint:invoice_pdf", DEFAULT_LANE]
    assert {one.name for one in lanes.listing(connection)} == {
        DEFAULT_LANE,
        "endpoint:csv",
        "endpoint:invoice_pdf",
    }
    assert laning.busy(connection) == {"endpoint:csv", "endpoint:invoice_pdf"}


def test_a_lane_that_is_made_while_all_are_stopped_is_stopped(connection: Connection) -> None:
    # After a restore that stopped every lane, a server with another lane_scope sent before anybody looked.
    laning.make(connection, names=["endpoint:csv"])
    lanes.stop(connection, name=DEFAULT_LANE)
    laning.make(connection, names=["endpoint:invoice_pdf"])
    assert not lanes.get(connection, name="endpoint:invoice_pdf").is_stopped  # one of several sends

    for one in lanes.listing(connection):
        lanes.stop(connection, name=one.name)
    laning.make(connection, names=["administration:1", "administration:2"])

    assert all(one.is_stopped for one in lanes.listing(connection))


def test_what_waits_when_all_is_stopped_stays_under_another_rule(connection: Connection) -> None:
    an_accepted_upload(connection, an_account(connection))
    lanes.stop(connection, name=DEFAULT_LANE)

    assert put_right(connection, BY_ENDPOINT) == 1

    assert lanes.get(connection, name="endpoint:invoice_pdf").is_stopped


def test_making_a_lane_that_is_there_changes_nothing(connection: Connection) -> None:
    lanes.stop(connection, name=DEFAULT_LANE)

    laning.make(connection, names=[DEFAULT_LANE])

    assert lanes.get(connection, name=DEFAULT_LANE).is_stopped


def test_what_waits_moves_when_the_rule_changes_and_back_again(connection: Connection) -> None:
    first, second = an_administration(connection, "A1"), an_administration(connection, "A2")
    for number, place in enumerate((first, second)):
        account = an_account(connection, place, name=f"sender-{number}")
        an_accepted_upload(connection, account, "/1.csv", Kind.DATA)
        an_accepted_upload(connection, account, "/1.pdf")

    moved = put_right(connection, BY_ADMINISTRATION)

    assert moved == 4
    assert lanes_of(connection) == ["administration:A1"] * 2 + ["administration:A2"] * 2
    assert laning.strays(connection, laning=BY_ADMINISTRATION) == []
    assert laning.busy(connection) == {"administration:A1", "administration:A2"}

    assert put_right(connection, Laning(scope=LaneScope.DESTINATION)) == 4
    assert lanes_of(connection) == [DEFAULT_LANE] * 4


def test_what_was_tried_before_moves_too(connection: Connection) -> None:
    an_accepted_upload(connection, an_account(connection))
    [assignment] = claim(connection)
    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.PENDING,
        outcome=Outcome.DEFERRED,
        now=NOON,
        status=503,
        due_at=NOON,
    )

    assert put_right(connection, BY_ENDPOINT) == 1
    assert lanes_of(connection) == ["endpoint:invoice_pdf"]


def test_what_is_under_way_or_held_stays_and_a_lane_with_it_under_way_is_busy(connection: Connection) -> None:
    account = an_account(connection)
    held = an_accepted_upload(connection, account, "/held.pdf")
    deliveries.hold(connection, delivery_id=held.id)
    an_accepted_upload(connection, account, "/1.pdf")
    claim(connection)

    assert put_right(connection, BY_ENDPOINT) == 0
    assert laning.busy(connection) == {DEFAULT_LANE}


def test_what_a_person_gave_another_kind_is_a_stray(connection: Connection) -> None:
    place = an_administration(connection)
    upload = an_upload(connection, an_account(connection, place))
    plan = a_plan(upload, None, None, reason="unknown_kind")
    uploads.accept(connection, upload=upload, sha256="0" * 64, planned=[plan], now=NOON, rule=BY_ENDPOINT)
    [delivery] = deliveries_of(connection, upload)

    deliveries.release(
        connection, delivery_id=delivery.id, now=NOON, kind=Kind.INVOICE_UBL, administration_id=place.id
    )

    assert put_right(connection, BY_ENDPOINT) == 1
    assert lanes_of(connection) == ["endpoint:invoice_ubl"]


def test_a_release_looks_at_newer_data_files_whatever_lane_they_are_in(connection: Connection) -> None:
    account = an_account(connection)
    old = an_accepted_upload(connection, account, "/old.csv", Kind.DATA)
    deliveries.hold(connection, delivery_id=old.id)
    an_accepted_upload(connection, account, "/new.csv", Kind.DATA)
    put_right(connection, BY_ENDPOINT)

    released = deliveries.release(connection, delivery_id=old.id, now=NOON)

    assert released.state is DeliveryState.PENDING
