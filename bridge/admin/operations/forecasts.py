"""The forecast: will what waits be there when the imports run, and until when may more come."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import AccountId
from bridge.domain.deliveries import DEFAULT_LANE, Lane
from bridge.domain.forecast import Capacity, Outlook, Stream, Verdict, forecast
from bridge.domain.pacing import pace_of
from bridge.domain.schedule import next_import
from bridge.domain.throughput import Throughput, delivered_per_second, measure
from bridge.ledger import demand, lanes
from bridge.ledger.demand import Parties, Place, Waiting

LOOK_BACK = timedelta(minutes=5)  # what the lane did before says little about what it does now
INTAKE = timedelta(seconds=3)  # proving and placing one typical file, beside the settle time
_WORST_FIRST = (Verdict.LATE, Verdict.AT_RISK, Verdict.ON_TIME)
_NEVER = timedelta.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is to be expected for one administration of one account."""

    lane: str
    account: str
    administration: str  # its code
    timezone: str  # of the administration
    waiting: Waiting
    outlook: Outlook
    stopped: str | None = None  # what an operator has stopped: "lane destination", "account NAME", …

    @property
    def pressing(self) -> tuple[bool, timedelta]:
        """Sorts what waits before what does not, and then by how little time is left."""
        slack = self.outlook.slack
        return not self.waiting.total, _NEVER if slack is None else slack


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneForecast:
    """What a lane is expected to do."""

    lane: Lane
    delivered_per_second: float
    measured: Throughput
    has_sender: bool  # a server sends now; if not, the forecast is as if one started


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """All that is expected."""

    at: datetime
    rows: Sequence[Expected]  # the most pressing first
    lanes: Sequence[LaneForecast]
    held: int  # deliveries that wait for a person, and are not in the forecast
    arriving: int  # uploads that intake has not looked at: what they hold is not in it either

    def verdicts(self) -> dict[str, Verdict]:
        """Return for each administration, by code, the worst that is expected of any part of it."""
        worst: dict[str, Verdict] = {}
        for row in self.rows:
            found = (worst.get(row.administration, Verdict.ON_TIME), row.outlook.verdict)
            worst[row.administration] = min(found, key=_WORST_FIRST.index)
        return worst


@dataclass(frozen=True, slots=True)
class _Stops:
    """What an operator has stopped, as far as one lane is concerned."""

    lane: Lane
    parties: Parties
    behind: Mapping[Place, AccountId]  # whose data files wait behind one of a stopped account, and of which

    def of(self, place: Place) -> str | None:
        """Return what was stopped so that nothing, or not all, of *place* goes."""
        if self.lane.is_stopped:
            return f"lane {self.lane.name}"
        stopped = place.account_id if place.account_id in self.parties.stopped else self.behind.get(place)
        if stopped is not None:
            return f"account {self.parties.accounts[stopped]}"
        party = self.parties.administrations[place.administration_id]
        return f"administration {party.code}" if party.is_stopped else None


def whole(desk: Desk) -> Forecast:
    """Return the forecast for all lanes, from the ledger alone: whether or not a server runs.

    A viewer sees what it says of the one account, worked out with all that waits before it.
    """
    now = desk.clock.now()
    parties = desk.database.read_now(demand.parties)
    samples = desk.database.read_now(demand.samples, since=now - LOOK_BACK)
    rows: list[Expected] = []
    told: list[LaneForecast] = []
    for lane in desk.database.read_now(lanes.listing):
        waiting = desk.database.read_now(demand.waiting, lane=lane.name)
        behind = desk.database.read_now(demand.kept_back, lane=lane.name, stopped=parties.stopped)
        stops = _Stops(lane, parties, behind)
        streams = list(_streams(desk, stops, waiting, now))
        going = [one for one in streams if not one.is_stopped and (one.not_before or now) <= now]
        oldest = (waiting[_place(one)].oldest_at or now for one in going if one.waiting)
        measured = measure(samples.get(lane.name, []), busy_since=min(oldest, default=None))
        rate = _rate(desk, measured)
        capacity = Capacity(
            files_per_second=rate,
            sends_from=max(now, lane.paused_until or now),
            answer=measured.answer,
            handling=timedelta(seconds=desk.settings.intake.settle_seconds) + INTAKE,
        )
        rows += _rows(forecast(streams, lane=capacity, now=now), stops, waiting)
        told.append(
            LaneForecast(
                lane=lane,
                delivered_per_second=rate,
                measured=measured,
                has_sender=lane.owned_until is not None and lane.owned_until > now,
            )
        )
    found = Forecast(
        at=now,
        rows=sorted(rows, key=lambda one: (one.pressing, one.administration, one.account)),
        lanes=told,
        held=desk.database.read_now(demand.held, account_id=None),
        arriving=desk.database.read_now(demand.arriving, account_id=None),
    )
    return seen(desk, found)


