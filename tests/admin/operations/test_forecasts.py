"""The forecast is read from the ledger: what waits, what the lane did lately, and who is stopped."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.admin.operations import accounts, administrations, forecasts
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.forecasts import Expected
from bridge.domain.accounts import Account
from bridge.domain.audit import Actor, Way
from bridge.domain.forecast import Verdict
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.pacing import PaceName
from bridge.domain.roles import Role
from bridge.ledger import administrations as administration_ledger
from bridge.ledger import lanes
from bridge.ledger.schema import accounts as accounts_table
from bridge.ledger.schema import administrations as administrations_table
from bridge.ledger.schema import attempts
from tests.support import builders
from tests.support.clock import MINUTE, NOON, SECOND

ONE = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)  # 01:00 in Amsterdam
PERIOD = timedelta(seconds=1.025)  # three files in it, as the settings come


@pytest.fixture
def account(desk: Desk) -> Account:
    """An account of A1 and B2."""
    return accounts.add(desk, name="sender", administration_codes=["A1", "B2"], password="x").account


def put(desk: Desk, account: Account, count: int, kind: Kind = Kind.INVOICE_PDF) -> None:
    def work(connection: Connection) -> None:
        for number in range(count):
            builders.an_accepted_upload(connection, account, f"/{kind}-{number}", kind)

    desk.database.write_now(work)


def rows(desk: Desk) -> dict[str, Expected]:
    return {row.administration: row for row in forecasts.whole(desk).rows}


def stop(desk: Desk, table: sa.Table) -> None:
    desk.database.write_now(lambda connection: connection.execute(sa.update(table).values(is_stopped=True)))


def test_what_waits_is_expected_at_the_rate_of_the_settings(desk: Desk, account: Account) -> None:
    put(desk, account, 29)
    put(desk, account, 1, Kind.DATA)

    found = rows(desk)["A1"]

    assert found.outlook.done_at is not None
    assert found.outlook.done_at - NOON == pytest.approx(10 * PERIOD + SECOND / 2, abs=SECOND / 1000)
    assert (found.waiting.documents, found.waiting.data_files, found.account) == (29, 1, "sender")
    assert found.outlook.stream.cut_off == ONE
    assert found.outlook.verdict is Verdict.ON_TIME


@pytest.mark.parametrize(
    ("pace", "seconds"),
    [(PaceName.EXACT, 1.025), (PaceName.SAFE, 1.5), (PaceName.ADAPTIVE, 1.01)],
)
def test_the_rate_is_that_of_the_pace(desk: Desk, account: Account, pace: PaceName, seconds: float) -> None:
    destination = desk.settings.destination.model_copy(update={"pace": pace})
    paced = replace(desk, settings=desk.settings.model_copy(update={"destination": destination}))
    put(paced, account, 30)

    [lane] = forecasts.whole(paced).lanes

    # An answer takes half a second as long as none was measured.
    assert lane.delivered_per_second == pytest.approx(3 / seconds, rel=0.005)


def test_an_administration_with_nothing_waiting_is_there_and_comes_last(desk: Desk, account: Account) -> None:
    put(desk, account, 1)

    found = forecasts.whole(desk).rows

    assert [(one.administration, one.waiting.total) for one in found] == [("A1", 1), ("B2", 0)]
    # Five minutes of margin, the settle time, intake, a turn and an answer before the import.
    last = found[1].outlook.last_safe_at
    assert last is not None
    assert ONE - 5 * MINUTE - 7 * SECOND < last < ONE - 5 * MINUTE - 5 * SECOND


def test_whose_cut_off_is_near_comes_first(desk: Desk, account: Account) -> None:
    administrations.change(desk, code="B2", import_times=["13:10"])  # in ten minutes
    other = accounts.add(desk, name="other", administration_codes=["B2"], password="x").account
    put(desk, account, 1)
    put(desk, other, 1)

    assert [one.administration for one in forecasts.whole(desk).rows][:2] == ["B2", "A1"]


def test_a_lane_that_had_work_and_was_slow_is_expected_to_stay_slow(desk: Desk, account: Account) -> None:
    put(desk, account, 100)

    def work(connection: Connection) -> None:
        for number in range(61):
            connection.execute(
                sa.insert(attempts).values(
                    delivery_id=1,
                    started_at=NOON + number * SECOND,
                    ended_at=NOON + (number + 1) * SECOND,
                    outcome=Outcome.DELIVERED,
                )
            )

    desk.database.write_now(work)

    [lane] = forecasts.whole(desk).lanes
    assert lane.delivered_per_second == pytest.approx(1.0)
    assert lane.measured.answer == SECOND


@pytest.mark.parametrize("table", [accounts_table, administrations_table])
def test_what_an_operator_stopped_is_late_and_says_so(desk: Desk, account: Account, table: sa.Table) -> None:
    put(desk, account, 1)
    stop(desk, table)

    found = rows(desk)

    assert found["A1"].outlook.verdict is Verdict.LATE
    assert found["A1"].stopped in {"account sender", "administration A1"}
    assert found["B2"].outlook.verdict is Verdict.ON_TIME


def test_the_forecast_says_late_where_an_older_data_file_of_a_stopped_account_is_in_front(
    desk: Desk, account: Account
) -> None:
    # It said on time, and nothing went.
    other = accounts.add(desk, name="other", administration_codes=["A1"], password="x").account
    put(desk, account, 1, Kind.DATA)
    put(desk, other, 1, Kind.DATA)
    accounts.set_stopped(desk, name="sender", is_stopped=True)

    found = {one.account: one for one in forecasts.whole(desk).rows if one.administration == "A1"}

    assert (found["other"].outlook.verdict, found["other"].stopped) == (Verdict.LATE, "account sender")
    vera = Actor(who="vera", way=Way.CONSOLE, role=Role.VIEWER, account=other.id)
    tenant = replace(desk, actor=vera)
    assert [one.stopped for one in forecasts.whole(tenant).rows] == ["another account's older data file"]


@pytest.mark.parametrize("first", ["other", "sender"])
def test_what_goes_before_the_stopped_data_file_or_is_no_data_file_is_not_kept_back(
    desk: Desk, account: Account, first: str
) -> None:
    other = accounts.add(desk, name="other", administration_codes=["A1"], password="x").account
    put(desk, other, 1, Kind.DATA if first == "other" else Kind.INVOICE_PDF)
    put(desk, account, 1, Kind.DATA)
    accounts.set_stopped(desk, name="sender", is_stopped=True)

    found = {one.account: one for one in forecasts.whole(desk).rows if one.administration == "A1"}

    assert found["other"].outlook.verdict is Verdict.ON_TIME
    assert found["sender"].outlook.verdict is Verdict.LATE


def test_a_stopped_lane_stops_everybody(desk: Desk, account: Account) -> None:
    put(desk, account, 1)
    desk.database.write_now(lanes.stop, name="destination")

    assert rows(desk)["A1"].stopped == "lane destination"


def test_pauses_and_retries_are_waited_for(desk: Desk, account: Account) -> None:
    put(desk, account, 1)
    place = account.administrations[0]
    until = NOON + 30 * MINUTE
    desk.database.write_now(
        administration_ledger.pause, administration_id=place.id, until=until, reason="401"
    )
    of_the_administration = rows(desk)["A1"].outlook.done_at
    later = until + 30 * MINUTE
    desk.database.write_now(lanes.pause, name="destination", until=later, reason="429")
    of_the_lane = rows(desk)["A1"].outlook.done_at

    assert of_the_administration is not None
    assert until < of_the_administration < until + 2 * SECOND
    assert of_the_lane is not None
    assert later < of_the_lane < later + 2 * SECOND


def test_files_of_an_account_that_was_since_given_others_are_still_there(
    desk: Desk, account: Account
) -> None:
    put(desk, account, 1)
    accounts.change(desk, name="sender", administration_codes=["B2"])

    assert set(rows(desk)) == {"A1", "B2"}


def test_the_worst_part_of_an_administration_counts(desk: Desk, account: Account) -> None:
    other = accounts.add(desk, name="other", administration_codes=["A1"], password="x").account
    put(desk, account, 1)
    put(desk, other, 1)
    desk.database.write_now(
        lambda connection: connection.execute(
            sa.update(accounts_table).where(accounts_table.c.name == "other").values(is_stopped=True)
        )
    )

    assert forecasts.whole(desk).verdicts() == {"A1": Verdict.LATE, "B2": Verdict.ON_TIME}


def test_just_before_the_import_what_waits_is_judged_by_it_and_not_by_the_next(
    desk: Desk, account: Account
) -> None:
    administrations.change(desk, code="A1", import_times=["13:01", "18:00"])
    put(desk, account, 300)

    found = rows(desk)["A1"]

    assert found.outlook.stream.cut_off == NOON + MINUTE
    assert found.outlook.verdict is Verdict.LATE
    assert found.outlook.last_safe_at is None


def test_what_is_held_or_not_examined_yet_is_counted_beside(desk: Desk, account: Account) -> None:
    desk.database.write_now(builders.an_upload, account, "/new.zip")

    found = forecasts.whole(desk)

    assert (found.held, found.arriving) == (0, 1)
    assert [lane.has_sender for lane in found.lanes] == [False]


def test_of_a_forecast_for_all_a_viewer_sees_the_one_account(desk: Desk, account: Account) -> None:
    other = accounts.add(desk, name="other", administration_codes=["A1"], password="x").account
    put(desk, account, 3)
    put(desk, other, 2)
    viewer = replace(desk, actor=Actor(who="v", way=Way.CONSOLE, role=Role.VIEWER, account=other.id))

    everything = forecasts.whole(desk)
    seen = forecasts.seen(viewer, everything)

    assert {row.account for row in everything.rows} == {"sender", "other"}
    assert [(row.account, row.waiting.total) for row in seen.rows] == [("other", 2)]
    assert seen == forecasts.whole(viewer)
    assert forecasts.seen(desk, everything) is everything
