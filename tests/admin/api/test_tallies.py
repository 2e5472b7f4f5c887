"""Counters begin with the process, count each attempt once, and only when it has ended."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.admin.api.tallies import COUNTED_EVERY, Tallies
from bridge.domain.accounts import Account
from bridge.domain.deliveries import Assignment, DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.domain.uploads import UploadState
from bridge.ledger import leases
from bridge.ledger.database import Database
from bridge.ledger.schema import logins, uploads
from tests.support import builders
from tests.support.clock import MINUTE, NOON


@pytest.fixture
def account(sqlite_database: Database) -> Account:
    return sqlite_database.write_now(builders.an_account)


def put(database: Database, account: Account, name: str) -> Assignment:
    """Return a delivery under way."""

    def work(connection: Connection) -> Assignment:
        builders.an_accepted_upload(connection, account, f"/{name}.pdf")
        [claimed] = builders.claim(connection)
        return claimed

    return database.write_now(work)


def end(database: Database, one: Assignment, outcome: Outcome, after: timedelta) -> None:
    to = DeliveryState.DELIVERED if outcome is Outcome.DELIVERED else DeliveryState.HELD
    database.write_now(
        lambda connection: leases.settle(
            connection, delivery=one.delivery, outcome=outcome, now=NOON + after, to=to
        )
    )


def test_an_attempt_is_counted_once_when_it_ended(sqlite_database: Database, account: Account) -> None:
    end(sqlite_database, put(sqlite_database, account, "former"), Outcome.DELIVERED, MINUTE)
    counted = Tallies(sqlite_database)
    counted.begin()

    one, two = put(sqlite_database, account, "a"), put(sqlite_database, account, "b")
    counted.refresh(NOON)
    assert counted.outcomes == {}
    end(sqlite_database, two, Outcome.UNKNOWN, MINUTE)
    counted.refresh(NOON)
    end(sqlite_database, one, Outcome.DELIVERED, MINUTE)
    for _ in range(3):
        counted.refresh(NOON)

    assert counted.outcomes == {Outcome.DELIVERED: 1, Outcome.UNKNOWN: 1}
    assert sum(counted.delivered_after.counts) == 1
    assert counted.delivered_after.total_seconds == 60.0


def test_log_ins_are_counted_by_result(sqlite_database: Database, account: Account) -> None:
    counted = Tallies(sqlite_database)
    counted.begin()
    came = [
        {"at": NOON, "account_id": account.id, "name": "x", "peer": "p", "client": "c", "refused": why}
        for why in (None, "password", "password")
    ]
    sqlite_database.write_now(lambda connection: connection.execute(sa.insert(logins), came))
    counted.refresh(NOON)
    counted.refresh(NOON)

    assert counted.logins == {"accepted": 1, "password": 2}


def test_what_was_withdrawn_is_counted_every_ten_minutes(sqlite_database: Database, account: Account) -> None:
    sqlite_database.write_now(builders.an_upload, account)
    counted = Tallies(sqlite_database)
    counted.refresh(NOON)
    sqlite_database.write_now(
        lambda connection: connection.execute(sa.update(uploads).values(state="withdrawn"))
    )

    counted.refresh(NOON + COUNTED_EVERY)

    assert counted.counted is not None
    assert counted.counted.uploads == {UploadState.WITHDRAWN: 1}
