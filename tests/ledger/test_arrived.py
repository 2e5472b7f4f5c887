"""What came of late, file by file."""

from sqlalchemy.engine import Connection

from bridge.domain.kinds import Kind
from bridge.ledger import arrived, uploads
from tests.support.builders import (
    a_plan,
    accept,
    an_accepted_upload,
    an_account,
    an_administration,
    an_upload,
)
from tests.support.clock import MINUTE, NOON


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
