"""Tonight: whether every administration's night will be complete, and what needs a hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response

from bridge.admin.operations import activity, alarms, counting, forecasts
from bridge.admin.operations.forecast_texts import answer, slack
from bridge.admin.operations.forecasts import Expected, Forecast
from bridge.admin.operations.watching import Watched, WatchedLane
from bridge.admin.web.asking import AnyVisitor, Visit
from bridge.admin.web.chart import Chart, chart
from bridge.domain.alarms import Alarm, alarm_text
from bridge.domain.forecast import Verdict
from bridge.domain.roles import Role
from bridge.domain.wording import counted

routes = APIRouter()
_ROWS = 200  # administrations that are shown at first, the most pressing
_ALARMS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Something that needs a hand."""

    state: str  # its word and shape
    what: str
    detail: str
    path: str  # where something can be done about it


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """How much of a lane's rate is used."""

    watched: WatchedLane
    limit_per_second: float | None
    is_sending: bool

    @property
    def share(self) -> int:
        """How much of the limit is used, in percent."""
        if not self.limit_per_second:
            return 0
        return min(100, round(100 * self.watched.started_per_second / self.limit_per_second))


@routes.get("/")
def show(visit: AnyVisitor, all: bool = False) -> Response:  # noqa: A002  it stands in the address
    """Show the page."""
    return visit.page("tonight.html", **_values(visit, is_all=all))


@routes.get("/tonight/live")
def live(visit: AnyVisitor, all: bool = False) -> Response:  # noqa: A002
    """Show what of the page changes."""
    return visit.part("tonight_live.html", **_values(visit, is_all=all))


def _values(visit: Visit, *, is_all: bool) -> dict[str, Any]:
    is_staff = visit.role is not Role.VIEWER
    found = forecasts.seen(visit.desk, visit.console.forecast())
    watched = visit.console.watched() if is_staff else None
    held = counting.held(visit.desk)
    oldest = counting.oldest_held_at(visit.desk)
    rows = found.rows if is_all else found.rows[:_ROWS]
    return {
        "answer": _answer(found, held, oldest),
        "held": held,
        "oldest_held_at": oldest,
        "hands": [*_hands(found, watched), *(_alarmed(visit) if is_staff else [])],
        "gauges": [] if watched is None else _gauges(watched),
        "watched": watched,
        "chart": _chart(visit),
        "rows": [_row(one) for one in rows if _is_worth_a_look(one)],
        "idle": [_row(one) for one in rows if not _is_worth_a_look(one)],
        "more": len(found.rows) - len(rows),
        "has_accounts": bool(found.rows),
        "forecast_at": found.at,
    }


def _answer(found: Forecast, held: int, oldest: datetime | None) -> str:
    sentence = answer(found)[0].split(" See: bridge")[0]
    if not held or oldest is None:
        return sentence
    return f"{sentence.rstrip('.')}; {counted(held, 'file is', 'files are')} held"


def _hands(found: Forecast, watched: Watched | None) -> list[Hand]:
    hands = [
        Hand(
            state=row.outlook.verdict,
            what=row.administration,
            detail=f"{slack(row)}; {counted(row.waiting.total, 'file')} of {row.account} waiting",
            path=f"/deliveries?administration={row.administration}&state=pending",
        )
        for row in found.rows
        if row.outlook.verdict is not Verdict.ON_TIME
    ][:10]
    if watched is not None:
        hands += [_of_lane(one, watched.at) for one in watched.lanes if _is_quiet(one, watched.at)]
    return hands


def _is_quiet(one: WatchedLane, now: datetime) -> bool:
    return not one.lane.may_send(now) or not one.has_sender or one.lane.failing_since is not None


def _of_lane(one: WatchedLane, now: datetime) -> Hand:
    state = "stopped"
    if one.lane.is_stopped:
        detail = "stopped by an operator; nothing is sent until it is resumed"
    elif not one.lane.may_send(now):
        state, detail = "paused", f"nothing is sent: {one.lane.paused_reason or 'no reason noted'}"
    elif one.lane.failing_since is not None:
        detail = "the destination does not answer; single files go as probes, the rest waits"
    else:
        detail = "no server sends in it"
    return Hand(state=state, what=f"lane {one.lane.name}", detail=detail, path="/system")


def _alarmed(visit: Visit) -> list[Hand]:
    return [_of_alarm(one) for one in alarms.listing(visit.desk, is_open=True, limit=_ALARMS)]


def _of_alarm(one: Alarm) -> Hand:
    return Hand(
        state="alarm",
        what=one.subject.replace(":", " ", 1),
        detail=f"{alarm_text(one.kind).raised} {one.detail}",
        path=f"/system#alarm-{one.id}",
    )


def _gauges(watched: Watched) -> list[Gauge]:
    return [
        Gauge(
            watched=one,
            limit_per_second=watched.limit_per_second,
            is_sending=one.has_sender and one.lane.may_send(watched.at),
        )
        for one in watched.lanes
    ]


def _chart(visit: Visit) -> Chart:
    return chart(activity.last_day(visit.desk))


def _is_worth_a_look(one: Expected) -> bool:
    return bool(one.waiting.total) or one.outlook.verdict is not Verdict.ON_TIME


def _row(one: Expected) -> dict[str, object]:
    return {"expected": one, "slack": slack(one)}
