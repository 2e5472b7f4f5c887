"""A replay is a new delivery of the same bytes, and never puts something old over something newer."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import Delivery, DeliveryId, DeliveryState
from bridge.domain.errors import Conflict, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.ledger import administrations, arrived, blobs, counters, deliveries, replays, schema, selection
from tests.support.builders import a_plan, accept, an_accepted_upload, an_account, an_upload, claim
from tests.support.clock import DAY, NOON


def settle_all(connection: Connection) -> None:
    """Deliver all that is due."""
    for assignment in claim(connection, now=NOON + DAY):
        deliveries.settle(
            connection,
            delivery=assignment.delivery,
            to=DeliveryState.DELIVERED,
            outcome=Outcome.DELIVERED,
            now=NOON + DAY,
        )


def replay(connection: Connection, delivery: Delivery) -> Delivery:
    """Send it again, two days later."""
    return replays.replay(connection, delivery_id=delivery.id, now=NOON + 2 * DAY)


def test_what_was_delivered_stays_so_and_goes_again_as_itself(connection: Connection) -> None:
    former = an_accepted_upload(connection, an_account(connection))
    settle_all(connection)
    before = counters.value(connection, name=counters.QUEUE)

    again = replay(connection, former)

    assert deliveries.get(connection, delivery_id=former.id).state is DeliveryState.DELIVERED
    assert (again.state, again.attempts, again.created_at) == (DeliveryState.PENDING, 0, NOON + 2 * DAY)
    assert (again.kind, again.administration_id) == (former.kind, former.administration_id)
    old = deliveries.document_of(connection, delivery=former)
    new = deliveries.document_of(connection, delivery=again)
    assert (new.name, new.upload_id, new.blob, new.sha256) == (old.name, old.upload_id, old.blob, old.sha256)
    [remark] = new.remarks
    assert (remark.code, remark.detail) == (ReasonCode.REPLAYED, f"delivery {former.id}")
    assert counters.value(connection, name=counters.QUEUE) == before + 1
    assert [one.delivery.id for one in claim(connection, now=NOON + 2 * DAY)] == [again.id]


def test_a_replay_can_itself_be_replayed_and_says_so_once(connection: Connection) -> None:
    first = replay_of(connection, Kind.INVOICE_PDF)
    settle_all(connection)

    second = replay(connection, first)

    remarks = deliveries.document_of(connection, delivery=second).remarks
    assert [(one.code, one.detail) for one in remarks] == [(ReasonCode.REPLAYED, f"delivery {first.id}")]


def replay_of(connection: Connection, kind: Kind) -> Delivery:
    former = an_accepted_upload(connection, an_account(connection), "/a.bin", kind)
    settle_all(connection)
    return replay(connection, former)


def test_what_is_sent_again_already_is_not_sent_twice(connection: Connection) -> None:
    former = an_accepted_upload(connection, an_account(connection))
    settle_all(connection)
    again = replay(connection, former)

    with pytest.raises(Conflict, match=f"already, as delivery {again.id}"):
        replay(connection, former)

    settle_all_at(connection)
    assert replay(connection, former).id > again.id


def settle_all_at(connection: Connection) -> None:
    for assignment in claim(connection, now=NOON + 3 * DAY):
        deliveries.settle(
            connection,
            delivery=assignment.delivery,
            to=DeliveryState.DELIVERED,
            outcome=Outcome.DELIVERED,
            now=NOON + 3 * DAY,
        )


def test_a_declaration_is_never_replayed(connection: Connection) -> None:
    former = an_accepted_upload(connection, an_account(connection), "/a.txt", Kind.DECLARATION)
    settle_all(connection)

    with pytest.raises(Conflict, match="second claim"):
        replay(connection, former)


def test_only_what_was_delivered_is_replayed(connection: Connection) -> None:
    waiting = an_accepted_upload(connection, an_account(connection))

    with pytest.raises(Conflict, match=f"bridge delivery retry {waiting.id}"):
        replay(connection, waiting)
    with pytest.raises(NotFound):
        replays.replay(connection, delivery_id=DeliveryId(0), now=NOON)


def test_what_has_lost_its_bytes_is_not_replayed(connection: Connection) -> None:
    former = an_accepted_upload(connection, an_account(connection))
    settle_all(connection)
    blobs.end_retention(connection, before=NOON + 2 * DAY, declarations_before=NOON, limit=10)

    with pytest.raises(Conflict, match="retention"):
        replay(connection, former)


def test_bytes_stay_until_the_replay_is_finished_too(connection: Connection) -> None:
    again = replay_of(connection, Kind.INVOICE_PDF)

    assert blobs.end_retention(connection, before=NOON + 9 * DAY, declarations_before=NOON, limit=10) == []

    settle_all_at(connection)
    freed = blobs.end_retention(connection, before=NOON + 9 * DAY, declarations_before=NOON, limit=10)
    assert len(freed) == 1
    assert deliveries.document_of(connection, delivery=again).blob is None


def test_what_is_for_a_removed_administration_is_not_replayed(connection: Connection) -> None:
    account = an_account(connection)
    former = an_accepted_upload(connection, account)
    settle_all(connection)
    connection.execute(sa.update(schema.accounts).values(removed_at=NOON))
    administrations.remove(connection, code=account.administrations[0].code, now=NOON)

    with pytest.raises(Conflict, match="A1 was removed"):
        replay(connection, former)


@pytest.mark.parametrize("newer_is", ["delivered", "pending", "leased", "held"])
def test_a_data_file_is_not_replayed_over_a_newer_one(connection: Connection, newer_is: str) -> None:
    account = an_account(connection)
    monday = an_accepted_upload(connection, account, "/monday.csv", Kind.DATA)
    settle_all(connection)
    tuesday = an_accepted_upload(connection, account, "/tuesday.csv", Kind.DATA)
    match newer_is:
        case "delivered":
            settle_all(connection)
        case "leased":
            claim(connection, now=NOON + DAY)
        case "held":
            deliveries.hold(connection, delivery_id=tuesday.id)

    with pytest.raises(Conflict, match=f"delivery {tuesday.id} \\({newer_is}\\) is a newer data file"):
        replay(connection, monday)


def test_a_newer_data_file_that_a_person_cancelled_does_not_count(connection: Connection) -> None:
    account = an_account(connection)
    monday = an_accepted_upload(connection, account, "/monday.csv", Kind.DATA)
    settle_all(connection)
    tuesday = an_accepted_upload(connection, account, "/tuesday.csv", Kind.DATA)
    deliveries.cancel(connection, delivery_id=tuesday.id, now=NOON)

    assert replay(connection, monday).state is DeliveryState.PENDING


def test_a_newer_data_file_comes_after_the_replay_of_an_older_one(connection: Connection) -> None:
    account = an_account(connection)
    monday = an_accepted_upload(connection, account, "/monday.csv", Kind.DATA)
    settle_all(connection)
    again = replay(connection, monday)
    tuesday = an_accepted_upload(connection, account, "/tuesday.csv", Kind.DATA, now=NOON + 2 * DAY)

    [first] = claim(connection, now=NOON + 2 * DAY)

    assert first.delivery.id == again.id
    assert tuesday.id > again.id


def test_the_newest_data_file_is_replayed_more_than_once(connection: Connection) -> None:
    # Its own replay has the same place in the order of arrival, and is not newer than itself.
    former = an_accepted_upload(connection, an_account(connection), "/a.csv", Kind.DATA)
    settle_all(connection)
    replay(connection, former)
    settle_all_at(connection)

    assert replay(connection, former).state is DeliveryState.PENDING


def test_a_document_is_not_replayed_over_a_newer_one_of_its_path(connection: Connection) -> None:
    account = an_account(connection)
    old = an_accepted_upload(connection, account, "/1.pdf")
    settle_all(connection)
    other = an_accepted_upload(connection, account, "/2.pdf")
    new = an_accepted_upload(connection, account, "/1.pdf")
    settle_all(connection)

    with pytest.raises(Conflict, match=f"delivery {new.id} \\(delivered\\) is a newer file of its path"):
        replay(connection, old)
    assert replay(connection, other).state is DeliveryState.PENDING


def test_a_member_of_an_archive_goes_again_alone(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/both.zip")
    plans = [a_plan(upload, account.administrations[0], member=name) for name in ("a.pdf", "b.pdf")]
    first, second = accept(connection, upload, *plans)
    settle_all(connection)

    again = replay(connection, first)

    assert deliveries.document_of(connection, delivery=again).member == "a.pdf"
    assert replay(connection, second).id > again.id


def test_a_filter_means_of_a_file_and_its_replays_the_last_one(connection: Connection) -> None:
    account = an_account(connection)
    one = an_accepted_upload(connection, account, "/1.pdf")
    two = an_accepted_upload(connection, account, "/2.pdf")
    settle_all(connection)
    again = replay(connection, one)

    def last() -> list[int]:
        return list(
            selection.chosen(
                connection, states=[DeliveryState.DELIVERED], account_id=account.id, is_last_copy=True
            )
        )

    assert last() == [two.id]
    settle_all_at(connection)
    assert last() == [two.id, again.id]


def test_candidates_are_those_that_were_delivered(connection: Connection) -> None:
    account = an_account(connection)
    one = an_accepted_upload(connection, account, "/csv/1.csv", Kind.DATA)
    settle_all(connection)
    waiting = an_accepted_upload(connection, account, "/2.pdf")

    [found] = replays.candidates(connection, ids=[one.id, waiting.id, DeliveryId(0)])

    assert (found.delivery_id, found.kind, found.folder, found.name) == (one.id, Kind.DATA, "/csv", "1.csv")


def test_a_replayed_file_has_come_once(connection: Connection) -> None:
    account = an_account(connection)
    former = an_accepted_upload(connection, account)
    settle_all(connection)
    replay(connection, former)

    assert len(arrived.arrived_since(connection, account_id=account.id, since=NOON)) == 1
