"""What came of late: file by file, and added up."""

from datetime import timedelta

from sqlalchemy.engine import Connection

from bridge.domain.expectations import Arrivals
from bridge.domain.kinds import Kind
from bridge.domain.uploads import UploadId
from bridge.ledger import arrived, tree, uploads
from bridge.ledger.arrived import by_minute, count_since, first_since
from tests.support.builders import (
    a_plan,
    accept,
    an_accepted_upload,
    an_account,
    an_administration,
    an_upload,
)
from tests.support.clock import DAY, MINUTE, NOON, FakeClock


def test_an_archive_counts_by_its_documents_and_anything_else_as_itself(connection: Connection) -> None:
    account = an_account(connection)
    archive = an_upload(connection, account, "/in/all.zip")
    accept(
        connection,
        archive,
        a_plan(archive, account.administrations[0], Kind.INVOICE_PDF, member="x/1.pdf"),
        a_plan(archive, account.administrations[0], Kind.DATA, member="open.csv"),
    )
    an_accepted_upload(connection, account, "/a.csv", Kind.DATA)
    waiting = an_upload(connection, account, "/b.bin")

    found = arrived.arrived_since(connection, account_id=account.id, since=NOON)

    assert [(one.path, one.member, one.member_name, one.kind) for one in found] == [
        ("/in/all.zip", "x/1.pdf", "1.pdf", Kind.INVOICE_PDF),
        ("/in/all.zip", "open.csv", "open.csv", Kind.DATA),
        ("/a.csv", None, None, Kind.DATA),
        ("/b.bin", None, None, None),
    ]
    assert (found[0].upload_id, found[-1].upload_id) == (archive.id, waiting.id)


def test_what_is_older_unfinished_taken_back_or_of_others_does_not_count(connection: Connection) -> None:
    place = an_administration(connection)
    account, other = (an_account(connection, place, name=name) for name in ("sender", "other"))
    an_upload(connection, account, "/old.csv", now=NOON - MINUTE)
    an_upload(connection, account, "/half.csv", is_closed=False)
    an_upload(connection, account, "/parked.csv.part")
    an_upload(connection, account, "/twice.csv")
    twice = an_upload(connection, account, "/twice.csv")
    an_upload(connection, other, "/x.csv")

    found = arrived.arrived_since(connection, account_id=account.id, since=NOON)

    assert [one.upload_id for one in found] == [uploads.get(connection, upload_id=twice.id).id]


def test_the_first_upload_since_a_moment_is_found_by_a_few_looks(connection: Connection) -> None:
    account = an_account(connection)
    empty = first_since(connection, since=NOON)
    uploads = [an_upload(connection, account, f"/{n}.pdf", now=NOON + n * DAY) for n in range(40)]

    for number in range(2, 40):  # a day is left for renames
        assert first_since(connection, since=NOON + number * DAY) == uploads[number - 1].id
    assert first_since(connection, since=NOON + 100 * DAY) == uploads[-1].id + 1
    assert empty <= uploads[0].id


def test_a_file_that_was_renamed_to_its_name_within_a_day_is_not_missed(connection: Connection) -> None:
    # Its id is older than those that were closed after it, and its rename is its CLOSE.
    account = an_account(connection)
    waiting = an_upload(connection, account, "/1.pdf.part", now=NOON)
    for number in range(20):
        an_upload(connection, account, f"/between{number}.pdf", now=NOON + timedelta(hours=1))
    later = NOON + timedelta(hours=23)
    tree.rename_file(
        connection,
        account_id=account.id,
        old=("/", "1.pdf.part"),
        new=("/", "1.pdf"),
        clock=FakeClock(later),
        settle=timedelta(),
    )

    from_id = first_since(connection, since=later)

    assert from_id <= waiting.id
    came = count_since(connection, account_id=account.id, since=later, from_id=from_id)
    assert (came.count, came.size) == (1, 3)


def test_what_came_is_added_up_by_the_minute(connection: Connection) -> None:
    account = an_account(connection)
    other = an_account(connection, account.administrations[0], name="other")
    for number in range(3):
        an_upload(connection, account, f"/{number}.pdf", now=NOON + number * timedelta(seconds=29), size=10)
    an_upload(connection, account, "/last.pdf", now=NOON + timedelta(seconds=61), size=5)
    an_upload(connection, other)
    an_upload(connection, account, "/broken.pdf", is_closed=False)
    an_upload(connection, account, "/parked.pdf.part")

    found = by_minute(connection, account_id=account.id, since=NOON, from_id=UploadId(0))

    assert found == [
        Arrivals(at=NOON, count=3, size=30),
        Arrivals(at=NOON + timedelta(seconds=61), count=1, size=5),
    ]
    nothing = count_since(connection, account_id=account.id, since=NOON + DAY, from_id=UploadId(0))
    assert (nothing.count, nothing.size) == (0, 0)
