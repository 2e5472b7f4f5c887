"""Batches are counted from what became of their uploads; at an import it is known which were not complete."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.deliveries import DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.domain.reports import Counted
from bridge.domain.uploads import Refusal, Upload, UploadId, UploadState
from bridge.ledger import batches, deliveries, leases, replays, tree, uploads
from tests.support import lists
from tests.support.builders import (
    a_plan,
    accept,
    an_account,
    an_administration,
    an_upload,
    claim,
)
from tests.support.clock import DAY, MINUTE, NOON, SECOND, FakeClock

FIRST = UploadId(0)


@pytest.fixture
def account(connection: Connection) -> Account:
    return an_account(connection, an_administration(connection), an_administration(connection, "B2"))


def some(connection: Connection, account: Account, *paths: str, now: datetime = NOON) -> list[Upload]:
    """Receive uploads as one batch, a second apart."""
    first = an_upload(connection, account, paths[0], now=now)
    return [first] + [
        an_upload(connection, account, path, now=now + number * SECOND, batch=first.id)
        for number, path in enumerate(paths[1:], 1)
    ]


def taken(connection: Connection, account: Account, *paths: str, now: datetime = NOON) -> list[Upload]:
    """Receive a batch that intake accepts."""
    found = some(connection, account, *paths, now=now)
    for upload in found:
        accept(connection, upload, a_plan(upload, account.administrations[0]), now=now)
    return found


def deliver(connection: Connection, *, now: datetime = NOON, limit: int = 10) -> None:
    for assignment in claim(connection, now=now, limit=limit):
        leases.settle(
            connection,
            delivery=assignment.delivery,
            to=DeliveryState.DELIVERED,
            outcome=Outcome.DELIVERED,
            now=now,
            status=200,
        )


def hold(connection: Connection, upload: Upload, to: UploadState = UploadState.HELD) -> None:
    uploads.stop(connection, upload=upload, to=to, reason=ReasonCode.BROKEN_PDF, detail="no %%EOF", now=NOON)


def late(connection: Connection, *, until: datetime) -> set[tuple[int, int | None]]:
    found = batches.open_at(connection, since=until - DAY, until=until, from_id=FIRST, limit=100)
    return {(one.id, one.administration_id) for one in found}


def test_a_batch_counts_uploads_and_deliveries(connection: Connection, account: Account) -> None:
    first, second, third = some(connection, account, "/1.zip", "/2.pdf", "/3.pdf")
    place = account.administrations[0]
    accept(connection, first, a_plan(first, place, member="a.pdf"), a_plan(first, place, member="b.pdf"))
    deliver(connection, limit=1)
    hold(connection, second)

    batch = batches.get(connection, batch_ids=[first.id])[first.id]

    assert (batch.files, batch.account_id) == (3, account.id)
    assert batch.deliveries == {DeliveryState.DELIVERED: 1, DeliveryState.PENDING: 1}
    assert batch.uploads == {UploadState.HELD: 1, UploadState.SPOOLED: 1}
    assert (batch.first_at, batch.last_at) == (NOON, third.closed_at)
    assert batch.first_held == ReasonCode.BROKEN_PDF
    assert not batch.is_complete


def test_a_file_that_came_alone_is_a_batch_of_its_own(connection: Connection, account: Account) -> None:
    [alone] = taken(connection, account, "/1.pdf")
    deliver(connection)

    batch = batches.get(connection, batch_ids=[alone.id])[alone.id]

    assert batch.is_complete
    assert batch.files == 1
    assert batches.get(connection, batch_ids=[UploadId(alone.id + 1)]) == {}


def test_why_the_first_delivery_is_held_is_told(connection: Connection, account: Account) -> None:
    [archive] = some(connection, account, "/1.zip")
    place = account.administrations[0]
    accept(
        connection,
        archive,
        a_plan(archive, place, member="a.pdf"),
        a_plan(archive, place, member="b.pdf", reason=ReasonCode.BROKEN_PDF),
        a_plan(archive, None, None, member="c.bin", reason=ReasonCode.UNKNOWN_KIND),
    )

    assert batches.get(connection, batch_ids=[archive.id])[archive.id].first_held == ReasonCode.BROKEN_PDF


def test_what_the_client_took_back_is_not_counted(connection: Connection, account: Account) -> None:
    first, _ = some(connection, account, "/1.pdf", "/2.pdf")
    tree.remove_file(connection, account_id=account.id, folder="/", name="1.pdf", now=NOON)

    batch = batches.get(connection, batch_ids=[first.id])[first.id]

    assert batch.files == 1
    assert [one.id for one in batches.listing(connection)] == [first.id]


def test_a_batch_of_which_everything_was_taken_back_is_not_listed(
    connection: Connection, account: Account
) -> None:
    [alone] = some(connection, account, "/1.pdf")
    tree.remove_file(connection, account_id=account.id, folder="/", name="1.pdf", now=NOON)

    assert batches.listing(connection) == []
    assert batches.get(connection, batch_ids=[alone.id])[alone.id].files == 0


def test_a_refused_file_that_was_sent_again_is_counted_once(connection: Connection, account: Account) -> None:
    refused = uploads.refuse(
        connection,
        account_id=account.id,
        folder="/",
        name="1.zip",
        size=3,
        refusal=Refusal(reason=ReasonCode.BROKEN_ARCHIVE, detail="cut short"),
        clock=FakeClock(),
        peer=None,
        client=None,
    )
    before = batches.get(connection, batch_ids=[refused])[refused]
    again = an_upload(connection, account, "/1.zip", batch=refused)
    accept(connection, again, a_plan(again, account.administrations[0]))
    deliver(connection)

    after = batches.get(connection, batch_ids=[refused])[refused]

    assert before.uploads == {UploadState.REFUSED: 1}
    assert (after.files, after.uploads, after.is_complete) == (1, {}, True)


def test_what_a_person_rejected_counts_as_cancelled(connection: Connection, account: Account) -> None:
    [alone] = some(connection, account, "/1.pdf")
    hold(connection, alone)
    uploads.turn_down(connection, upload_id=alone.id, now=NOON)

    batch = batches.get(connection, batch_ids=[alone.id])[alone.id]

    assert batch.deliveries == {DeliveryState.CANCELLED: 1}
    assert batch.is_complete


def test_batches_are_listed_by_account_in_pages(connection: Connection, account: Account) -> None:
    other = an_account(connection, account.administrations[0], name="other")
    first, *_ = some(connection, account, "/1.pdf", "/2.pdf")
    second, *_ = some(connection, other, "/1.pdf", "/2.pdf")
    third, *_ = some(connection, account, "/3.pdf")

    assert [one.id for one in batches.listing(connection)] == [third.id, second.id, first.id]
    assert [one.id for one in batches.listing(connection, account_id=other.id)] == [second.id]
    assert [one.id for one in batches.listing(connection, limit=1)] == [third.id]
    assert [one.id for one in batches.listing(connection, before=third.id, limit=1)] == [second.id]


def test_what_is_not_delivered_at_an_import_is_late_for_its_administration(
    connection: Connection, account: Account
) -> None:
    first, _ = taken(connection, account, "/1.pdf", "/2.pdf")
    deliver(connection, limit=1)
    place = account.administrations[0].id

    assert late(connection, until=NOON + MINUTE) == {(first.id, place)}


def test_what_is_delivered_after_the_import_was_late_for_it(connection: Connection, account: Account) -> None:
    # Looked at some time after the import: the server may have been down just then.
    [alone] = taken(connection, account, "/1.pdf")
    deliver(connection, now=NOON + 2 * MINUTE)

    assert late(connection, until=NOON + MINUTE) == {(alone.id, account.administrations[0].id)}
    assert late(connection, until=NOON + 2 * MINUTE) == set()


@pytest.mark.parametrize("state", [UploadState.HELD, UploadState.REFUSED])
def test_a_file_that_did_not_get_into_the_queue_is_late_too(
    connection: Connection, account: Account, state: UploadState
) -> None:
    first, second = some(connection, account, "/1.pdf", "/2.pdf")
    accept(connection, first, a_plan(first, account.administrations[0]))
    deliver(connection)
    hold(connection, second, state)

    assert late(connection, until=NOON + MINUTE) == {(first.id, None)}


def test_a_partial_upload_is_late(connection: Connection, account: Account) -> None:
    partial = an_upload(connection, account, is_closed=False)

    assert late(connection, until=NOON + MINUTE) == {(partial.id, None)}


def test_what_somebody_decided_about_is_no_matter(connection: Connection, account: Account) -> None:
    [first] = taken(connection, account, "/1.pdf")
    [delivery] = [one for one, _ in lists.deliveries(connection, upload_id=first.id)]
    deliveries.cancel(connection, delivery_id=delivery.id, now=NOON + 2 * MINUTE)
    [second] = some(connection, account, "/2.pdf")
    hold(connection, second)
    uploads.turn_down(connection, upload_id=second.id, now=NOON + 2 * MINUTE)

    assert late(connection, until=NOON + MINUTE) == set()


def test_what_came_before_the_import_before_or_after_this_one_is_not_asked_about(
    connection: Connection, account: Account
) -> None:
    taken(connection, account, "/old.pdf", now=NOON - DAY)
    [new] = taken(connection, account, "/new.pdf", now=NOON + MINUTE)

    assert late(connection, until=NOON) == set()
    assert late(connection, until=NOON + 2 * MINUTE) == {(new.id, account.administrations[0].id)}


def test_no_more_are_given_than_wanted(connection: Connection, account: Account) -> None:
    ids = [taken(connection, account, f"/{n}.pdf")[0].id for n in range(3)]

    found = batches.open_at(
        connection, since=NOON - DAY, until=NOON + timedelta(hours=1), from_id=FIRST, limit=2
    )

    assert [one.id for one in found] == ids[:2]


def test_a_replay_changes_nothing_of_what_is_told_until_it_fails(
    connection: Connection, account: Account
) -> None:
    first, _ = taken(connection, account, "/1.pdf", "/2.pdf")
    deliver(connection)
    [(delivery, _)] = lists.deliveries(connection, upload_id=first.id)
    again = replays.replay(connection, delivery_id=delivery.id, now=NOON)

    def told() -> Mapping[Counted, int]:
        return batches.get(connection, batch_ids=[first.id])[first.id].deliveries

    assert told() == {DeliveryState.DELIVERED: 2}
    assert late(connection, until=NOON) == set()
    deliveries.hold(connection, delivery_id=again.id)
    assert told() == {DeliveryState.DELIVERED: 1, DeliveryState.HELD: 1}
    deliveries.release(connection, delivery_id=again.id, now=NOON)
    deliver(connection)
    assert told() == {DeliveryState.DELIVERED: 2}


def test_a_file_alone_whose_replay_fails_is_told_as_held(connection: Connection, account: Account) -> None:
    [upload] = taken(connection, account, "/1.pdf")
    deliver(connection)
    [(delivery, _)] = lists.deliveries(connection, upload_id=upload.id)
    again = replays.replay(connection, delivery_id=delivery.id, now=NOON)
    deliveries.hold(connection, delivery_id=again.id)

    assert batches.get(connection, batch_ids=[upload.id])[upload.id].deliveries == {DeliveryState.HELD: 1}
