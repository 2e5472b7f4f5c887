"""What becomes of a file that was sent without an answer when a newer one follows (payt-imports §2, §8)."""

from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.deliveries import Assignment, Delivery, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Answer, Outcome, Situation, next_step
from bridge.domain.reasons import ReasonCode
from bridge.ledger import deliveries
from tests.support.builders import (
    a_plan,
    accept,
    an_accepted_upload,
    an_account,
    an_administration,
    an_upload,
    claim,
)
from tests.support.clock import DAY, MINUTE, NOON

LANE = "destination"


def now_of(connection: Connection, delivery: Delivery) -> Delivery:
    """The delivery as it is now."""
    return deliveries.get(connection, delivery_id=delivery.id)


def lose_the_answer(connection: Connection, assignment: Assignment) -> None:
    """Settle it as unknown, to be sent again."""
    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.PENDING,
        outcome=Outcome.UNKNOWN,
        now=NOON,
        due_at=NOON,
        yields=assignment.delivery.kind is Kind.DATA,
    )


def data(connection: Connection, account: Account, day: str) -> Delivery:
    """A data file."""
    return an_accepted_upload(connection, account, f"/{day}.csv", Kind.DATA)


def test_an_unknown_data_file_is_sent_again_while_it_is_the_newest(connection: Connection) -> None:
    account = an_account(connection)
    monday = data(connection, account, "monday")
    [first] = claim(connection)

    lose_the_answer(connection, first)

    assert (now_of(connection, monday).state, now_of(connection, monday).unknowns) == (
        DeliveryState.PENDING,
        1,
    )
    assert [one.delivery.id for one in claim(connection)] == [monday.id]


def test_an_unknown_data_file_gives_way_to_a_newer_one_that_waits(connection: Connection) -> None:
    account = an_account(connection)
    monday = data(connection, account, "monday")
    [first] = claim(connection)
    tuesday = data(connection, account, "tuesday")

    lose_the_answer(connection, first)

    ended = now_of(connection, monday)
    assert (ended.state, ended.reason) == (DeliveryState.SUPERSEDED, ReasonCode.UNKNOWN_REPLACED)
    assert [one.delivery.id for one in claim(connection)] == [tuesday.id]


def test_an_unknown_data_file_that_waits_gives_way_when_a_newer_one_comes(connection: Connection) -> None:
    account = an_account(connection)
    monday = data(connection, account, "monday")
    lose_the_answer(connection, claim(connection)[0])

    tuesday = data(connection, account, "tuesday")

    assert now_of(connection, monday).reason == ReasonCode.UNKNOWN_REPLACED
    assert [one.delivery.id for one in claim(connection)] == [tuesday.id]


def test_an_unknown_data_file_does_not_give_way_to_one_that_is_held(connection: Connection) -> None:
    account = an_account(connection)
    monday = data(connection, account, "monday")
    [first] = claim(connection)
    tuesday = data(connection, account, "tuesday")
    deliveries.hold(connection, delivery_id=tuesday.id)

    lose_the_answer(connection, first)
    assert now_of(connection, monday).state is DeliveryState.PENDING
    deliveries.release(connection, delivery_id=tuesday.id, now=NOON)

    assert now_of(connection, monday).state is DeliveryState.SUPERSEDED


