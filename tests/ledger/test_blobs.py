"""Retention: bytes go when everybody is done with them, and not before."""

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.deliveries import Delivery, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.ledger import blobs, deliveries, schema, tree, uploads
from tests.support.builders import a_plan, accept, an_accepted_upload, an_account, an_upload, claim
from tests.support.clock import DAY, NOON, SECOND


def end(
    connection: Connection, *, days: float = 14, declaration_days: float = 0, limit: int = 100
) -> list[str]:
    """End retention as it is ten days after noon."""
    now = NOON + 10 * DAY
    return blobs.end_retention(
        connection, before=now - days * DAY, declarations_before=now - declaration_days * DAY, limit=limit
    )


def delivered(connection: Connection, account: Account, path: str, kind: Kind = Kind.INVOICE_PDF) -> Delivery:
    """Deliver a file at noon."""
    delivery = an_accepted_upload(connection, account, path, kind)
    [assignment] = claim(connection)
    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=NOON,
    )
    return delivery


def test_every_blob_that_somebody_refers_to_is_needed(connection: Connection) -> None:
    account = an_account(connection)
    an_upload(connection, account, "/partial", blob="partial", is_closed=False)
    an_upload(connection, account, "/spooled", blob="spooled")
    archive = an_upload(connection, account, "/x.zip", blob="archive")
    plan = a_plan(archive, account.administrations[0], member="a.pdf")
    accept(connection, archive, plan)
    an_upload(connection, account, "/removed", blob="removed")
    tree.remove_file(connection, account_id=account.id, folder="/", name="removed", now=NOON)

    referred_to = {"partial", "spooled", "archive", plan.blob}
    assert blobs.unneeded(connection, names={*referred_to, "removed", "stray"}) == {"removed", "stray"}
    assert blobs.unneeded(connection, names=[]) == set()
    assert blobs.needed(connection) == referred_to


