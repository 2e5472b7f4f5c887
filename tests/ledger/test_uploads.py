"""Uploads: what a client's CLOSE becomes, and how intake takes it."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.errors import Conflict, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger import tree, uploads
from bridge.ledger.database import Database
from tests.support import lists
from tests.support.builders import a_plan, a_receipt, accept, an_account, an_administration, an_upload
from tests.support.clock import MINUTE, NOON, SECOND, FakeClock


def state_of(connection: Connection, upload_id: int) -> UploadState:
    """Where an upload is now."""
    return uploads.get(connection, upload_id=UploadId(upload_id)).state


def test_a_closed_upload_is_spooled_and_shown(connection: Connection) -> None:
    account = an_account(connection)

    upload = an_upload(connection, account, "/csv/open.csv")

    assert upload.state is UploadState.SPOOLED
    assert upload.path == "/csv/open.csv"
    entry = tree.find(connection, account_id=account.id, folder="/csv", name="open.csv")
    assert entry is not None
    assert (entry.size, entry.upload_id, entry.blob) == (3, upload.id, upload.blob)


@pytest.mark.parametrize("name", ["x.csv.filepart", "x.PART", ".x.csv", "~x.csv"])
def test_an_upload_under_a_temporary_name_waits_for_its_rename(connection: Connection, name: str) -> None:
    account = an_account(connection)

    assert an_upload(connection, account, f"/{name}").state is UploadState.PARKED
    assert uploads.oldest_ready(connection, now=NOON + MINUTE) is None


def test_an_overwrite_before_intake_counts_once_with_the_final_bytes(connection: Connection) -> None:
    account = an_account(connection)
    first = an_upload(connection, account, "/x.csv", blob="old")

    receipt = a_receipt(connection, account, "/x.csv", blob="new")

    assert receipt.freed == ["old"]
    withdrawn = uploads.get(connection, upload_id=first.id)
    assert withdrawn.state is UploadState.WITHDRAWN
    assert withdrawn.reason == ReasonCode.OVERWRITTEN_BY_CLIENT
    ready = uploads.oldest_ready(connection, now=NOON)
    assert ready is not None
    assert (ready.id, ready.blob) == (receipt.upload_id, "new")


def test_an_overwrite_after_intake_is_an_upload_of_its_own(connection: Connection) -> None:
    account = an_account(connection)
    first = an_upload(connection, account, "/x.csv", blob="old")
    accept(connection, first, a_plan(first, account.administrations[0]))

    receipt = a_receipt(connection, account, "/x.csv", blob="new")

    assert receipt.freed == []
    assert state_of(connection, first.id) is UploadState.ACCEPTED


def test_a_partial_is_never_forwarded(connection: Connection) -> None:
    account = an_account(connection)

    assert an_upload(connection, account, is_closed=False).state is UploadState.PARTIAL
    assert uploads.oldest_ready(connection, now=NOON + MINUTE) is None


def test_a_partial_never_replaces_what_was_acknowledged(connection: Connection) -> None:
    account = an_account(connection)
    acknowledged = an_upload(connection, account, "/x.csv")

    receipt = a_receipt(connection, account, "/x.csv", is_closed=False)

    assert receipt.freed == []
    assert state_of(connection, acknowledged.id) is UploadState.SPOOLED


def test_a_newer_partial_replaces_an_older_one(connection: Connection) -> None:
    account = an_account(connection)
    older = an_upload(connection, account, "/x.csv", blob="old", is_closed=False)

    receipt = a_receipt(connection, account, "/x.csv", blob="new", is_closed=False)

    assert receipt.freed == ["old"]
    assert state_of(connection, older.id) is UploadState.WITHDRAWN


def test_a_partial_that_is_resumed_and_closed_goes_once(connection: Connection) -> None:
    account = an_account(connection)
    partial = an_upload(connection, account, "/x.csv", blob="half", is_closed=False)

    receipt = a_receipt(connection, account, "/x.csv", blob="whole")

    assert receipt.freed == ["half"]
    assert state_of(connection, partial.id) is UploadState.WITHDRAWN
    assert [upload.id for upload in lists.uploads(connection, states=[UploadState.SPOOLED])] == [
        receipt.upload_id
    ]


def test_intake_takes_the_oldest_whose_settle_time_is_over(connection: Connection) -> None:
    account = an_account(connection)
    late = an_upload(connection, account, "/late.pdf", ready_at=NOON + 2 * SECOND)
    early = an_upload(connection, account, "/early.pdf", ready_at=NOON + SECOND)

    assert uploads.oldest_ready(connection, now=NOON) is None
    assert uploads.next_ready_at(connection) == NOON + SECOND
    ready = uploads.oldest_ready(connection, now=NOON + MINUTE)
    assert ready == early

    uploads.stop(
        connection, upload=early, to=UploadState.HELD, reason=ReasonCode.UNKNOWN_KIND, detail="", now=NOON
    )
    assert uploads.oldest_ready(connection, now=NOON + MINUTE) == late


def test_an_account_that_is_being_worked_on_waits_for_its_turn(connection: Connection) -> None:
    place = an_administration(connection)
    one, two = (an_account(connection, place, name=name) for name in ("one", "two"))
    an_upload(connection, one)
    of_two = an_upload(connection, two)

    assert uploads.oldest_ready(connection, now=NOON, busy={one.id}) == of_two
    assert uploads.oldest_ready(connection, now=NOON, busy=[one.id, two.id]) is None
    assert uploads.next_ready_at(connection) == NOON


def test_when_nothing_waits_there_is_no_next_moment(connection: Connection) -> None:
    assert uploads.next_ready_at(connection) is None


def test_intake_cannot_decide_on_what_its_client_took_back(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.pdf")
    tree.remove_file(connection, account_id=account.id, folder="/", name="x.pdf", now=NOON)

    with pytest.raises(Conflict):
        accept(connection, upload, a_plan(upload, account.administrations[0]))
    with pytest.raises(Conflict):
        uploads.stop(
            connection,
            upload=upload,
            to=UploadState.REFUSED,
            reason=ReasonCode.BROKEN_ARCHIVE,
            detail="",
            now=NOON,
        )


def test_intake_cannot_decide_on_what_its_client_renamed_meanwhile(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.pdf")
    tree.rename_file(
        connection,
        account_id=account.id,
        old=("/", "x.pdf"),
        new=("/", "y.pdf"),
        clock=FakeClock(NOON),
        settle=timedelta(0),
    )

    with pytest.raises(Conflict):
        accept(connection, upload, a_plan(upload, account.administrations[0]))


def test_a_held_upload_is_looked_at_again_as_its_operator_says(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.bin")
    uploads.stop(
        connection, upload=upload, to=UploadState.HELD, reason=ReasonCode.UNKNOWN_KIND, detail="?", now=NOON
    )

    again = uploads.retry(
        connection, upload_id=upload.id, kind=Kind.DECLARATION, administration="A1", now=NOON + MINUTE
    )

    assert (again.state, again.reason, again.detail) == (UploadState.SPOOLED, None, None)
    assert (again.kind_wanted, again.administration_wanted) == (Kind.DECLARATION, "A1")
    assert uploads.oldest_ready(connection, now=NOON + MINUTE) == again


def test_only_what_was_held_or_refused_can_be_tried_again(connection: Connection) -> None:
    account = an_account(connection)
    for upload in (
        an_upload(connection, account, "/spooled.pdf"),
        an_upload(connection, account, "/parked.tmp"),
        an_upload(connection, account, "/partial.pdf", is_closed=False),
    ):
        with pytest.raises(Conflict):
            uploads.retry(connection, upload_id=upload.id, kind=None, administration=None, now=NOON)


def test_an_upload_that_is_not_there_is_not_found(connection: Connection) -> None:
    with pytest.raises(NotFound):
        uploads.get(connection, upload_id=UploadId(0))


async def test_uploads_of_one_name_at_once_leave_exactly_one_to_deliver(database: Database) -> None:
    # On PostgreSQL each of two could once believe that there was none before it.
    account = await database.write(an_account)

    receipts = await asyncio.gather(*(database.write(a_receipt, account, "/x.csv") for _ in range(20)))

    waiting = await database.read(lists.uploads, states=[UploadState.SPOOLED])
    assert len(waiting) == 1
    assert len({blob for receipt in receipts for blob in receipt.freed}) == 19
    shown = await database.read(tree.find, account_id=account.id, folder="/", name="x.csv")
    assert shown is not None
    assert shown.upload_id == waiting[0].id
