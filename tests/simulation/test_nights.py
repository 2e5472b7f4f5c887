"""Nights in virtual time, each made from its seed: what must hold in every one, and in all of them together.

A failure names the seed; ``a_night(SEED)`` makes that night again.
"""

from datetime import timedelta

import pytest

from tests.simulation import clairvoyant
from tests.simulation.lane import LIMIT, Lane
from tests.simulation.night import Night, a_night

SECOND = timedelta(seconds=1)
SHARE_MISSED = 0.01  # of the cut-offs that could have been met
NIGHTS, AT_ONCE = 300, 25
CAMPAIGN, CAMPAIGN_AT_ONCE = 10_000, 250


def live_through(seed: int, **size: int) -> tuple[int, int]:
    """Let one night pass; return the cut-offs that could be met, and how many fewer were."""
    night = a_night(seed, **size)
    lane = Lane(night)
    lane.run()
    check_rate(lane)
    check_order(lane)
    check_accounts(night)
    check_nobody_starves(night)
    check_data(night)
    could, did = clairvoyant.late(night), clairvoyant.late_in_fact(night)
    return len(clairvoyant.jobs(night)) - len(could), max(len(did) - len(could), 0)


def check_rate(lane: Lane) -> None:
    for first, later in zip(lane.starts, lane.starts[LIMIT:], strict=False):
        assert later - first >= SECOND, (
            f"seed {lane.night.seed}: {LIMIT + 1} starts within a second at {first}"
        )


def check_order(lane: Lane) -> None:
    """Data files of an administration are sent strictly in their order, whatever is tried again."""
    last: dict[int, int] = {}
    for one in lane.order:
        if one.is_data:
            assert one.number >= last.get(one.account, 0), f"seed {lane.night.seed}: {one} after a newer one"
            last[one.account] = one.number


def check_accounts(night: Night) -> None:
    """Every file is delivered, or held for a reason."""
    for one in night.files:
        assert (one.delivered_at is not None) != one.is_held, f"seed {night.seed}: {one}"
        assert one.is_held == one.is_bad, f"seed {night.seed}: {one}"


def check_nobody_starves(night: Night) -> None:
    """Every file goes within the time that all that was there takes, and the troubles, twice over."""
    good = [one for one in night.files if one.delivered_at is not None]
    trouble = sum(((one.end - one.begin) for one in night.troubles), timedelta())
    for one in good:
        assert one.delivered_at is not None
        limit = timedelta(seconds=len(night.files)) + 2 * trouble + timedelta(minutes=30)
        assert one.delivered_at - one.at < limit, f"seed {night.seed}: {one}"


def check_data(night: Night) -> None:
    """A data file is in time whatever waits, unless it came late or the destination was away at the end."""
    quiet = timedelta(seconds=60 + len(night.imports) * 0.45)  # all data files go in it, with a surplus
    for one in night.files:
        has_trouble = any(each.end > one.aim - quiet for each in night.troubles)
        if one.is_data and one.aim - one.at > quiet and not has_trouble:
            assert one.delivered_at is not None
            assert one.delivered_at < one.aim, f"seed {night.seed}: {one}"


def live_through_all(seeds: range, **size: int) -> None:
    possible = fewer = 0
    for seed in seeds:
        could, missed = live_through(seed, **size)
        possible, fewer = possible + could, fewer + missed
    assert fewer <= SHARE_MISSED * possible, f"seeds {seeds}: {fewer} of {possible} cut-offs missed"


@pytest.mark.parametrize("first", range(0, NIGHTS, AT_ONCE))
def test_no_cut_off_is_missed_that_could_have_been_met(first: int) -> None:
    live_through_all(range(first, first + AT_ONCE), files=500)


def test_so_it_is_with_a_thousand_accounts() -> None:
    live_through_all(range(1), accounts=1000, files=2500)


def test_a_small_tenant_waits_seconds_beside_a_zip_of_20_000() -> None:
    night = a_night(1, accounts=2, files=100)
    night.troubles.clear()
    [zip_of, small] = sorted(night.imports)
    file = night.files[0]
    night.files[:] = [
        type(file)(n, zip_of, night.begin, is_data=False, aim=night.aim(zip_of, night.begin))
        for n in range(1, 4001)
    ]
    at = night.begin + timedelta(minutes=10)
    csv = type(file)(9999, small, at, is_data=True, aim=night.aim(small, at))
    night.files.append(csv)
    Lane(night).run()

    assert csv.delivered_at is not None
    assert csv.delivered_at - csv.at < 3 * SECOND


@pytest.mark.campaign
@pytest.mark.parametrize("first", range(0, CAMPAIGN, CAMPAIGN_AT_ONCE))
def test_so_it_is_in_ten_thousand_nights(first: int) -> None:
    live_through_all(range(first, first + CAMPAIGN_AT_ONCE), files=1000)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(20))
def test_so_it_is_in_twenty_nights_of_a_thousand_accounts(seed: int) -> None:
    live_through_all(range(seed, seed + 1), accounts=1000, files=10_000)
