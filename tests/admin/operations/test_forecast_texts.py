"""The forecast answers the question in one sentence, and says beside it what to do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.admin.operations.forecast_texts import answer
from bridge.admin.operations.forecasts import Expected, Forecast, LaneForecast
from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.deliveries import Lane
from bridge.domain.forecast import Outlook, Stream, Verdict
from bridge.domain.throughput import measure
from bridge.ledger.demand import Waiting
from tests.support.clock import MINUTE, NOON

HOUR = timedelta(hours=1)
LANE = Lane(
    name="destination",
    is_stopped=False,
    paused_until=None,
    paused_reason=None,
    owner="server",
    owned_until=NOON + MINUTE,
)


def row(code: str, slack: timedelta | None, verdict: Verdict | None = None, *, waiting: int = 1) -> Expected:
    late = slack is None or slack < timedelta()
    stream = Stream(
        account_id=AccountId(1),
        administration_id=AdministrationId(1),
        cut_off=NOON + HOUR,
        aim=NOON + HOUR,
        documents=waiting,
    )
    return Expected(
        lane="destination",
        account="sender",
        administration=code,
        timezone="Europe/Amsterdam",
        waiting=Waiting(documents=waiting),
        outlook=Outlook(
            stream=stream,
            done_at=None if slack is None else NOON + HOUR - slack,
            data_done_at=None,
            slack=slack,
            verdict=verdict or (Verdict.LATE if late else Verdict.ON_TIME),
            goes_first=False,
            last_safe_at=None,
        ),
        stopped="account sender" if slack is None else None,
    )


def told(
    *rows: Expected, lane: Lane = LANE, has_sender: bool = True, held: int = 0, arriving: int = 0
) -> list[str]:
    on_lane = LaneForecast(
        lane=lane, delivered_per_second=3.0, measured=measure([], busy_since=None), has_sender=has_sender
    )
    in_order = sorted(rows, key=lambda one: one.pressing)
    return answer(Forecast(at=NOON, rows=in_order, lanes=[on_lane], held=held, arriving=arriving))


def test_where_all_are_on_time_the_tightest_is_named() -> None:
    assert told(row("NL01", 5 * HOUR), row("NL03", 2 * HOUR + 10 * MINUTE), row("NL04", HOUR, waiting=0)) == [
        "All 3 administrations will be on time; the tightest is NL03 with 2 h 10 min to spare."
    ]
    assert told(row("NL01", 5 * HOUR)) == ["NL01 will be on time, with 5 h to spare."]


def test_where_nothing_waits_that_is_said() -> None:
    assert told(row("NL01", HOUR, waiting=0)) == ["NL01 is on time: nothing waits."]
    assert told(row("NL01", HOUR, waiting=0), row("NL02", HOUR, waiting=0)) == [
        "All 2 administrations are on time: nothing waits."
    ]
    assert "no account has an administration" in told()[0]


def test_who_is_late_or_at_risk_is_named_the_worst_first() -> None:
    close = row("NL05", 4 * MINUTE, Verdict.AT_RISK)

    assert told(close, row("NL01", 5 * HOUR)) == ["1 of 2 administrations at risk: NL05 (4 min to spare)."]
    late_too = told(close, row("NL02", -20 * MINUTE), row("NL03", -HOUR), row("NL04", None))
    assert late_too[0] == (
        "3 of 4 administrations will be late: NL04 (stopped: account sender), NL03 (1 h late), "
        "NL02 (20 min late); 1 at risk: NL05 (4 min to spare)."
    )
    assert told(*(row(f"NL0{number}", -HOUR) for number in range(5)))[0].endswith(
        "NL02 (1 h late) and 2 more."
    )


@pytest.mark.parametrize(
    ("lane", "has_sender", "says"),
    [
        (replace(LANE, is_stopped=True), True, "bridge lane resume destination"),
        (
            replace(LANE, paused_until=NOON + 90 * MINUTE, paused_reason="429"),
            True,
            "paused for 1 h 30 min: 429",
        ),
        (LANE, False, "bridge serve"),
    ],
)
def test_what_keeps_the_lane_from_sending_is_said(lane: Lane, has_sender: bool, says: str) -> None:
    assert says in told(row("NL01", HOUR), lane=lane, has_sender=has_sender)[1]


def test_what_the_forecast_does_not_count_is_said() -> None:
    assert told(row("NL01", HOUR), held=1, arriving=2)[1:] == [
        "1 file is held for a person and not counted here: bridge delivery list --state held",
        "2 uploads are being examined; what they hold is not counted yet.",
    ]
