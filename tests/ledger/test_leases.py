"""Leases: what is due, in which order, and what comes of it."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import Assignment, Delivery, DeliveryState
from bridge.domain.errors import Conflict, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.ledger import administrations, deliveries, lanes
from bridge.ledger.database import Database
from tests.support.builders import (
    a_plan,
    accept,
    an_accepted_upload,
    an_account,
    an_administration,
    an_upload,
    claim,
    turns,
)
from tests.support.clock import MINUTE, NOON

LANE = "destination"


def now_of(connection: Connection, delivery: Delivery) -> Delivery:
    """The delivery as it is now."""
    return deliveries.get(connection, delivery_id=delivery.id)


def ids(assignments: list[Assignment]) -> list[int]:
    """Their deliveries."""
    return [assignment.delivery.id for assignment in assignments]


def deliver(connection: Connection, assignment: Assignment) -> None:
    """Settle it well."""
    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=NOON,
        status=200,
    )


def test_the_oldest_is_leased_first_with_all_that_sending_needs(connection: Connection) -> None:
    account = an_account(connection)
    first = an_accepted_upload(connection, account, "/1.pdf")
    second = an_accepted_upload(connection, account, "/2.pdf")

    [assignment] = claim(connection, token="mine", limit=1)

    assert assignment.delivery.id == first.id
    assert assignment.delivery == now_of(connection, first)
    assert (assignment.delivery.attempts, assignment.delivery.lease_token) == (1, "mine")
    assert assignment.document.name == "1.pdf"
    assert assignment.administration == account.administrations[0]
    assert ids(claim(connection)) == [second.id]
    assert claim(connection) == []


def test_an_attempt_is_recorded_before_it_is_made(connection: Connection) -> None:
    delivery = an_accepted_upload(connection, an_account(connection))

    claim(connection)

    [attempt] = deliveries.attempts_of(connection, delivery_id=delivery.id)
    assert (attempt.started_at, attempt.ended_at, attempt.outcome) == (NOON, None, None)


def test_what_is_not_due_is_left(connection: Connection) -> None:
    an_accepted_upload(connection, an_account(connection))
    [assignment] = claim(connection)
    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.PENDING,
        outcome=Outcome.DEFERRED,
        now=NOON,
        due_at=NOON + MINUTE,
    )

    assert claim(connection, now=NOON) == []
    assert len(claim(connection, now=NOON + MINUTE)) == 1


def test_what_was_never_tried_goes_whatever_time_it_came_at(connection: Connection) -> None:
    an_accepted_upload(connection, an_account(connection), now=NOON + MINUTE)  # the clock was set back since

    assert len(claim(connection, now=NOON)) == 1


def test_nothing_is_leased_from_a_lane_that_may_not_send(connection: Connection) -> None:
    an_accepted_upload(connection, an_account(connection))
    lanes.stop(connection, name=LANE)
    assert claim(connection) == []
    lanes.resume(connection, name=LANE)
    lanes.pause(connection, name=LANE, until=NOON + MINUTE, reason="429")

    assert claim(connection) == []
    assert len(claim(connection, now=NOON + MINUTE)) == 1


def test_a_lane_that_is_not_there_is_not_found(connection: Connection) -> None:
    an_accepted_upload(connection, an_account(connection))
    turn = turns(connection)[0]

    with pytest.raises(NotFound):
        deliveries.claim(connection, lane="x", turn=turn, now=NOON, lease_until=NOON, token="", limit=1)


def test_an_administration_that_is_paused_waits_while_others_go_on(connection: Connection) -> None:
    places = [an_administration(connection, code) for code in ("A1", "A2")]
    paused = an_accepted_upload(connection, an_account(connection, places[0], name="one"))
    other = an_accepted_upload(connection, an_account(connection, places[1], name="two"))
    administrations.pause(
        connection, administration_id=places[0].id, until=NOON + MINUTE, reason="the token was refused"
    )

    assert ids(claim(connection)) == [other.id]
    assert ids(claim(connection, now=NOON + MINUTE)) == [paused.id]


def test_data_files_of_one_administration_go_one_after_another(connection: Connection) -> None:
    places = [an_administration(connection, code) for code in ("A1", "A2")]
    one, two = (an_account(connection, place, name=place.code.lower()) for place in places)
    monday = an_accepted_upload(connection, one, "/monday.csv", Kind.DATA)
    tuesday = an_accepted_upload(connection, one, "/tuesday.csv", Kind.DATA)
    document = an_accepted_upload(connection, one, "/x.pdf")
    other = an_accepted_upload(connection, two, "/x.csv", Kind.DATA)

    first = claim(connection)
    assert ids(first) == [monday.id, document.id, other.id]
    assert claim(connection) == []  # Tuesday's waits for Monday's answer

    deliver(connection, first[0])
    assert ids(claim(connection)) == [tuesday.id]


def test_a_data_file_that_will_be_tried_again_keeps_newer_ones_waiting(connection: Connection) -> None:
    account = an_account(connection)
    an_accepted_upload(connection, account, "/monday.csv", Kind.DATA)
    an_accepted_upload(connection, account, "/tuesday.csv", Kind.DATA)
    [monday] = claim(connection)

    deliveries.settle(
        connection,
        delivery=monday.delivery,
        to=DeliveryState.PENDING,
        outcome=Outcome.DEFERRED,
        now=NOON,
        due_at=NOON + MINUTE,
    )

    assert claim(connection) == []
    assert ids(claim(connection, now=NOON + MINUTE)) == [monday.delivery.id]


def test_a_held_data_file_keeps_nobody_waiting(connection: Connection) -> None:
    account = an_account(connection)
    monday = an_accepted_upload(connection, account, "/monday.csv", Kind.DATA)
    tuesday = an_accepted_upload(connection, account, "/tuesday.csv", Kind.DATA)
    deliveries.hold(connection, delivery_id=monday.id)

    assert ids(claim(connection)) == [tuesday.id]


def test_a_delivered_one_is_finished(connection: Connection) -> None:
    delivery = an_accepted_upload(connection, an_account(connection))
    [assignment] = claim(connection)

    deliver(connection, assignment)

    done = now_of(connection, delivery)
    assert (done.state, done.lease_token, done.attempts) == (DeliveryState.DELIVERED, None, 1)
    [attempt] = deliveries.attempts_of(connection, delivery_id=delivery.id)
    assert (attempt.outcome, attempt.status, attempt.ended_at) == (Outcome.DELIVERED, 200, NOON)


def test_a_deferred_one_comes_back_when_it_is_due(connection: Connection) -> None:
    delivery = an_accepted_upload(connection, an_account(connection))
    [assignment] = claim(connection)

    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.PENDING,
        outcome=Outcome.DEFERRED,
        now=NOON,
        status=503,
        detail="busy",
        due_at=NOON + MINUTE,
    )

    waiting = now_of(connection, delivery)
    assert (waiting.state, waiting.due_at, waiting.attempts) == (DeliveryState.PENDING, NOON + MINUTE, 1)
    assert claim(connection) == []
    [again] = claim(connection, now=NOON + MINUTE)
    assert again.delivery.attempts == 2


def test_a_429_does_not_count_as_an_attempt(connection: Connection) -> None:
    delivery = an_accepted_upload(connection, an_account(connection))
    [assignment] = claim(connection)

    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.PENDING,
        outcome=Outcome.DEFERRED,
        now=NOON,
        status=429,
        due_at=NOON,
        counts=False,
    )

    assert now_of(connection, delivery).attempts == 0
    assert len(deliveries.attempts_of(connection, delivery_id=delivery.id)) == 1


def test_a_429_is_counted_on_the_lane_once_however_often_it_is_written_down(connection: Connection) -> None:
    an_accepted_upload(connection, an_account(connection))
    [assignment] = claim(connection)
    settle = partial(
        deliveries.settle,
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.PENDING,
        outcome=Outcome.DEFERRED,
        now=NOON,
        status=429,
        due_at=NOON,
        counts=False,
        is_slow_down=True,
    )

    settle()
    with pytest.raises(Conflict):
        settle()

    assert lanes.get(connection, name=LANE).slow_downs == 1


def test_a_rejected_one_is_held_with_its_reason(connection: Connection) -> None:
    delivery = an_accepted_upload(connection, an_account(connection))
    [assignment] = claim(connection)

    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.HELD,
        outcome=Outcome.REJECTED,
        now=NOON,
        status=422,
        detail="unknown administration",
        reason=ReasonCode.REJECTED,
    )

    held = now_of(connection, delivery)
    assert (held.state, held.reason, held.detail) == (
        DeliveryState.HELD,
        ReasonCode.REJECTED,
        "unknown administration",
    )
    assert (held.attempts, held.rejections) == (1, 1)


def test_a_late_claimer_cannot_settle_what_another_holds(connection: Connection) -> None:
    delivery = an_accepted_upload(connection, an_account(connection))
    [first] = claim(connection, token="A")
    deliveries.recover(connection, lane=LANE, now=NOON + MINUTE, expired_only=True)
    [second] = claim(connection, now=NOON + MINUTE, token="B")

    with pytest.raises(Conflict, match="lost"):
        deliver(connection, first)

    assert now_of(connection, delivery) == second.delivery
    deliver(connection, second)
    with pytest.raises(Conflict):  # twice
        deliver(connection, second)


def test_what_a_stopped_process_left_is_sent_again_or_held_for_a_person(connection: Connection) -> None:
    account = an_account(connection)
    resendable = [
        an_accepted_upload(connection, account, f"/{kind}", kind)
        for kind in (Kind.DATA, Kind.INVOICE_PDF, Kind.INVOICE_UBL)
    ]
    others = [
        an_accepted_upload(connection, account, f"/{kind}", kind)
        for kind in (Kind.INVOICE_ATTACHMENT, Kind.DECLARATION)
    ]
    claim(connection)

    assert deliveries.recover(connection, lane=LANE, now=NOON, expired_only=False) == 5

    for delivery in resendable:
        assert now_of(connection, delivery).state is DeliveryState.PENDING
    for delivery in others:
        held = now_of(connection, delivery)
        assert (held.state, held.reason) == (DeliveryState.HELD, ReasonCode.AMBIGUOUS)
    for delivery in resendable + others:
        [attempt] = deliveries.attempts_of(connection, delivery_id=delivery.id)
        assert attempt.outcome is Outcome.UNKNOWN


def test_a_lease_that_is_not_over_is_left_to_its_holder(connection: Connection) -> None:
    delivery = an_accepted_upload(connection, an_account(connection))
    [assignment] = claim(connection)

    assert deliveries.recover(connection, lane=LANE, now=NOON, expired_only=True) == 0
    assert now_of(connection, delivery) == assignment.delivery
    assert deliveries.recover(connection, lane=LANE, now=NOON + MINUTE, expired_only=True) == 1


def test_two_claimers_at_once_never_get_the_same(database: Database) -> None:
    def fill(connection: Connection) -> None:
        account = an_account(connection)
        upload = an_upload(connection, account, "/x.zip")
        place = account.administrations[0]
        accept(connection, upload, *(a_plan(upload, place, member=f"{n}.pdf") for n in range(40)))

    database.write_now(fill)

    def claim_some(number: int) -> list[int]:
        return ids(database.write_now(claim, token=str(number), limit=5))

    with ThreadPoolExecutor(8) as threads:
        claimed = [delivery_id for each in threads.map(claim_some, range(8)) for delivery_id in each]

    assert len(claimed) == len(set(claimed)) == 40