def test_blobs_are_found_however_many_rows_there_are(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = an_account(connection)
    names = {f"blob-{number}" for number in range(7)}
    for name in names:
        an_upload(connection, account, f"/{name}", blob=name)
    tree.remove_file(connection, account_id=account.id, folder="/", name="blob-3", now=NOON)
    monkeypatch.setattr(
        blobs, "_QUESTIONS", (blobs._names_after(schema.uploads, 2), blobs._names_after(schema.documents, 2))
    )

    assert blobs.unneeded(connection, names={*names, "stray"}) == {"blob-3", "stray"}


def test_bytes_go_when_the_time_after_delivery_is_over(connection: Connection) -> None:
    account = an_account(connection)
    delivery = delivered(connection, account, "/x.pdf")
    document = deliveries.document_of(connection, delivery=delivery)

    assert end(connection, days=10) == []
    assert end(connection, days=9) == [document.blob]

    assert blobs.unneeded(connection, names=[document.blob or ""]) == {document.blob}
    assert tree.find(connection, account_id=account.id, folder="/", name="x.pdf") is None
    assert deliveries.document_of(connection, delivery=delivery).sha256 == document.sha256
    assert end(connection, days=9) == []


def test_an_archive_goes_when_its_last_member_is_done(connection: Connection) -> None:
    account = an_account(connection)
    place = account.administrations[0]
    upload = an_upload(connection, account, "/x.zip", blob="archive")
    plans = [a_plan(upload, place, member=f"{n}.pdf") for n in range(2)]
    first, second = accept(connection, upload, *plans)
    deliveries.cancel(connection, delivery_id=first.id, now=NOON)

    assert end(connection, days=1) == []
    deliveries.hold(connection, delivery_id=second.id)
    assert end(connection, days=1) == []
    deliveries.cancel(connection, delivery_id=second.id, now=NOON)

    assert set(end(connection, days=1)) == {"archive", plans[0].blob, plans[1].blob}


def test_declarations_have_a_time_of_their_own(connection: Connection) -> None:
    account = an_account(connection)
    declaration = delivered(connection, account, "/declaration_file/d", Kind.DECLARATION)
    other = deliveries.document_of(connection, delivery=delivered(connection, account, "/x.pdf"))

    freed = end(connection, days=30, declaration_days=0)

    assert freed
    assert deliveries.document_of(connection, delivery=declaration).blob is None
    assert blobs.unneeded(connection, names={*freed, other.blob or ""}) == set(freed)
    assert len(end(connection, days=1, declaration_days=30)) == 1


def test_what_was_cancelled_without_a_kind_keeps_its_time(connection: Connection) -> None:
    # Its kind is NULL, which compares as neither a declaration nor not one: it once went at once.
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.bin")
    [held] = accept(connection, upload, a_plan(upload, None, None, reason=ReasonCode.UNKNOWN_KIND))
    deliveries.cancel(connection, delivery_id=held.id, now=NOON)

    assert end(connection, days=11) == []
    assert end(connection, days=9) == [upload.blob]


def test_a_refused_upload_keeps_its_bytes_for_its_time_only(connection: Connection) -> None:
    # A refused upload has no deliveries that could finish: it once stayed for ever.
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.zip", blob="broken")
    uploads.stop(
        connection,
        upload=upload,
        to=UploadState.REFUSED,
        reason=ReasonCode.BROKEN_ARCHIVE,
        detail="",
        now=NOON,
    )

    assert end(connection, days=11) == []
    assert end(connection, days=9) == ["broken"]
    assert uploads.get(connection, upload_id=upload.id).reason == ReasonCode.BROKEN_ARCHIVE


def test_a_held_upload_waits_for_a_person_however_long(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.bin")
    uploads.stop(
        connection, upload=upload, to=UploadState.HELD, reason=ReasonCode.UNKNOWN_KIND, detail="", now=NOON
    )

    assert end(connection, days=0) == []


def test_an_upload_without_documents_is_finished_when_it_was_decided(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/empty.zip", blob="empty")
    accept(connection, upload)

    assert end(connection, days=11) == []
    assert end(connection, days=9) == ["empty"]


def test_retention_works_in_steps(connection: Connection) -> None:
    account = an_account(connection)
    for number in range(3):
        delivered(connection, account, f"/{number}.pdf")

    assert len(end(connection, days=1, limit=2)) == 2
    assert len(end(connection, days=1, limit=2)) == 1


@pytest.mark.parametrize(
    ("path", "is_closed", "reason"),
    [("/x.csv", False, ReasonCode.NEVER_RESUMED), ("/x.csv.tmp", True, ReasonCode.NEVER_RENAMED)],
)
def test_what_was_never_finished_is_withdrawn_in_the_end(
    connection: Connection, path: str, is_closed: bool, reason: ReasonCode
) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, path, blob="bytes", is_closed=is_closed)

    assert blobs.end_waiting(connection, before=NOON, now=NOON + DAY, limit=10) == []
    assert blobs.end_waiting(connection, before=NOON + SECOND, now=NOON + DAY, limit=10) == ["bytes"]

    ended = uploads.get(connection, upload_id=upload.id)
    assert (ended.state, ended.reason, ended.blob) == (UploadState.WITHDRAWN, reason, None)
    assert tree.page(connection, account_id=account.id, folder="/") == []


def test_waiting_ends_in_steps(connection: Connection) -> None:
    account = an_account(connection)
    for number in range(3):
        an_upload(connection, account, f"/{number}", is_closed=False)
        an_upload(connection, account, f"/{number}.tmp")

    steps = [len(blobs.end_waiting(connection, before=NOON + SECOND, now=NOON, limit=4)) for _ in range(3)]

    assert steps == [4, 2, 0]


@pytest.mark.parametrize("kind", [Kind.DECLARATION, Kind.DATA])
def test_a_held_delivery_keeps_its_bytes_until_somebody_decided(connection: Connection, kind: Kind) -> None:
    account = an_account(connection)
    held = an_accepted_upload(connection, account, "/x.txt", kind)
    deliveries.hold(connection, delivery_id=held.id)

    assert end(connection, days=0) == []
    deliveries.cancel(connection, delivery_id=held.id, now=NOON)

    assert len(end(connection, days=9)) == 1
