"""Uploads are shown with what became of them and why, and can be tried again."""

import pytest
from sqlalchemy.engine import Connection

from bridge.admin.operations import accounts, records, upload_search, uploads
from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.deliveries import Delivery, DeliveryState
from bridge.domain.errors import Conflict, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import Upload, UploadState
from bridge.ledger import uploads as ledger
from tests.support import builders
from tests.support.clock import NOON


@pytest.fixture
def account(desk: Desk) -> Account:
    """An account of A1 and B2."""
    return accounts.add(desk, name="sender", administration_codes=["A1", "B2"], password="x").account


def held(desk: Desk, account: Account, path: str = "/what.bin") -> Upload:
    """Receive an upload and hold it as a whole."""
    upload = desk.database.write_now(builders.an_upload, account, path)
    desk.database.write_now(
        ledger.stop,
        upload=upload,
        to=UploadState.HELD,
        reason=ReasonCode.UNKNOWN_KIND,
        detail="no extension",
        now=NOON,
    )
    return upload


def partly_held(connection: Connection, account: Account) -> list[Delivery]:
    """Receive an archive of which one document waits for a person."""
    upload = builders.an_upload(connection, account, "/both.zip")
    return builders.accept(
        connection,
        upload,
        builders.a_plan(upload, account.administrations[0], member="a.pdf"),
        builders.a_plan(upload, None, None, member="b.bin", reason=ReasonCode.UNKNOWN_KIND),
    )


def test_the_newest_upload_is_first_with_account_and_outcome(desk: Desk, account: Account) -> None:
    desk.database.write_now(builders.an_accepted_upload, account, "/a.pdf")
    held(desk, account)

    newest, older = upload_search.search(desk).files

    assert (newest.upload.name, newest.outcome, newest.reason) == ("what.bin", "held", "unknown_kind")
    assert (older.upload.name, older.outcome, older.account) == ("a.pdf", "waiting", "sender")
    set_aside = upload_search.Search(states=[UploadState.HELD])
    assert [one.upload.name for one in upload_search.search(desk, wanted=set_aside).files] == ["what.bin"]
    assert len(upload_search.search(desk, limit=1).files) == 1


def test_an_unknown_account_has_no_uploads_to_list(desk: Desk) -> None:
    with pytest.raises(NotFound):
        upload_search.search(desk, wanted=upload_search.Search(account="nobody"))


def test_an_upload_of_a_removed_account_keeps_its_name(desk: Desk, account: Account) -> None:
    held(desk, account)

    accounts.remove(desk, name="sender")

    assert [one.account for one in upload_search.search(desk).files] == ["sender"]


def test_a_held_delivery_gives_its_upload_the_reason(desk: Desk, account: Account) -> None:
    _, second = desk.database.write_now(partly_held, account)

    [report] = upload_search.search(desk).files

    assert report.outcome == (
        "0 of 2 delivered, 1 waiting, 1 held: Neither folder, extension nor content says what this file is."
    )
    assert records.upload(report)["outcome"] == report.outcome
    assert report.reason == ReasonCode.UNKNOWN_KIND
    assert report.held_delivery == second.id


def test_what_to_do_names_the_upload_itself(desk: Desk, account: Account) -> None:
    upload = held(desk, account)

    record = records.upload(uploads.get(desk, upload_id=upload.id)[0])

    assert f"bridge upload retry {upload.id} --kind" in record["todo"]
    assert record["closed_at"] == "2026-11-21T12:00:00Z"


def test_a_retry_gives_a_held_upload_back_to_intake_with_the_decision(desk: Desk, account: Account) -> None:
    upload = held(desk, account)

    report = uploads.retry(desk, upload_id=upload.id, kind=Kind.DATA, administration="B2")

    assert report.upload.state is UploadState.SPOOLED
    assert report.upload.kind_wanted is Kind.DATA
    assert report.upload.administration_wanted == "B2"


def test_a_retry_of_an_accepted_upload_releases_what_of_it_is_held(desk: Desk, account: Account) -> None:
    _, second = desk.database.write_now(partly_held, account)
    [report] = upload_search.search(desk).files

    again = uploads.retry(desk, upload_id=report.upload.id, kind=Kind.INVOICE_ATTACHMENT, administration="A1")

    assert again.outcome == "0 of 2 delivered, 2 waiting"
    _, deliveries = uploads.get(desk, upload_id=report.upload.id)
    assert [one.delivery.id for one in deliveries][-1] == second.id
    assert deliveries[-1].delivery.state is DeliveryState.PENDING
    assert deliveries[-1].delivery.kind is Kind.INVOICE_ATTACHMENT


def test_what_is_not_held_cannot_be_tried_again(desk: Desk, account: Account) -> None:
    desk.database.write_now(builders.an_accepted_upload, account, "/a.pdf")
    [report] = upload_search.search(desk).files

    with pytest.raises(Conflict):
        uploads.retry(desk, upload_id=report.upload.id)
    with pytest.raises(NotFound):
        uploads.retry(desk, upload_id=999)
    with pytest.raises(NotFound, match="Z9"):
        uploads.retry(desk, upload_id=report.upload.id, administration="Z9")
