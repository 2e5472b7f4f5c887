"""Acceptance: documents and deliveries, and which of two files takes the other's place."""

from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.deliveries import Delivery, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.ledger import deliveries, tree, uploads
from tests.support import lists
from tests.support.builders import (
    a_plan,
    accept,
    an_accepted_upload,
    an_account,
    an_administration,
    an_upload,
    claim,
)
from tests.support.clock import NOON, FakeClock

RESENDABLE = [Kind.DATA, Kind.INVOICE_PDF, Kind.INVOICE_UBL, Kind.INVOICE_ATTACHMENT]


def now_of(connection: Connection, delivery: Delivery) -> Delivery:
    """The delivery as it is now."""
    return deliveries.get(connection, delivery_id=delivery.id)


def test_every_planned_document_gets_its_delivery_in_order(connection: Connection) -> None:
    account = an_account(connection)
    place = account.administrations[0]
    upload = an_upload(connection, account, "/x.zip")
    planned = [
        a_plan(upload, place, member="b/1.pdf"),
        a_plan(upload, None, None, member="a/2.bin", reason=ReasonCode.UNKNOWN_KIND),
        a_plan(upload, place, Kind.INVOICE_UBL, member="3.xml"),
    ]

    made = accept(connection, upload, *planned)

    assert [delivery.kind for delivery in made] == [Kind.INVOICE_PDF, None, Kind.INVOICE_UBL]
    assert [delivery.state for delivery in made] == [
        DeliveryState.PENDING,
        DeliveryState.HELD,
        DeliveryState.PENDING,
    ]
    assert made[1].reason == ReasonCode.UNKNOWN_KIND
    for delivery, plan in zip(made, planned, strict=True):
        document = deliveries.document_of(connection, delivery=delivery)
        assert (document.member, document.name, document.blob) == (plan.member, plan.name, plan.blob)
        assert document.upload_id == upload.id
    decided = uploads.get(connection, upload_id=upload.id)
    assert (decided.state, decided.sha256) == (UploadState.ACCEPTED, "0" * 64)


def test_an_upload_of_nothing_can_be_accepted(connection: Connection) -> None:
    account = an_account(connection)

    assert accept(connection, an_upload(connection, account, "/empty.zip")) == []


@pytest.mark.parametrize("kind", RESENDABLE)
def test_a_newer_upload_of_the_same_name_takes_the_place_of_one_that_waits(
    connection: Connection, kind: Kind
) -> None:
    account = an_account(connection)
    older = an_accepted_upload(connection, account, "/x", kind)

    newer = an_accepted_upload(connection, account, "/x", kind)

    assert now_of(connection, older).state is DeliveryState.SUPERSEDED
    assert now_of(connection, newer).state is DeliveryState.PENDING


def test_declarations_never_take_each_others_place(connection: Connection) -> None:
    account = an_account(connection)
    older = an_accepted_upload(connection, account, "/declaration_file/x", Kind.DECLARATION)

    newer = an_accepted_upload(connection, account, "/declaration_file/x", Kind.DECLARATION)

    assert now_of(connection, older).state is DeliveryState.PENDING
    assert newer.state is DeliveryState.PENDING


def test_what_is_under_way_or_delivered_is_not_superseded(connection: Connection) -> None:
    account = an_account(connection)
    older = an_accepted_upload(connection, account, "/x.pdf")
    claim(connection)

    an_accepted_upload(connection, account, "/x.pdf")

    assert now_of(connection, older).state is DeliveryState.LEASED


def test_another_folder_kind_account_or_administration_is_another_file(connection: Connection) -> None:
    places = [an_administration(connection, code) for code in ("A1", "A2")]
    one, two = (an_account(connection, *places, name=name) for name in ("one", "two"))
    older = an_accepted_upload(connection, one, "/x.pdf")

    an_accepted_upload(connection, one, "/A1/x.pdf")
    an_accepted_upload(connection, one, "/x.pdf", Kind.INVOICE_ATTACHMENT)
    an_accepted_upload(connection, two, "/x.pdf")
    elsewhere = an_upload(connection, one, "/x.pdf")
    accept(connection, elsewhere, a_plan(elsewhere, places[1]))

    assert now_of(connection, older).state is DeliveryState.PENDING


def test_a_file_that_is_itself_held_takes_nobodys_place(connection: Connection) -> None:
    account = an_account(connection)
    older = an_accepted_upload(connection, account, "/x.csv", Kind.DATA)
    empty = an_upload(connection, account, "/x.csv")

    accept(
        connection,
        empty,
        a_plan(empty, account.administrations[0], Kind.DATA, reason=ReasonCode.EMPTY_DATA_FILE),
    )

    assert now_of(connection, older).state is DeliveryState.PENDING


