"""Figures over the whole ledger."""

from sqlalchemy.engine import Connection

from bridge.domain.uploads import UploadState
from bridge.ledger import figures
from tests.support import builders
from tests.support.clock import MINUTE, NOON


def test_uploads_are_counted_by_state(connection: Connection) -> None:
    account = builders.an_account(connection)
    builders.an_accepted_upload(connection, account, "/a.pdf")
    builders.an_upload(connection, account, "/b.pdf")
    builders.an_upload(connection, account, "/c.pdf")

    assert figures.uploads_by_state(connection) == {UploadState.ACCEPTED: 1, UploadState.SPOOLED: 2}


def test_the_oldest_waiting_delivery_counts_even_while_it_is_sent(connection: Connection) -> None:
    assert figures.oldest_waiting_at(connection) is None

    account = builders.an_account(connection)
    builders.an_accepted_upload(connection, account, "/a.pdf", now=NOON)
    builders.an_accepted_upload(connection, account, "/b.pdf", now=NOON + MINUTE)
    assert figures.oldest_waiting_at(connection) == NOON

    builders.claim(connection, limit=1)
    assert figures.oldest_waiting_at(connection) == NOON
