"""The order of arrival, where writers wait for one another."""

import threading
from datetime import datetime

from sqlalchemy.engine import Connection

from bridge.ledger import tree, uploads
from bridge.ledger.database import Database
from tests.support import lists
from tests.support.builders import a_receipt, an_account
from tests.support.clock import DAY, NOON, SECOND, FakeClock


class NotingClock(FakeClock):
    """Says when it is read."""

    def __init__(self) -> None:
        super().__init__()
        self.is_read = threading.Event()

    def now(self) -> datetime:
        self.is_read.set()
        return super().now()


def test_the_clock_is_read_when_it_is_the_writers_turn(database: Database) -> None:
    """Read before, the moments could have another order than the numbers, and intake goes by the moments."""
    clock = NotingClock()
    account = database.write_now(an_account)

    def receive() -> None:
        database.write_now(
            uploads.receive,
            account_id=account.id,
            folder="/",
            name="a.csv",
            blob="0" * 32,
            size=1,
            is_closed=True,
            clock=clock,
            settle=SECOND,
            modified_at=None,
            peer=None,
            client=None,
        )

    with database.engine.begin() as other:
        tree.lock(other, account_id=account.id)
        waiting = threading.Thread(target=receive)
        waiting.start()
        assert not clock.is_read.wait(0.2)
    waiting.join()

    [upload] = database.read_now(lists.uploads)
    assert (upload.closed_at, upload.ready_at) == (NOON, NOON + SECOND)


def test_a_clock_that_was_set_back_makes_nobody_wait_for_the_former_time(connection: Connection) -> None:
    account = an_account(connection)
    a_receipt(connection, account, "/before.csv", now=NOON + DAY / 24)
    after = a_receipt(connection, account, "/after.csv", now=NOON)

    assert uploads.get(connection, upload_id=after.upload_id).ready_at == NOON
