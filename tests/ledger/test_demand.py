"""What waits is counted by whose it is; what was measured is the end of the table of attempts."""

import re
from datetime import time, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DEFAULT_LANE, Delivery, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.throughput import Sample
from bridge.ledger import administrations, deliveries, demand, removing
from bridge.ledger.database import Database
from bridge.ledger.demand import Place, Waiting
from bridge.ledger.schema import accounts as accounts_table
from bridge.ledger.schema import attempts
from bridge.ledger.schema import deliveries as deliveries_table
from tests.support.builders import an_accepted_upload, an_account, an_administration, an_upload
from tests.support.clock import MINUTE, NOON, SECOND


def put(connection: Connection, delivery: Delivery, **values: object) -> None:
    """Make *delivery* what the sender would have made of it."""
    connection.execute(
        sa.update(deliveries_table).where(deliveries_table.c.id == delivery.id).values(**values)
    )


def leased(connection: Connection, delivery: Delivery) -> None:
    put(connection, delivery, state="leased", lease_token="t", lease_until=NOON + MINUTE, attempts=1)


def an_attempt(connection: Connection, delivery: Delivery, **values: object) -> None:
    connection.execute(sa.insert(attempts).values(delivery_id=delivery.id, **values))


def test_documents_retries_and_data_files_are_counted_apart_with_the_oldest(connection: Connection) -> None:
    account = an_account(connection)
    place = Place(account.id, account.administrations[0].id)
    for minute in range(3):
        an_accepted_upload(connection, account, f"/{minute}.pdf", now=NOON + minute * MINUTE)
    for minute in (5, 7):
        again = an_accepted_upload(connection, account, f"/{minute}.pdf", now=NOON + minute * MINUTE)
        put(connection, again, attempts=1, due_at=NOON + minute * 10 * MINUTE)
    an_accepted_upload(connection, account, "/a.csv", Kind.DATA, now=NOON - MINUTE)
    leased(connection, an_accepted_upload(connection, account, "/way.pdf", now=NOON))

    found = demand.waiting(connection, lane=DEFAULT_LANE)

    assert found == {
        place: Waiting(
            documents=4, retries=2, data_files=1, oldest_at=NOON - MINUTE, due_at=NOON + 70 * MINUTE
        )
    }
    assert found[place].total == 7


def test_each_place_has_its_own_count(connection: Connection) -> None:
    a1, b2 = an_administration(connection, "A1"), an_administration(connection, "B2")
    one, other = an_account(connection, a1, name="one"), an_account(connection, b2, a1, name="other")
    an_accepted_upload(connection, one)
    an_accepted_upload(connection, other)
    an_accepted_upload(connection, other, "/second.pdf")

    found = demand.waiting(connection, lane=DEFAULT_LANE)
    counts = {place: each.total for place, each in found.items()}

    assert counts == {(one.id, a1.id): 1, (other.id, b2.id): 2}
    assert demand.waiting(connection, lane="another") == {}


def test_what_is_held_delivered_or_cancelled_does_not_wait(connection: Connection) -> None:
    account = an_account(connection)
    held, delivered, cancelled = (
        an_accepted_upload(connection, account, f"/{name}.pdf") for name in ("held", "delivered", "cancelled")
    )
    deliveries.hold(connection, delivery_id=held.id)
    put(connection, delivered, state=DeliveryState.DELIVERED)
    deliveries.cancel(connection, delivery_id=cancelled.id, now=NOON)

    assert demand.waiting(connection, lane=DEFAULT_LANE) == {}
    assert demand.held(connection) == 1


def test_uploads_that_intake_has_not_looked_at_are_counted(connection: Connection) -> None:
    account = an_account(connection)
    an_accepted_upload(connection, account)
    an_upload(connection, account, "/new.zip")

    assert demand.arriving(connection) == 1


