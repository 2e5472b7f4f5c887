"""The forecast in JSON: plain values under names that scripts read."""

import json
from datetime import timedelta

from bridge.admin.operations import forecast_records
from bridge.admin.operations.forecasts import Forecast
from tests.admin.operations.test_forecast_texts import row
from tests.support.clock import NOON


def test_never_is_null_and_late_is_below_zero() -> None:
    rows = [row("A1", None), row("B2", timedelta(seconds=-90.4)), row("C3", timedelta(hours=2))]

    record = forecast_records.forecast(Forecast(at=NOON, rows=rows, lanes=[], held=3, arriving=1), limit=2)

    assert json.loads(json.dumps(record)) == record
    assert [(one["expected_done_at"], one["slack_seconds"], one["verdict"]) for one in record["rows"]] == [
        (None, None, "late"),
        ("2026-11-21T13:01:30.400000Z", -90, "late"),
    ]
    assert record["rows"][0]["stopped"] == "account sender"
    assert record["administrations"] == {"on_time": 1, "at_risk": 0, "late": 2}
    assert (record["held"], record["arriving"], record["rows_left_out"]) == (3, 1, 1)
