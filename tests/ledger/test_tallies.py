"""Totals are carried on from what is not finished and what came since, and agree with a full count."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.domain.uploads import UploadState
from bridge.ledger import leases, tallies
from bridge.ledger.schema import deliveries, logins, uploads
from tests.support import builders
from tests.support.clock import MINUTE, NOON


def test_carried_on_it_is_what_a_full_count_says(connection: Connection) -> None:
    account = builders.an_account(connection)
    builders.an_accepted_upload(connection, account, "/a.pdf")
    former = tallies.count_all(connection)
    assert former.uploads == {UploadState.ACCEPTED: 1}

    builders.an_upload(connection, account, "/b.pdf")
    builders.an_accepted_upload(connection, account, "/c.pdf")
    [first, _] = builders.claim(connection)
    leases.settle(
        connection, delivery=first.delivery, outcome=Outcome.DELIVERED, now=NOON, to=DeliveryState.DELIVERED
    )

    carried, full = tallies.count_on(connection, former=former), tallies.count_all(connection)
    assert {key: count for key, count in carried.uploads.items() if count} == full.uploads
    assert {key: count for key, count in carried.deliveries.items() if count} == full.deliveries
    assert full.deliveries == {DeliveryState.DELIVERED: 1, DeliveryState.LEASED: 1}
    assert tallies.count_on(connection, former=carried) == carried


def test_the_oldest_of_each_state_that_waits(connection: Connection) -> None:
    account = builders.an_account(connection)
    for number in range(2):
        builders.an_accepted_upload(connection, account, f"/{number}.pdf", now=NOON + number * MINUTE)
        builders.an_upload(connection, account, f"/held{number}", now=NOON + number * MINUTE)
        builders.an_upload(connection, account, f"/new{number}", now=NOON + number * MINUTE)
    connection.execute(sa.update(uploads).where(uploads.c.name.like("held%")).values(state="held"))
    builders.claim(connection, limit=1)

    assert tallies.oldest_deliveries(connection) == {
        DeliveryState.LEASED: NOON,
        DeliveryState.PENDING: NOON + MINUTE,
    }
    assert tallies.oldest_uploads(connection) == {UploadState.HELD: NOON, UploadState.SPOOLED: NOON}


def test_what_is_set_aside_is_counted_by_reason(connection: Connection) -> None:
    account = builders.an_account(connection)
    builders.an_accepted_upload(connection, account)
    builders.an_upload(connection, account, "/x.csv")
    connection.execute(sa.update(deliveries).values(state="held", reason="ambiguous"))
    connection.execute(
        sa.update(uploads).where(uploads.c.name == "x.csv").values(state="refused", reason="broken_csv")
    )

    assert tallies.set_aside_by_reason(connection) == {
        ("held", "ambiguous"): 1,
        ("refused", "broken_csv"): 1,
    }


def test_attempts_are_told_with_the_close_that_they_answer(connection: Connection) -> None:
    builders.an_accepted_upload(connection, builders.an_account(connection), now=NOON)
    before = tallies.ends(connection).attempts
    [one] = builders.claim(connection, now=NOON + MINUTE)
    [begun] = tallies.tried_after(connection, after=before)
    assert begun.outcome is None

    leases.settle(
        connection,
        delivery=one.delivery,
        outcome=Outcome.DELIVERED,
        now=NOON + 2 * MINUTE,
        to=DeliveryState.DELIVERED,
    )

    [ended] = tallies.tried(connection, ids=[begun.id])
    assert (ended.outcome, ended.closed_at, ended.ended_at) == (
        Outcome.DELIVERED,
        NOON,
        NOON + 2 * MINUTE,
    )
    assert tallies.tried_after(connection, after=begun.id) == []
    assert tallies.started_by_lane(connection, since=NOON) == {"destination": 1}
    assert tallies.started_by_lane(connection, since=NOON + 2 * MINUTE) == {}


def test_log_ins_are_told_with_why_they_were_refused(connection: Connection) -> None:
    for refused in (None, "password"):
        connection.execute(
            sa.insert(logins).values(at=NOON, name="sender", peer="192.0.2.1", client="c", refused=refused)
        )

    found = tallies.logins_after(connection, after=tallies.ends(connection).logins - 2)

    assert [why for _, why in found] == [None, "password"]
