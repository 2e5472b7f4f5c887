"""Metrics of the forecast are bounded by the most pressing."""

from datetime import timedelta

from bridge.admin.api.forecast_metrics import MOST_PRESSING, families
from bridge.admin.operations.forecasts import Forecast
from tests.admin.operations.test_forecast_texts import row
from tests.support.clock import NOON


def samples(found: Forecast) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families(found)
        for sample in family.samples
    }


def test_slack_is_given_for_what_waits_and_verdicts_for_all() -> None:
    rows = [row("A1", None), row("B2", timedelta(minutes=-1)), row("C3", timedelta(hours=1), waiting=0)]

    found = samples(Forecast(at=NOON, rows=rows, lanes=[], held=0, arriving=0))

    assert found == {
        ("bridge_cutoff_slack_seconds", "sender", "A1"): float("-inf"),
        ("bridge_cutoff_slack_seconds", "sender", "B2"): -60.0,
        ("bridge_cutoff_verdict", "on_time"): 1.0,
        ("bridge_cutoff_verdict", "at_risk"): 0.0,
        ("bridge_cutoff_verdict", "late"): 2.0,
    }


def test_there_are_never_more_series_than_the_most_pressing() -> None:
    rows = [row(f"A{number}", timedelta(minutes=number)) for number in range(MOST_PRESSING + 50)]

    found = samples(Forecast(at=NOON, rows=rows, lanes=[], held=0, arriving=0))

    named = [key for key in found if key[0] == "bridge_cutoff_slack_seconds"]
    assert len(named) == MOST_PRESSING
    assert ("bridge_cutoff_slack_seconds", "sender", "A0") in named
    assert found["bridge_cutoff_verdict", "on_time"] == MOST_PRESSING + 50
