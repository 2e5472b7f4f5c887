"""The forecast as plain values for JSON; its names are a contract, as those of `records`."""

from collections import Counter

from bridge.admin.operations.forecast_texts import answer
from bridge.admin.operations.forecasts import Expected, Forecast, LaneForecast
from bridge.admin.operations.records import Record, moment
from bridge.domain.forecast import Verdict


def forecast(value: Forecast, *, limit: int) -> Record:
    """Return the forecast with the *limit* most pressing of its rows."""
    counts = Counter(value.verdicts().values())
    return {
        "at": moment(value.at),
        "answer": answer(value),
        "administrations": {verdict.value: counts[verdict] for verdict in Verdict},
        "held": value.held,
        "arriving": value.arriving,
        "lanes": [_lane(one) for one in value.lanes],
        "rows": [_row(one) for one in value.rows[:limit]],
        "rows_left_out": max(len(value.rows) - limit, 0),
    }


def _lane(value: LaneForecast) -> Record:
    return {
        "name": value.lane.name,
        "stopped": value.lane.is_stopped,
        "paused_until": moment(value.lane.paused_until),
        "has_sender": value.has_sender,
        "files_per_second": round(value.delivered_per_second, 3),
        "measured": {
            "attempts": value.measured.attempts,
            "started_per_second": value.measured.started_per_second,
            "answer_seconds": round(value.measured.answer.total_seconds(), 3),
            "delivered_share": round(value.measured.delivered_share, 4),
        },
    }


def _row(value: Expected) -> Record:
    outlook, waiting = value.outlook, value.waiting
    return {
        "lane": value.lane,
        "account": value.account,
        "administration": value.administration,
        "timezone": value.timezone,
        "waiting": waiting.total,
        "documents": waiting.documents,
        "retries": waiting.retries,
        "data_files": waiting.data_files,
        "oldest_at": moment(waiting.oldest_at),
        "expected_done_at": moment(outlook.done_at),
        "data_done_at": moment(outlook.data_done_at),
        "cut_off_at": moment(outlook.stream.cut_off),
        "slack_seconds": None if outlook.slack is None else round(outlook.slack.total_seconds()),
        "verdict": outlook.verdict,
        "goes_first": outlook.goes_first,
        "stopped": value.stopped,
        "last_safe_upload_at": moment(outlook.last_safe_at),
    }