def test_of_two_data_files_in_one_archive_the_later_is_the_newer(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.zip")
    place = account.administrations[0]
    plans = [a_plan(upload, place, Kind.DATA, member=name) for name in ("1.csv", "2.csv")]
    first, second = accept(connection, upload, *plans)

    lose_the_answer(connection, claim(connection)[0])

    assert now_of(connection, first).state is DeliveryState.SUPERSEDED
    assert now_of(connection, second).state is DeliveryState.PENDING


def test_another_administration_and_another_kind_take_nobodys_place(connection: Connection) -> None:
    places = [an_administration(connection, code) for code in ("A1", "A2")]
    one, two = (an_account(connection, place, name=place.code.lower()) for place in places)
    monday = data(connection, one, "monday")
    lose_the_answer(connection, claim(connection)[0])

    data(connection, two, "tuesday")
    an_accepted_upload(connection, one, "/tuesday.pdf")

    assert now_of(connection, monday).state is DeliveryState.PENDING


def test_a_data_file_that_certainly_did_not_arrive_still_goes_before_the_newer_one(
    connection: Connection,
) -> None:
    account = an_account(connection)
    monday = data(connection, account, "monday")
    [first] = claim(connection)
    data(connection, account, "tuesday")

    deliveries.settle(
        connection,
        delivery=first.delivery,
        to=DeliveryState.PENDING,
        outcome=Outcome.DEFERRED,
        now=NOON,
        due_at=NOON,
    )

    assert [one.delivery.id for one in claim(connection)] == [monday.id]


def test_after_a_crash_the_same_holds(connection: Connection) -> None:
    account = an_account(connection)
    monday = data(connection, account, "monday")
    document = an_accepted_upload(connection, account, "/a.pdf")
    claim(connection)
    tuesday = data(connection, account, "tuesday")

    assert deliveries.recover(connection, lane=LANE, now=NOON + MINUTE, expired_only=False) == 2

    assert now_of(connection, monday).reason == ReasonCode.UNKNOWN_REPLACED
    assert now_of(connection, document).state is DeliveryState.PENDING
    assert [one.delivery.id for one in claim(connection, now=NOON + MINUTE)] == [document.id, tuesday.id]


def test_an_unknown_pdf_that_a_newer_one_of_its_name_replaces_is_not_said_to_be_unsent(
    connection: Connection,
) -> None:
    account = an_account(connection)
    unknown = an_accepted_upload(connection, account, "/a.pdf")
    lose_the_answer(connection, claim(connection)[0])
    unsent = an_accepted_upload(connection, account, "/b.pdf")

    an_accepted_upload(connection, account, "/a.pdf")
    an_accepted_upload(connection, account, "/b.pdf")

    ended = [now_of(connection, one) for one in (unknown, unsent)]
    assert {one.state for one in ended} == {DeliveryState.SUPERSEDED}
    assert [one.reason for one in ended] == [ReasonCode.UNKNOWN_REPLACED, None]


def test_what_an_operator_released_after_a_look_at_payt_counts_as_unsent(connection: Connection) -> None:
    account = an_account(connection)
    attachment = an_accepted_upload(connection, account, "/terms.pdf", Kind.INVOICE_ATTACHMENT)
    claim(connection)
    deliveries.recover(connection, lane=LANE, now=NOON, expired_only=False)
    assert now_of(connection, attachment).unknowns == 1

    released = deliveries.release(connection, delivery_id=attachment.id, now=NOON)

    assert (released.state, released.unknowns) == (DeliveryState.PENDING, 0)
    [attempt] = deliveries.attempts_of(connection, delivery_id=attachment.id)
    assert attempt.outcome is Outcome.UNKNOWN


def fail(connection: Connection, times: int) -> None:
    """Let what is next fail so often, as the dispatcher settles what was answered 5xx."""
    for _ in range(times):
        [one] = claim(connection)
        situation = Situation(
            kind=Kind.DATA,
            attempts=one.delivery.attempts,
            rejections=0,
            trying_since=NOON,
            now=NOON,
            max_age=DAY,
            jitter=0.0,
        )
        step = next_step(Answer(status=500), situation)
        deliveries.settle(
            connection,
            delivery=one.delivery,
            to=DeliveryState.PENDING,
            outcome=step.outcome,
            now=NOON,
            due_at=NOON,
            yields=step.yields,
        )


def test_a_data_file_that_failed_three_times_gives_way_to_the_newer_one_that_waits(
    connection: Connection,
) -> None:
    # It once kept every newer one back until it was given up, for five days.
    account = an_account(connection)
    monday, tuesday = data(connection, account, "monday"), data(connection, account, "tuesday")

    fail(connection, 2)
    assert now_of(connection, monday).state is DeliveryState.PENDING
    fail(connection, 1)

    ended = now_of(connection, monday)
    assert (ended.state, ended.reason) == (DeliveryState.SUPERSEDED, ReasonCode.GAVE_WAY)
    assert [one.delivery.id for one in claim(connection)] == [tuesday.id]


def test_a_data_file_that_failed_often_goes_on_until_a_newer_one_comes(connection: Connection) -> None:
    account = an_account(connection)
    monday = data(connection, account, "monday")
    fail(connection, 4)
    assert now_of(connection, monday).state is DeliveryState.PENDING

    tuesday = data(connection, account, "tuesday")

    assert now_of(connection, monday).reason == ReasonCode.GAVE_WAY
    assert [one.delivery.id for one in claim(connection)] == [tuesday.id]


def test_a_data_file_that_an_operator_lets_go_is_sent_however_often_it_failed(connection: Connection) -> None:
    account = an_account(connection)
    monday = data(connection, account, "monday")
    fail(connection, 3)
    deliveries.hold(connection, delivery_id=monday.id)
    data(connection, account, "tuesday")

    released = deliveries.release(connection, delivery_id=monday.id, now=NOON)

    assert released.state is DeliveryState.PENDING
    assert [one.delivery.id for one in claim(connection)] == [monday.id]
