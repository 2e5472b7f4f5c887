"""A lane is drained when nothing is under way any more; until then it is waited for, and told."""

from datetime import timedelta

import pytest

from bridge.admin.operations import accounts, draining, lanes, trail
from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.deliveries import Assignment, DeliveryState
from bridge.domain.errors import Conflict, NotFound
from bridge.domain.outcomes import Outcome
from bridge.ledger import deliveries as ledger
from bridge.ledger import lanes as lane_ledger
from tests.support import builders
from tests.support.clock import MINUTE, NOON, FakeClock


@pytest.fixture
def account(desk: Desk) -> Account:
    """An account of A1."""
    return accounts.add(desk, name="sender", administration_codes=["A1"], password="x").account


def end(desk: Desk, assignment: Assignment) -> None:
    """Let the attempt end well."""
    desk.database.write_now(
        ledger.settle,
        delivery=assignment.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=NOON,
    )


def test_it_waits_until_what_is_under_way_has_ended(desk: Desk, account: Account) -> None:
    for number in range(2):
        desk.database.write_now(builders.an_accepted_upload, account, f"/{number}.pdf")
    under_way = desk.database.write_now(builders.claim)

    def sleep(_seconds: float) -> None:
        """Let one attempt end."""
        end(desk, under_way.pop())

    assert list(draining.drain(desk, name="destination", timeout=MINUTE, sleep=sleep)) == [2, 1, 0]
    assert lanes.listing(desk)[0].is_stopped
    assert trail.listing(desk)[0].act == "lane drain"


def test_a_quiet_lane_is_drained_at_once(desk: Desk) -> None:
    def sleep(_seconds: float) -> None:
        raise AssertionError("nothing to wait for")

    assert list(draining.drain(desk, name="destination", timeout=MINUTE, sleep=sleep)) == [0]


def test_what_takes_longer_than_wanted_is_said_and_the_lane_stays_stopped(
    desk: Desk, account: Account, clock: FakeClock
) -> None:
    desk.database.write_now(builders.an_accepted_upload, account)
    desk.database.write_now(builders.claim)

    draining_it = draining.drain(
        desk,
        name="destination",
        timeout=timedelta(seconds=2),
        sleep=lambda seconds: clock.advance(timedelta(seconds=seconds)),
    )

    assert next(draining_it) == 1
    with pytest.raises(Conflict, match="1 still under way after 2 s"):
        next(draining_it)
    assert lanes.listing(desk)[0].is_stopped


def test_what_a_killed_server_left_counts_until_its_leases_end(
    desk: Desk, account: Account, clock: FakeClock
) -> None:
    desk.database.write_now(builders.an_accepted_upload, account)
    desk.database.write_now(builders.claim)  # for a minute

    told = draining.drain(
        desk,
        name="destination",
        timeout=2 * MINUTE,
        sleep=lambda seconds: clock.advance(timedelta(seconds=seconds)),
    )

    assert list(told) == [1, 0]
    assert clock.now() - NOON == MINUTE


def test_a_clock_that_is_set_forward_does_not_make_what_is_under_way_look_ended(
    desk: Desk, account: Account, clock: FakeClock
) -> None:
    # It said 0 under way, and whoever then stopped the machine cut requests off.
    desk.database.write_now(builders.an_accepted_upload, account)
    under_way = desk.database.write_now(builders.claim)
    looks = []

    def renew() -> None:
        now = clock.now()
        until = now + MINUTE / 4
        desk.database.write_now(lane_ledger.take, name="destination", owner="one", now=now, until=until)

    def sleep(_seconds: float) -> None:
        """Let the server renew its lease at the fifth look, and the attempt end at the thirtieth."""
        looks.append(clock.now())
        if len(looks) >= 5:
            renew()
        if len(looks) == 30:
            end(desk, under_way.pop())

    renew()
    clock.advance(timedelta(days=1))
    assert list(draining.drain(desk, name="destination", timeout=MINUTE, sleep=sleep)) == [1, 0]
    assert len(looks) == 30


def test_a_lane_that_is_not_there_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        next(draining.drain(desk, name="nowhere", timeout=MINUTE, sleep=lambda _seconds: None))
