"""Metrics for Prometheus, read from the ledger when they are asked for; labels are bounded."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric

from bridge.admin.api import flow_metrics, forecast_metrics
from bridge.admin.api.flow_metrics import Flow
from bridge.admin.api.tallies import Tallies
from bridge.admin.operations.forecasts import Forecast
from bridge.config.settings import DestinationSettings
from bridge.domain.alarms import AlarmKind
from bridge.domain.clock import Clock
from bridge.domain.deliveries import DeliveryState, Lane
from bridge.domain.errors import BridgeError, Unavailable
from bridge.domain.uploads import UploadState
from bridge.ledger import alarms, lanes, notices, tallies
from bridge.ledger.database import Database

_A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the ledger said at one moment."""

    uploads: dict[UploadState, int]
    deliveries: dict[DeliveryState, int]
    lanes: list[Lane]
    forecast: Forecast
    alarms: dict[AlarmKind, int]  # those that are open
    flow: Flow


def router(
    *,
    database: Database,
    clock: Clock,
    forecast: Callable[[], Forecast],
    release: str,
    destination: DestinationSettings,
) -> APIRouter:
    """Return the route ``/metrics``."""
    routes = APIRouter(tags=["metrics"])
    counted = Tallies(database)
    with suppress(Unavailable):  # then counting begins with the first scrape
        counted.begin()

    def ask() -> Figures | None:
        try:
            return _ask(database, counted, forecast, destination, clock.now())
        except BridgeError:
            return None

    @routes.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        """Answer in Prometheus' text format; without a ledger only what is known without it."""
        found = await asyncio.to_thread(ask)
        text = await asyncio.to_thread(render, found, now=clock.now(), release=release)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return routes


def _ask(
    database: Database,
    counted: Tallies,
    forecast: Callable[[], Forecast],
    destination: DestinationSettings,
    now: datetime,
) -> Figures:
    counted.refresh(now)
    return Figures(
        uploads={} if counted.counted is None else counted.counted.uploads,
        deliveries={} if counted.counted is None else counted.counted.deliveries,
        lanes=database.read_now(lanes.listing),
        forecast=forecast(),
        alarms=database.read_now(alarms.open_by_kind),
        flow=Flow(
            oldest_uploads=database.read_now(tallies.oldest_uploads),
            oldest_deliveries=database.read_now(tallies.oldest_deliveries),
            outcomes=dict(counted.outcomes),
            delivered_after=counted.delivered_after,
            set_aside=counted.set_aside,
            logins=dict(counted.logins),
            utilisation=_utilisation(
                database.read_now(tallies.started_by_lane, since=now - _A_MINUTE), destination
            ),
            notices=database.read_now(notices.waiting),
        ),
    )


def _utilisation(started: dict[str, int], destination: DestinationSettings) -> dict[str, float]:
    """Return for each lane which part of what its limit allows was begun in the last minute."""
    allowed = destination.rate_limit * _A_MINUTE.total_seconds() / destination.rate_period_seconds
    return {lane: count / allowed for lane, count in started.items()} if allowed else {}


def render(found: Figures | None, *, now: datetime, release: str) -> bytes:
    """Return the metrics page for *found*; None: the ledger did not answer."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(_families(found, now=now, release=release)))
    return generate_latest(registry)


class _Once:
    """What prometheus-client calls a collector, for one page."""

    def __init__(self, families: Iterator[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics."""
        return self._families


def _families(found: Figures | None, *, now: datetime, release: str) -> Iterator[Metric]:
    yield InfoMetricFamily("bridge_build", "This program.", value={"version": release})
    yield GaugeMetricFamily("bridge_ledger_up", "1 if the ledger answered.", value=float(found is not None))
    if found is None:
        return
    yield _by_state("bridge_uploads", "Uploads in the ledger by state.", UploadState, found.uploads)
    yield _by_state(
        "bridge_deliveries", "Deliveries in the ledger by state.", DeliveryState, found.deliveries
    )
    waits = (DeliveryState.PENDING, DeliveryState.LEASED)
    oldest = min((found.flow.oldest_deliveries.get(state, now) for state in waits), default=now)
    age = max(0.0, (now - oldest).total_seconds())
    yield GaugeMetricFamily(
        "bridge_oldest_waiting_seconds", "Age of the oldest delivery not yet sent and not held.", value=age
    )
    paused = GaugeMetricFamily("bridge_lane_paused", "1 while nothing may be sent.", labels=["lane"])
    for lane in found.lanes:
        paused.add_metric([lane.name], float(not lane.may_send(now)))
    yield paused
    slow_downs = CounterMetricFamily("bridge_lane_slow_downs", "Answers 429, ever.", labels=["lane"])
    for lane in found.lanes:
        slow_downs.add_metric([lane.name], float(lane.slow_downs))
    yield slow_downs
    yield from flow_metrics.families(found.flow, now)
    yield from forecast_metrics.families(found.forecast)
    alarmed = GaugeMetricFamily("bridge_alarms_open", "Alarms that have not recovered.", labels=["kind"])
    for kind in AlarmKind:
        alarmed.add_metric([kind.value], float(found.alarms.get(kind, 0)))
    yield alarmed


def _by_state(
    name: str,
    text: str,
    states: type[UploadState] | type[DeliveryState],
    counts: dict[UploadState, int] | dict[DeliveryState, int],
) -> Metric:
    """Return a gauge with every state, so that a graph has no gaps where there are none."""
    family = GaugeMetricFamily(name, text, labels=["state"])
    known = {str(state): count for state, count in counts.items()}
    for state in states:
        family.add_metric([state.value], float(known.get(state.value, 0)))
    return family
