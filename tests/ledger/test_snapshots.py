"""The snapshot to compare with is that of the newest data file that was delivered."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bridge.domain.accounts import Account
from bridge.domain.deliveries import Delivery, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.snapshots import SnapshotRecord
from bridge.ledger import snapshots
from bridge.ledger.database import Database
from bridge.ledger.schema import deliveries, documents
from tests.ledger.test_plans import explain
from tests.support.builders import an_accepted_upload, an_account, an_administration

FACTS = SnapshotRecord(
    rows=230,
    columns=("invoice_number", "invoice_open_amount_inc_vat"),
    open_invoices=214,
    open_amount=Decimal("12345.67"),
    content_sha256="a" * 64,
    dated=date(2022, 7, 28),
    modified=1_659_000_000,
)


def a_data_file(
    connection: Connection,
    account: Account,
    name: str,
    *,
    facts: SnapshotRecord | None = FACTS,
    state: DeliveryState = DeliveryState.DELIVERED,
    kind: Kind = Kind.DATA,
) -> Delivery:
    """A file of *account* that has come to *state*."""
    delivery = an_accepted_upload(connection, account, f"/csv/{name}", kind)
    if facts is not None:
        snapshots.put(connection, document_id=delivery.document_id, facts=facts)
    connection.execute(sa.update(deliveries).where(deliveries.c.id == delivery.id).values(state=state))
    return delivery


def last(connection: Connection, account: Account) -> SnapshotRecord | None:
    """What the account's administration was sent last."""
    return snapshots.last_delivered(connection, administration_id=account.administrations[0].id)


def test_a_snapshot_comes_back_with_its_documents_name_and_blob(connection: Connection) -> None:
    account = an_account(connection)
    a_data_file(connection, account, "20220728.csv")

    found = last(connection, account)

    assert found is not None
    assert found.blob is not None
    assert found == replace(FACTS, name="20220728.csv", blob=found.blob)


def test_what_could_not_be_told_comes_back_as_such(connection: Connection) -> None:
    account = an_account(connection)
    unknown = SnapshotRecord(
        rows=1,
        columns=None,
        open_invoices=None,
        open_amount=None,
        content_sha256="b" * 64,
        dated=None,
        modified=None,
    )
    a_data_file(connection, account, "a.csv", facts=unknown)

    found = last(connection, account)

    assert found is not None
    assert replace(found, blob=None, name="") == unknown


def test_before_the_first_delivery_there_is_none(connection: Connection) -> None:
    account = an_account(connection)
    for state in (DeliveryState.PENDING, DeliveryState.CANCELLED, DeliveryState.SUPERSEDED):
        a_data_file(connection, account, f"{state}.csv", state=state)
    a_data_file(connection, account, "x.pdf", kind=Kind.INVOICE_PDF)

    assert last(connection, account) is None


def test_the_newest_by_arrival_counts_whatever_waits_behind_it(connection: Connection) -> None:
    account = an_account(connection)
    a_data_file(connection, account, "1.csv")
    second = a_data_file(connection, account, "2.csv", facts=replace(FACTS, rows=2))
    a_data_file(connection, account, "3.csv", state=DeliveryState.PENDING)
    a_data_file(connection, account, "4.csv", facts=None)  # from before there were snapshots
    a_data_file(connection, account, "5.csv", state=DeliveryState.CANCELLED)

    found = last(connection, account)

    assert found is not None
    assert (found.name, found.rows) == ("2.csv", 2)
    # What came in the same archive has one arrival: the later document is the newer one.
    third = a_data_file(connection, account, "6.csv")
    arrival = sa.select(documents.c.arrival).where(documents.c.id == second.document_id).scalar_subquery()
    connection.execute(
        sa.update(documents).where(documents.c.id == third.document_id).values(arrival=arrival)
    )
    newer = last(connection, account)
    assert newer is not None
    assert newer.name == "6.csv"


def test_another_administrations_files_do_not_count(connection: Connection) -> None:
    mine = an_account(connection)
    other = an_account(connection, an_administration(connection, "B2"), name="other")
    a_data_file(connection, other, "b.csv")

    assert last(connection, mine) is None


def test_after_retention_the_facts_are_left_and_the_bytes_are_not(connection: Connection) -> None:
    account = an_account(connection)
    delivery = a_data_file(connection, account, "a.csv")
    connection.execute(sa.update(documents).where(documents.c.id == delivery.document_id).values(blob=None))

    found = last(connection, account)

    assert found is not None
    assert (found.blob, found.rows) == (None, 230)


def test_a_document_says_one_thing_only(connection: Connection) -> None:
    delivery = a_data_file(connection, an_account(connection), "a.csv")

    with pytest.raises(IntegrityError), connection.begin_nested():
        snapshots.put(connection, document_id=delivery.document_id, facts=FACTS)


def test_it_is_found_through_the_index_of_data_files(sqlite_database: Database) -> None:
    plan = sqlite_database.read_now(explain, snapshots._LAST_DELIVERED)

    assert "ix_documents_data" in plan[0]
    assert not any("SCAN" in line or "TEMP B-TREE" in line for line in plan), plan
