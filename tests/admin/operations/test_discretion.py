"""A tenant's viewer reads no more of the own files than the tenant does over SFTP."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from bridge.admin.operations import accounts, deliveries, delivery_search, held, records, timeline, uploads
from bridge.admin.operations.desk import Desk
from bridge.domain.audit import Actor, Way
from bridge.domain.deliveries import DeliveryId, DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.domain.remarks import Remark, to_text
from bridge.domain.roles import Role
from bridge.ledger import deliveries as stored
from bridge.ledger.schema import deliveries as deliveries_table
from bridge.ledger.schema import documents as documents_table
from bridge.ledger.schema import uploads as uploads_table
from tests.support import builders
from tests.support.clock import NOON

OTHERS = "invoice 4711 of account other"  # what a guard or the destination says
LINE = "line 3: a quote is not closed"  # what is wrong with the file itself


@pytest.fixture
def viewer(desk: Desk) -> Desk:
    """The desk of a viewer whose tenant has sent two files, each of which was tried and is held."""
    account = accounts.add(desk, name="jansen", administration_codes=["A1"], password="x").account
    for name in ("a", "b"):
        desk.database.write_now(builders.an_accepted_upload, account, f"/{name}.pdf")
    for one in desk.database.write_now(builders.claim, limit=2):
        desk.database.write_now(
            stored.settle,
            delivery=one.delivery,
            to=DeliveryState.HELD,
            outcome=Outcome.REJECTED,
            now=NOON,
            status=422,
            detail=OTHERS,
            reason=ReasonCode.REJECTED,
        )
    remarks = to_text([Remark(code=ReasonCode.ROWS_FALLEN, detail=OTHERS)])
    for table in (uploads_table, documents_table):
        desk.database.write_now(_set, table, remarks=remarks)
    desk.database.write_now(
        _set, deliveries_table, deliveries_table.c.id == 2, reason=ReasonCode.BROKEN_CSV, detail=LINE
    )
    return replace(desk, actor=Actor(who="vera", way=Way.CONSOLE, role=Role.VIEWER, account=account.id))


def _set(
    connection: sa.Connection, /, table: sa.Table, *which: sa.ColumnElement[bool], **values: object
) -> None:
    connection.execute(sa.update(table).where(*which).values(**values))


def everything(desk: Desk) -> str:
    """Return all that is told of both files, as it is told to pages and programs."""
    told: list[object] = []
    for number in (1, 2):
        report, attempts = deliveries.get(desk, delivery_id=number)
        upload, files = uploads.get(desk, upload_id=number)
        told += [records.delivery_with_attempts(report, attempts), report]
        told += [records.upload_with_deliveries(upload, files), upload]
        told += timeline.of_delivery(desk, report=report, attempts=attempts)
        told += [delivery_search.attempts_of(desk, files=files)]
    for reason in (ReasonCode.REJECTED, ReasonCode.BROKEN_CSV):
        told.append(held.opened(desk, reason=reason))
    return repr(told)


def test_what_names_another_s_file_or_the_destination_s_words_is_not_told_to_a_viewer(
    desk: Desk, viewer: Desk
) -> None:
    assert OTHERS in everything(desk)
    assert OTHERS not in everything(viewer)


def test_what_is_about_the_file_itself_is(viewer: Desk) -> None:
    report, _ = deliveries.get(viewer, delivery_id=DeliveryId(2))

    assert report.delivery.detail == LINE
    assert uploads.overview(viewer, upload_id=2).detail == LINE
    assert [one.code for one in report.document.remarks] == [ReasonCode.ROWS_FALLEN]