def hold_then_retry(
    connection: Connection, account: Account, path: str, meanwhile: str, kind: Kind
) -> Delivery:
    """Hold the upload of *path*, accept that of *meanwhile*, then accept the held one."""
    late = an_upload(connection, account, path)
    uploads.stop(
        connection, upload=late, to=UploadState.HELD, reason=ReasonCode.UNKNOWN_KIND, detail="", now=NOON
    )
    an_accepted_upload(connection, account, meanwhile, kind)
    late = uploads.retry(connection, upload_id=late.id, kind=kind, administration=None, now=NOON)
    [delivery] = accept(connection, late, a_plan(late, account.administrations[0], kind))
    return delivery


def test_a_data_file_that_comes_out_of_a_hold_after_a_newer_one_is_held(connection: Connection) -> None:
    account = an_account(connection)

    late = hold_then_retry(connection, account, "/monday.csv", "/tuesday.csv", Kind.DATA)

    assert (late.state, late.reason) == (DeliveryState.HELD, ReasonCode.OVERTAKEN)


@pytest.mark.parametrize("kind", RESENDABLE)
def test_what_comes_out_of_a_hold_after_a_newer_one_of_its_name_is_held(
    connection: Connection, kind: Kind
) -> None:
    account = an_account(connection)

    late = hold_then_retry(connection, account, "/x", "/x", kind)

    assert (late.state, late.reason) == (DeliveryState.HELD, ReasonCode.OVERTAKEN)
    [newer, _] = [delivery for delivery, _ in lists.deliveries(connection)][::-1]
    assert newer.state is DeliveryState.PENDING


def test_a_data_file_that_waited_for_its_rename_arrives_with_the_rename(connection: Connection) -> None:
    # Seen in review: by its id it counted as older than what came meanwhile, and was held as overtaken.
    account = an_account(connection)
    late = an_upload(connection, account, "/monday.csv.filepart")
    an_accepted_upload(connection, account, "/tuesday.csv", Kind.DATA)
    tree.rename_file(
        connection,
        account_id=account.id,
        old=("/", "monday.csv.filepart"),
        new=("/", "monday.csv"),
        clock=FakeClock(),
        settle=timedelta(0),
    )
    late = uploads.get(connection, upload_id=late.id)

    [delivery] = accept(connection, late, a_plan(late, account.administrations[0], Kind.DATA))

    assert delivery.state is DeliveryState.PENDING


def test_documents_and_declarations_come_out_of_a_hold_whatever_came_after(connection: Connection) -> None:
    account = an_account(connection)

    document = hold_then_retry(connection, account, "/1.pdf", "/2.pdf", Kind.INVOICE_PDF)
    declaration = hold_then_retry(connection, account, "/d", "/d", Kind.DECLARATION)

    assert document.state is DeliveryState.PENDING
    assert declaration.state is DeliveryState.PENDING


def test_several_data_files_of_one_archive_all_go(connection: Connection) -> None:
    account = an_account(connection)
    place = account.administrations[0]
    upload = an_upload(connection, account, "/x.zip")

    made = accept(
        connection,
        upload,
        a_plan(upload, place, Kind.DATA, member="1.csv"),
        a_plan(upload, place, Kind.DATA, member="2.csv"),
    )

    assert [delivery.state for delivery in made] == [DeliveryState.PENDING] * 2


def test_a_data_file_is_not_held_for_a_newer_one_that_was_cancelled(connection: Connection) -> None:
    account = an_account(connection)
    late = an_upload(connection, account, "/monday.csv")
    newer = an_accepted_upload(connection, account, "/tuesday.csv", Kind.DATA)
    deliveries.cancel(connection, delivery_id=newer.id, now=NOON)

    [delivery] = accept(connection, late, a_plan(late, account.administrations[0], Kind.DATA))

    assert delivery.state is DeliveryState.PENDING


def test_a_data_file_is_held_for_a_newer_one_that_was_delivered(connection: Connection) -> None:
    account = an_account(connection)
    late = an_upload(connection, account, "/monday.csv")
    an_accepted_upload(connection, account, "/tuesday.csv", Kind.DATA)
    [assignment] = claim(connection)
    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=NOON,
        status=200,
    )

    [delivery] = accept(connection, late, a_plan(late, account.administrations[0], Kind.DATA))

    assert (delivery.state, delivery.reason) == (DeliveryState.HELD, ReasonCode.OVERTAKEN)
