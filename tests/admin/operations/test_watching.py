"""One look tells what the lanes do, who waits, which imports are next and what came of the last attempts."""

from datetime import datetime

import pytest

from bridge.admin.operations import accounts, administrations, deliveries, lanes, watching
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.watching import started_per_second
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.throughput import Sample
from bridge.ledger import deliveries as ledger
from tests.support import builders
from tests.support.clock import MINUTE, NOON, SECOND


def began(at: datetime) -> Sample:
    return Sample(started_at=at, ended_at=None, is_delivered=False)


def test_the_rate_is_that_of_the_last_minute_quiet_seconds_included() -> None:
    samples = [began(NOON - seconds * SECOND) for seconds in (0, 30, 60, 61)]

    assert started_per_second(samples, now=NOON, is_cut=False) == pytest.approx(3 / 60)
    assert started_per_second([], now=NOON, is_cut=False) == 0


def test_where_not_all_of_the_minute_is_known_the_rate_is_that_of_what_is() -> None:
    samples = [began(NOON - tenths * SECOND / 10) for tenths in range(101)]

    assert started_per_second(samples, now=NOON, is_cut=True) == pytest.approx(10.1)
    assert started_per_second([began(NOON)], now=NOON, is_cut=True) == 1


def test_who_waits_is_told_the_longest_first_with_what_is_next(desk: Desk) -> None:
    administrations.change(desk, code="B2", import_times=["13:30"])
    for name, code, count in (("few", "A1", 1), ("many", "B2", 2)):
        account = accounts.add(desk, name=name, administration_codes=[code]).account
        for number in range(count):
            desk.database.write_now(builders.an_accepted_upload, account, f"/{number}.pdf")
    desk.database.write_now(builders.an_accepted_upload, account, "/a.csv", Kind.DATA)
    accounts.set_stopped(desk, name="few", is_stopped=True)

    seen = watching.record(watching.look(desk))

    assert [(one["account"], one["total"], one["stopped"]) for one in seen["accounts"]] == [
        ("many", 3, False),
        ("few", 1, True),
    ]
    assert seen["accounts"][0]["data_files"] == 1
    assert [(one["administration"], one["at"]) for one in seen["cut_offs"]] == [
        ("B2", "2026-11-21T12:30:00Z"),
        ("A1", "2026-11-22T00:00:00Z"),
    ]
    assert seen["waiting"] == {
        "total": 4,
        "documents": 3,
        "retries": 0,
        "data_files": 1,
        "oldest_at": "2026-11-21T12:00:00Z",
    }


def test_the_lane_is_told_with_its_rate_beside_the_limit(desk: Desk) -> None:
    account = accounts.add(desk, name="sender", administration_codes=["A1"]).account
    for number in range(2):
        desk.database.write_now(builders.an_accepted_upload, account, f"/{number}.pdf")
    [one, _] = desk.database.write_now(builders.claim)
    desk.database.write_now(
        ledger.settle,
        delivery=one.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=NOON,
        status=201,
    )
    deliveries.hold(
        desk, delivery_id=desk.database.write_now(builders.an_accepted_upload, account, "/h.pdf").id
    )
    lanes.pause(desk, name="destination")

    seen = watching.record(watching.look(desk))

    [lane] = seen["lanes"]
    assert (lane["in_flight"], lane["started_per_second"]) == (1, round(2 / 60, 3))
    assert (lane["stopped"], lane["sends"]) == (True, False)
    assert (seen["limit_per_second"], seen["held"]) == (3.0, 1)
    [outcome] = seen["outcomes"]
    assert (outcome["delivery"], outcome["status"], outcome["account"]) == (one.delivery.id, 201, "sender")


def test_no_more_is_told_than_fits_on_a_screen(desk: Desk) -> None:
    for number in range(watching.ACCOUNTS + 2):
        account = accounts.add(desk, name=f"a{number}", administration_codes=["A1"], password="x").account
        desk.database.write_now(builders.an_accepted_upload, account)

    seen = watching.look(desk)

    assert (len(seen.accounts), seen.more_accounts) == (watching.ACCOUNTS, 2)
    assert seen.cut_offs[0].queue.total == watching.ACCOUNTS + 2
    assert seen.cut_offs[0].at - NOON > MINUTE
