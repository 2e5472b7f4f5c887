"""Metrics of the forecast: how much time is left before the next imports."""

from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from bridge.admin.operations.forecasts import Forecast
from bridge.domain.forecast import Verdict

MOST_PRESSING = 200  # that have a series of their own: tenants may be thousands


def families(found: Forecast) -> Iterator[Metric]:
    """Yield the metrics; a slack is there only where something waits."""
    slack = GaugeMetricFamily(
        "bridge_cutoff_slack_seconds",
        "From the expected delivery of what waits to the import, of the most pressing; below 0: late, "
        "-Inf: stopped by an operator.",
        labels=["account", "administration"],
    )
    least: dict[tuple[str, str], float] = {}  # a place may have files in several lanes
    for row in found.rows:
        if row.waiting.total and len(least) < MOST_PRESSING:
            left = row.outlook.slack
            seconds = float("-inf") if left is None else left.total_seconds()
            least.setdefault((row.account, row.administration), seconds)
    for labels, seconds in least.items():
        slack.add_metric(labels, seconds)
    yield slack
    verdicts = GaugeMetricFamily(
        "bridge_cutoff_verdict",
        "Administrations by what is expected for their next import.",
        labels=["verdict"],
    )
    counts = Counter(found.verdicts().values())
    for verdict in Verdict:
        verdicts.add_metric([verdict.value], float(counts[verdict]))
    yield verdicts
