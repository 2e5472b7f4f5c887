"""Lanes: who sends, and whether anything may be sent."""

from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.errors import NotFound
from bridge.ledger import lanes
from tests.support.clock import DAY, MINUTE, NOON, SECOND

LANE = "destination"


def test_of_two_owners_only_the_first_gets_the_lane(connection: Connection) -> None:
    assert lanes.take(connection, name=LANE, owner="one", now=NOON, until=NOON + MINUTE)

    assert not lanes.take(connection, name=LANE, owner="two", now=NOON, until=NOON + MINUTE)
    assert lanes.get(connection, name=LANE).owner == "one"


def test_the_owner_may_take_its_lane_again_to_keep_it(connection: Connection) -> None:
    lanes.take(connection, name=LANE, owner="one", now=NOON, until=NOON + MINUTE)

    assert lanes.take(connection, name=LANE, owner="one", now=NOON, until=NOON + 2 * MINUTE)
    assert lanes.get(connection, name=LANE).owned_until == NOON + 2 * MINUTE


def test_a_lane_whose_owner_is_late_goes_to_the_next(connection: Connection) -> None:
    lanes.take(connection, name=LANE, owner="one", now=NOON, until=NOON + MINUTE)

    assert lanes.take(connection, name=LANE, owner="two", now=NOON + MINUTE, until=NOON + 2 * MINUTE)


@pytest.mark.parametrize(("jump", "is_free"), [(10 * MINUTE, False), (timedelta(hours=1), True), (DAY, True)])
def test_a_lane_whose_owner_died_before_the_clock_was_set_back_goes_to_the_next(
    connection: Connection, jump: timedelta, is_free: bool
) -> None:
    # Less than ten minutes may be two machines whose clocks differ.
    later = NOON + jump
    lanes.take(connection, name=LANE, owner="dead", now=later, until=later + 15 * SECOND)

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