def test_the_last_attempts_come_by_lane_and_not_older_than_asked(connection: Connection) -> None:
    delivery = an_accepted_upload(connection, an_account(connection))
    an_attempt(connection, delivery, started_at=NOON - MINUTE, ended_at=NOON, outcome=Outcome.DEFERRED)
    an_attempt(connection, delivery, started_at=NOON, ended_at=NOON + SECOND, outcome=Outcome.DELIVERED)
    an_attempt(connection, delivery, started_at=NOON + SECOND)

    found = demand.samples(connection, since=NOON)

    assert set(found) == {DEFAULT_LANE}
    assert sorted(found[DEFAULT_LANE], key=lambda one: one.started_at) == [
        Sample(started_at=NOON, ended_at=NOON + SECOND, is_delivered=True),
        Sample(started_at=NOON + SECOND, ended_at=None, is_delivered=False),
    ]


def test_no_more_than_the_last_two_thousand_attempts_are_read(connection: Connection) -> None:
    delivery = an_accepted_upload(connection, an_account(connection))
    connection.execute(
        sa.insert(attempts),
        [{"delivery_id": delivery.id, "started_at": NOON + n * SECOND} for n in range(2100)],
    )

    found = demand.samples(connection, since=NOON)[DEFAULT_LANE]

    assert len(found) == 2000
    assert min(one.started_at for one in found) == NOON + 100 * SECOND


def test_parties_are_who_is_there_who_is_stopped_and_who_may_send_for_whom(connection: Connection) -> None:
    a1 = administrations.add(
        connection,
        code="A1",
        payt_id=None,
        sealed_token=None,
        import_times=(time(1), time(13, 30)),
        timezone="Europe/Brussels",
        now=NOON,
    )
    b2 = an_administration(connection, "B2")
    administrations.pause(connection, administration_id=b2.id, until=NOON + MINUTE, reason="401")
    sender, gone = an_account(connection, a1, b2, name="sender"), an_account(connection, a1, name="gone")
    removing.remove(connection, account_id=gone.id, now=NOON)
    connection.execute(
        sa.update(accounts_table).where(accounts_table.c.id == sender.id).values(is_stopped=True)
    )

    found = demand.parties(connection)

    assert found.accounts == {sender.id: "sender", gone.id: "gone"}
    assert found.stopped == {sender.id}
    assert found.links == {(sender.id, a1.id), (sender.id, b2.id)}
    assert found.administrations[a1.id].import_times == (time(1), time(13, 30))
    assert (found.administrations[a1.id].timezone, found.administrations[a1.id].paused_until) == (
        "Europe/Brussels",
        None,
    )
    assert found.administrations[b2.id].paused_until == NOON + MINUTE


_INDEXES = {
    "_FRESH": "ix_deliveries_fresh",
    "_AGAIN": "ix_deliveries_again",
    "_DATA": "ix_deliveries_data",
    "_UNDER_WAY": "ix_deliveries_state",
}


@pytest.mark.parametrize("name", ["_FRESH", "_AGAIN", "_DATA", "_UNDER_WAY", "_SAMPLES"])
def test_what_was_ever_delivered_is_not_walked_through(sqlite_database: Database, name: str) -> None:
    def explain(connection: Connection) -> list[str]:
        sql = str(getattr(demand, name).compile(connection))
        values = tuple(1 for _ in re.findall(r"\?", sql))
        return [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]

    plan = sqlite_database.read_now(explain)

    # By an index of what waits, the end of the attempts (which the limit ends), and else rows by their ids.
    assert plan
    walked = [
        line for line in plan if line.startswith("SCAN ") and "anon" not in line and "CO-ROUTINE" not in line
    ]
    assert walked == (["SCAN attempts"] if name == "_SAMPLES" else [])
    assert "TEMP B-TREE" not in " ".join(plan)
    if name in _INDEXES:
        assert any(f"INDEX {_INDEXES[name]} (" in line for line in plan)


def test_a_moment_is_read_back_as_it_was_written(connection: Connection) -> None:
    # The last due moment is the greatest of a column, which must keep its type on both databases.
    account = an_account(connection)
    again = an_accepted_upload(connection, account)
    put(connection, again, attempts=2, due_at=NOON + timedelta(microseconds=1))

    [one] = demand.waiting(connection, lane=DEFAULT_LANE).values()

    assert one.due_at == NOON + timedelta(microseconds=1)
