"""Prepared statements do what SQLAlchemy would have done."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.ledger.columns import Moment
from bridge.ledger.entries import put_file, put_files
from bridge.ledger.prepared import Prepared
from bridge.ledger.schema import counters, entries
from tests.support.builders import an_account, an_upload
from tests.support.clock import NOON

COUNT = Prepared(sa.insert(counters), columns=("name", "value"))


def test_values_are_stored_as_their_columns_types_want_them(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/a.pdf")
    put_file(
        connection,
        account_id=account.id,
        folder="/",
        name="b.pdf",
        size=7,
        modified_at=NOON,
        upload_id=upload.id,
    )

    row = connection.execute(sa.select(entries).where(entries.c.name == "b.pdf")).one()
    assert (row.modified_at, row.is_folder, row.is_listed, row.size) == (NOON, False, True, 7)


def test_a_parameter_of_a_declared_type_is_converted_too(connection: Connection) -> None:
    moment = sa.bindparam("moment", type_=Moment)
    at_noon = Prepared(sa.select(entries.c.name).where(entries.c.modified_at == moment))
    account = an_account(connection)
    an_upload(connection, account, "/a.pdf", now=NOON)

    assert not at_noon.is_empty(connection, {"moment": NOON})
    assert at_noon.is_empty(connection, {"moment": NOON.replace(hour=1)})


def test_what_the_database_refuses_is_said_as_sqlalchemy_says_it(connection: Connection) -> None:
    COUNT.insert(connection, {"name": "twice", "value": 1})
    with pytest.raises(sa.exc.IntegrityError), connection.begin_nested():
        COUNT.insert(connection, {"name": "twice", "value": 1})


def test_many_rows_are_stored_as_one_is_and_in_their_order(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/a.zip")
    put_files(
        connection,
        account_id=account.id,
        folder="/",
        files=[("b.pdf", 7), ("c.pdf", 8)],
        modified_at=NOON,
        upload_id=upload.id,
    )

    rows = connection.execute(
        sa.select(entries).where(entries.c.name != "a.zip").order_by(entries.c.name)
    ).all()
    assert [(row.name, row.modified_at, row.is_listed, row.size) for row in rows] == [
        ("b.pdf", NOON, True, 7),
        ("c.pdf", NOON, True, 8),
    ]


def test_of_many_rows_one_that_is_refused_is_said_as_sqlalchemy_says_it(connection: Connection) -> None:
    rows = [{"name": "once", "value": 1}, {"name": "once", "value": 2}]
    with pytest.raises(sa.exc.IntegrityError), connection.begin_nested():
        COUNT.insert_all(connection, rows)
