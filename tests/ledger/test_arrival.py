"""The order of arrival, where writers wait for one another."""

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.uploads import UploadId
from bridge.ledger import uploads
from tests.support.builders import a_receipt, an_account
from tests.support.clock import DAY, NOON, SECOND


def order_of_intake(connection: Connection) -> list[UploadId]:
    """Return the ready uploads in the order in which intake meets them."""
    found = []
    while (upload := uploads.oldest_ready(connection, now=NOON + DAY)) is not None:
        found.append(upload.id)
        uploads.accept(connection, upload=upload, sha256="0" * 64, planned=[], now=NOON)
    return found


def test_who_read_the_clock_before_another_and_wrote_after_it_is_taken_after_it(
    connection: Connection,
) -> None:
    if connection.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer, which keeps the order")
    account = an_account(connection)
    first = a_receipt(connection, account, "/first.csv", now=NOON + SECOND / 100)
    second = a_receipt(connection, account, "/second.csv", now=NOON)

    assert order_of_intake(connection) == [first.upload_id, second.upload_id]


def test_a_clock_that_was_set_back_makes_nobody_wait_for_the_former_time(connection: Connection) -> None:
    account = an_account(connection)
    a_receipt(connection, account, "/before.csv", now=NOON + DAY / 24)
    after = a_receipt(connection, account, "/after.csv", now=NOON)

    assert uploads.get(connection, upload_id=after.upload_id).ready_at == NOON
