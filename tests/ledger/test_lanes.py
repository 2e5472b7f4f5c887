"""Lanes: who sends, and whether anything may be sent."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.errors import NotFound
from bridge.ledger import deliveries, lanes
from bridge.ledger.schema import lanes as table
from tests.support.builders import an_accepted_upload, an_account, claim, turns
from tests.support.clock import DAY, MINUTE, NOON, SECOND
from tests.support.databases import PostgresServer

LANE = "destination"


def let_pass(connection: Connection, by: timedelta) -> None:
    """Let the lane's lease end so much earlier: a database server's clock cannot be set."""
    lane = lanes.get(connection, name=LANE)
    assert lane.owned_until is not None
    connection.execute(sa.update(table).values(owned_until=lane.owned_until - by))


def test_of_two_owners_only_the_first_gets_the_lane(connection: Connection) -> None:
    assert lanes.take(connection, name=LANE, owner="one", now=NOON, until=NOON + MINUTE)

    assert not lanes.take(connection, name=LANE, owner="two", now=NOON, until=NOON + MINUTE)
    assert lanes.get(connection, name=LANE).owner == "one"


def test_the_owner_may_take_its_lane_again_to_keep_it(connection: Connection) -> None:
    lanes.take(connection, name=LANE, owner="one", now=NOON, until=NOON + MINUTE)

    before = lanes.get(connection, name=LANE).owned_until
    assert lanes.take(connection, name=LANE, owner="one", now=NOON, until=NOON + 2 * MINUTE)
    after = lanes.get(connection, name=LANE).owned_until
    assert before is not None
    assert after is not None
    assert after - before >= MINUTE


def test_a_lane_whose_owner_is_late_goes_to_the_next(connection: Connection) -> None:
    lanes.take(connection, name=LANE, owner="one", now=NOON, until=NOON + MINUTE)

    let_pass(connection, MINUTE)

    assert lanes.take(connection, name=LANE, owner="two", now=NOON, until=NOON + MINUTE)


@pytest.mark.parametrize(("jump", "is_free"), [(9 * MINUTE, False), (timedelta(hours=1), True), (DAY, True)])
def test_a_lane_whose_owner_died_before_the_clock_was_set_back_goes_to_the_next(
    connection: Connection, jump: timedelta, is_free: bool
) -> None:
    # Less than ten minutes may be two machines whose clocks differ.
    lanes.take(connection, name=LANE, owner="dead", now=NOON, until=NOON + 15 * SECOND)
    let_pass(connection, -jump)

    taken = lanes.take(connection, name=LANE, owner="next", now=NOON, until=NOON + 15 * SECOND)

    assert taken is is_free


def test_a_lane_that_its_owner_left_is_free_at_once(connection: Connection) -> None:
    lanes.take(connection, name=LANE, owner="one", now=NOON, until=NOON + MINUTE)
    lanes.leave(connection, name=LANE, owner="two")  # not its own: nothing happens
    assert not lanes.take(connection, name=LANE, owner="two", now=NOON, until=NOON + MINUTE)

    lanes.leave(connection, name=LANE, owner="one")

    assert lanes.take(connection, name=LANE, owner="two", now=NOON, until=NOON + MINUTE)


def test_a_shorter_pause_does_not_end_a_longer_one(connection: Connection) -> None:
    lanes.pause(connection, name=LANE, until=NOON + 2 * MINUTE, reason="long")
    lanes.pause(connection, name=LANE, until=NOON + MINUTE, reason="short")

    lane = lanes.get(connection, name=LANE)
    assert (lane.paused_until, lane.paused_reason) == (NOON + 2 * MINUTE, "long")
    assert not lane.may_send(NOON + MINUTE)
    assert lane.may_send(NOON + 2 * MINUTE)


def test_a_destination_that_does_not_answer_pauses_its_lane_until_the_probe(connection: Connection) -> None:
    lanes.fail(connection, name=LANE, since=NOON, probe_at=NOON + MINUTE, reason="status 503")

    lane = lanes.get(connection, name=LANE)
    assert (lane.failing_since, lane.paused_until, lane.paused_reason) == (NOON, NOON + MINUTE, "status 503")
    assert not lane.may_send(NOON)
    assert lane.may_send(NOON + MINUTE)


def test_an_answer_ends_the_pause_of_the_outage_and_no_other(connection: Connection) -> None:
    lanes.fail(connection, name=LANE, since=NOON, probe_at=NOON + MINUTE, reason="status 503")
    lanes.pause(connection, name=LANE, until=NOON + 2 * MINUTE, reason="429")
    lanes.answered(connection, name=LANE, paused_until=NOON + MINUTE)
    assert lanes.get(connection, name=LANE).failing_since is None
    assert lanes.get(connection, name=LANE).paused_reason == "429"

    lanes.fail(connection, name=LANE, since=NOON, probe_at=NOON + 3 * MINUTE, reason="status 503")
    lanes.answered(connection, name=LANE, paused_until=NOON + 3 * MINUTE)

    assert lanes.get(connection, name=LANE).may_send(NOON)


def test_a_stopped_lane_sends_again_when_resumed(connection: Connection) -> None:
    assert not lanes.stop(connection, name=LANE).may_send(NOON)
    lanes.pause(connection, name=LANE, until=NOON + MINUTE, reason="429")

    assert lanes.resume(connection, name=LANE).may_send(NOON)


def test_there_is_one_lane_from_the_start(connection: Connection) -> None:
    assert [lane.name for lane in lanes.listing(connection)] == [LANE]


def test_an_unknown_lane_is_not_found(connection: Connection) -> None:
    for question in (lanes.get, lanes.locked, lanes.stop, lanes.resume):
        with pytest.raises(NotFound):
            question(connection, name="elsewhere")


def test_a_second_process_whose_clock_is_ahead_does_not_get_the_lane_of_a_living_owner(
    postgres: PostgresServer,
) -> None:
    # Of processes on one machine the clock is the same; who shares a server has one of its own.
    with postgres.database() as database:

        def takes(owner: str, now: datetime) -> bool:
            return database.write_now(lanes.take, name=LANE, owner=owner, now=now, until=now + 15 * SECOND)

        assert takes("one", NOON)

        assert not takes("two", NOON + 30 * SECOND)
        assert takes("one", NOON)


def test_nothing_is_claimed_of_a_lane_that_another_process_has_taken(connection: Connection) -> None:
    # Whoever stood still between the question whether it may send and the claim sent beside the new owner.
    waiting = an_accepted_upload(connection, an_account(connection))
    [turn, _] = turns(connection)
    lanes.take(connection, name=LANE, owner="new", now=NOON, until=NOON + MINUTE)

    def claimed_by(owner: str) -> list[int] | None:
        found = deliveries.claim(
            connection,
            lane=LANE,
            turn=turn,
            now=NOON,
            lease_until=NOON + MINUTE,
            token="t",
            limit=1,
            owner=owner,
        )
        return None if found is None else [one.delivery.id for one in found]

    assert claimed_by("former") is None
    assert claimed_by("new") == [waiting.id]


def test_what_a_living_owner_has_leased_is_under_way_whatever_the_clock_says(connection: Connection) -> None:
    # After a clock was set forward, draining said 0 while requests were under way.
    an_accepted_upload(connection, an_account(connection))
    claim(connection)
    later = NOON + DAY
    assert lanes.in_flight(connection, name=LANE, now=later) == 0  # nobody has it: the lease decides

    lanes.take(connection, name=LANE, owner="one", now=later, until=later + MINUTE)

    assert lanes.in_flight(connection, name=LANE, now=later) == 1
    assert lanes.in_doubt(connection, name=LANE) == 1
    lanes.leave(connection, name=LANE, owner="one")
    assert lanes.in_flight(connection, name=LANE, now=later) == 0
    assert lanes.in_doubt(connection, name=LANE) == 0