def seen(desk: Desk, found: Forecast) -> Forecast:
    """Return *found*, a forecast for all, as who works at *desk* may see it: a viewer the own account.

    That costs next to nothing, where a forecast for 5,000 administrations takes a second.
    """
    account_id = desk.actor.account
    if account_id is None:
        return found
    return replace(
        found,
        rows=[_alone(one) for one in found.rows if one.outlook.stream.account_id == account_id],
        held=desk.database.read_now(demand.held, account_id=account_id),
        arriving=desk.database.read_now(demand.arriving, account_id=account_id),
    )


def _alone(row: Expected) -> Expected:
    """Return *row* without the name of another account behind whose data file it waits."""
    if (
        row.stopped is None
        or not row.stopped.startswith("account ")
        or row.stopped == f"account {row.account}"
    ):
        return row
    return replace(row, stopped="another account's older data file")


def _rate(desk: Desk, measured: Throughput) -> float:
    destination = desk.settings.destination
    limit = None
    if destination.rate_limit:
        pace = pace_of(
            destination.pace,
            limit=destination.rate_limit,
            period_seconds=destination.rate_period_seconds,
            margin_seconds=destination.rate_margin_seconds,
        )
        limit = destination.rate_limit / pace.settled_seconds(measured.answer.total_seconds())
    return delivered_per_second(measured, limit=limit, in_flight=destination.max_in_flight)


def _streams(desk: Desk, stops: _Stops, waiting: dict[Place, Waiting], now: datetime) -> Iterator[Stream]:
    """Return who has something in the lane; in the lane that takes all, whoever may have, too."""
    margin = timedelta(seconds=desk.settings.destination.cut_off_margin_seconds)
    cut_offs: dict[tuple[object, ...], datetime] = {}
    parties = stops.parties
    idle = parties.links - waiting.keys() if stops.lane.name == DEFAULT_LANE else frozenset()
    for account_id, administration_id in (*waiting, *idle):
        place = Place(account_id, administration_id)
        party = parties.administrations[administration_id]
        schedule = (party.import_times, party.timezone)
        cut_off = cut_offs.get(schedule) or next_import(party.import_times, party.timezone, now)
        cut_offs[schedule] = cut_off
        one = waiting.get(place, Waiting())
        waits_until = [moment for moment in (one.due_at, party.paused_until) if moment and moment > now]
        yield Stream(
            account_id=account_id,
            administration_id=administration_id,
            cut_off=cut_off,
            aim=max(cut_off - margin, now),
            documents=one.documents + one.retries,
            data_files=one.data_files,
            not_before=max(waits_until, default=None),
            is_stopped=stops.of(place) is not None,
        )


def _rows(outlooks: Iterable[Outlook], stops: _Stops, waiting: dict[Place, Waiting]) -> Iterator[Expected]:
    for outlook in outlooks:
        place = _place(outlook.stream)
        party = stops.parties.administrations[place.administration_id]
        yield Expected(
            lane=stops.lane.name,
            account=stops.parties.accounts[place.account_id],
            administration=party.code,
            timezone=party.timezone,
            waiting=waiting.get(place, Waiting()),
            outlook=outlook,
            stopped=stops.of(place),
        )


def _place(stream: Stream) -> Place:
    return Place(stream.account_id, stream.administration_id)
