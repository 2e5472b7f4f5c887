"""What is held is counted, and since when, of all or of one account."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.ledger import figures
from bridge.ledger.schema import uploads
from tests.support import builders
from tests.support.clock import MINUTE, NOON


def test_what_is_held_is_counted_with_its_age(connection: Connection) -> None:
    account = builders.an_account(connection)
    assert figures.held_uploads(connection) == 0
    assert figures.oldest_held_at(connection) is None

    builders.an_upload(connection, account, "/late.pdf", now=NOON + MINUTE)
    builders.an_upload(connection, account, "/early.pdf", now=NOON)
    connection.execute(sa.update(uploads).values(state="held"))

    assert figures.held_uploads(connection, account_id=account.id) == 2
    assert figures.oldest_held_at(connection) == NOON
