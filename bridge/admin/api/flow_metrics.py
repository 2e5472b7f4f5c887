"""Metrics of the flow: how old what waits is, what attempts came to, how long delivery takes, who logs in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from bridge.admin.api.tallies import BUCKETS, Histogram
from bridge.domain.deliveries import DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState

LANES = 200  # with a series of their own; with lane_scope administration there may be thousands
LOGIN_RESULTS = 20  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What is told of the flow at one moment."""

    oldest_uploads: Mapping[UploadState, datetime] = field(default_factory=dict)
    oldest_deliveries: Mapping[DeliveryState, datetime] = field(default_factory=dict)
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    delivered_after: Histogram = field(default_factory=Histogram)
    set_aside: Mapping[tuple[str, str], int] = field(default_factory=dict)  # by state and reason
    logins: Mapping[str, int] = field(default_factory=dict)
    utilisation: Mapping[str, float] = field(default_factory=dict)  # by lane
    notices: tuple[int, datetime | None] = (0, None)  # how many wait, and since when


def families(found: Flow, now: datetime) -> Iterator[Metric]:
    """Yield the metrics."""
    yield from _ages(found, now)
    attempts = CounterMetricFamily(
        "bridge_attempts", "Requests that ended, since this process began.", labels=["outcome"]
    )
    for outcome in Outcome:
        attempts.add_metric([outcome.value], float(found.outcomes.get(outcome, 0)))
    yield attempts
    yield _times(found.delivered_after)
    aside = GaugeMetricFamily(
        "bridge_files_set_aside", "Files that are held or refused now, by reason.", labels=["state", "reason"]
    )
    known = {code.value for code in ReasonCode}
    counts: dict[tuple[str, str], int] = {}
    for (state, reason), count in found.set_aside.items():
        key = (state, reason if reason in known else "other")
        counts[key] = counts.get(key, 0) + count
    for key, count in sorted(counts.items()):
        aside.add_metric(key, float(count))
    yield aside
    yield _logins(found.logins)
    used = GaugeMetricFamily(
        "bridge_limiter_utilisation",
        "Requests begun in the last minute, of those that the rate limit allows.",
        labels=["lane"],
    )
    for lane, share in sorted(found.utilisation.items(), key=lambda one: -one[1])[:LANES]:
        used.add_metric([lane], share)
    yield used
    waiting, since = found.notices
    yield GaugeMetricFamily(
        "bridge_notices_waiting", "Alerts on their way to a target.", value=float(waiting)
    )
    yield GaugeMetricFamily(
        "bridge_notices_oldest_seconds", "Age of the oldest alert on its way.", value=_age(since, now)
    )


def _ages(found: Flow, now: datetime) -> Iterator[Metric]:
    uploads = GaugeMetricFamily(
        "bridge_uploads_oldest_seconds", "Age of the oldest upload in a state.", labels=["state"]
    )
    for state in (UploadState.SPOOLED, UploadState.HELD, UploadState.PARKED, UploadState.PARTIAL):
        uploads.add_metric([state.value], _age(found.oldest_uploads.get(state), now))
    yield uploads
    deliveries = GaugeMetricFamily(
        "bridge_deliveries_oldest_seconds", "Age of the oldest delivery in a state.", labels=["state"]
    )
    for waits in (DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.HELD):
        deliveries.add_metric([waits.value], _age(found.oldest_deliveries.get(waits), now))
    yield deliveries


def _times(found: Histogram) -> Metric:
    told, so_far = [], 0
    for bound, count in zip([*map(str, BUCKETS), "+Inf"], found.counts, strict=True):
        so_far += count
        told.append((bound, float(so_far)))
    family = HistogramMetricFamily(
        "bridge_delivery_seconds",
        "From the CLOSE of an upload to the 2xx for a file of it, since this process began.",
    )
    family.add_metric([], buckets=told, sum_value=found.total_seconds)
    return family


def _logins(found: Mapping[str, int]) -> Metric:
    """Return the counter; what is rare beyond the bound is told together."""
    family = CounterMetricFamily(
        "bridge_logins", "Log-ins by result, since this process began.", labels=["result"]
    )
    ranked = sorted(found.items(), key=lambda one: (one[0] != "accepted", -one[1], one[0]))
    named = {"accepted": 0, **dict(ranked[:LOGIN_RESULTS])}
    rest = sum(count for _, count in ranked[LOGIN_RESULTS:])
    for result, count in {**named, **({"other": rest} if rest else {})}.items():
        family.add_metric([result], float(count))
    return family


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
