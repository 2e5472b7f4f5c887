"""Batches are shown with what became of all their files, by any upload of them."""

import pytest

from bridge.admin.operations import accounts, batches, upload_search
from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.errors import NotFound
from bridge.domain.reasons import ReasonCode, reason
from tests.support import builders


@pytest.fixture
def account(desk: Desk) -> Account:
    return accounts.add(desk, name="sender", administration_codes=["A1"], password="x").account


def a_batch(desk: Desk, account: Account) -> tuple[int, int]:
    """An archive with a damaged PDF in it, and a file of the same session."""
    write, place = desk.database.write_now, account.administrations[0]
    archive = write(builders.an_upload, account, "/1.zip")
    second = write(builders.an_upload, account, "/2.pdf", batch=archive.id)
    write(
        builders.accept,
        archive,
        builders.a_plan(archive, place, member="a.pdf"),
        builders.a_plan(archive, place, member="b.pdf", reason=ReasonCode.BROKEN_PDF),
    )
    return archive.id, second.id


def test_any_upload_of_a_batch_leads_to_it(desk: Desk, account: Account) -> None:
    first, second = a_batch(desk, account)

    for upload_id in (first, second):
        report, found = batches.get(desk, upload_id=upload_id)
        assert report.batch.id == first
        assert [one.upload.id for one in found] == [second, first]


def test_the_outcome_is_of_all_its_files_with_the_reason_of_the_first_held(
    desk: Desk, account: Account
) -> None:
    a_batch(desk, account)

    [report] = batches.listing(desk)

    why = reason(ReasonCode.BROKEN_PDF).admin
    assert report.outcome == f"0 of 3 delivered, 2 waiting, 1 held: {why}"
    assert report.account == "sender"
    assert report.reason is ReasonCode.BROKEN_PDF


def test_a_record_says_whether_it_is_complete(desk: Desk, account: Account) -> None:
    first, _ = a_batch(desk, account)

    [report] = batches.listing(desk, account="sender")
    record = batches.record(report)

    assert (record["id"], record["files"], record["complete"]) == (first, 2, False)
    assert record["first_at"] == "2026-11-21T12:00:00Z"


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        batches.get(desk, upload_id=999)
    with pytest.raises(NotFound):
        batches.listing(desk, account="nobody")
    assert upload_search.search(desk).files == []
