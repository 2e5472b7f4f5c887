"""``bridge lane forecast``: will what waits be there when the imports run."""

from typing import TYPE_CHECKING

from bridge.cli import options, show

if TYPE_CHECKING:
    from bridge.admin.operations.forecasts import Expected, Forecast


def forecast(
    limit: options.Limit = 100, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Say who will be on time for the next imports, and until when more can be uploaded."""
    from bridge.admin.operations import forecast_records, forecast_texts, forecasts

    with options.at_desk(config) as desk:
        found = forecasts.whole(desk)
    if as_json:
        show.as_json(forecast_records.forecast(found, limit=limit))
        return
    for sentence in forecast_texts.answer(found):
        show.say(show.inert(sentence))
    if found.rows:
        show.say("")
        _as_table(found, limit)


def _as_table(found: "Forecast", limit: int) -> None:
    several = len({row.lane for row in found.rows}) > 1
    headings = ["administration", "account", "waiting", "expected done", "cut-off", "slack", "verdict"]
    show.as_table(
        [*(["lane"] if several else []), *headings, "safe to upload until"],
        [([row.lane] if several else []) + _cells(row, found) for row in found.rows[:limit]],
        empty="",
    )
    if len(found.rows) > limit:
        show.note(f"These are the {limit} most pressing of {len(found.rows)}; --limit shows more.")


def _cells(row: "Expected", found: "Forecast") -> list[object]:
    from bridge.admin.operations import forecast_texts as texts
    from bridge.admin.operations.schedule_texts import local

    outlook = row.outlook
    done = local(outlook.done_at, row.timezone, found.at)
    return [
        row.administration,
        row.account,
        row.waiting.total,
        f"by {done}" if done and outlook.goes_first else done or ("never" if row.waiting.total else ""),
        local(outlook.stream.cut_off, row.timezone, found.at),
        texts.slack(row) if row.waiting.total else "",
        _verdict(row),
        local(outlook.last_safe_at, row.timezone, found.at) or ("" if row.stopped else "too late"),
    ]


def _verdict(row: "Expected") -> str:
    from bridge.admin.operations import forecast_texts as texts
    from bridge.domain.forecast import Verdict

    outlook = row.outlook
    data_done_at = outlook.data_done_at
    if (
        outlook.verdict is Verdict.LATE
        and data_done_at is not None
        and data_done_at <= outlook.stream.cut_off
    ):
        return "late, its data file in time"
    if outlook.goes_first and outlook.verdict is not Verdict.LATE:
        return f"{texts.VERDICTS[outlook.verdict]}, goes first"
    return texts.VERDICTS[outlook.verdict]
