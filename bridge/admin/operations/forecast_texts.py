"""The forecast in words: what an operator reads, on a terminal and on pages."""

from collections.abc import Sequence
from datetime import timedelta

from bridge.admin.operations.forecasts import Expected, Forecast
from bridge.domain.forecast import Verdict
from bridge.domain.spans import span
from bridge.domain.wording import counted

_NAMED = 3  # administrations that a sentence names; the table has them all
VERDICTS = {Verdict.ON_TIME: "on time", Verdict.AT_RISK: "at risk", Verdict.LATE: "late"}


def answer(found: Forecast) -> list[str]:
    """Return sentences that answer whether everybody's night will be complete, the answer first."""
    return [_answer(found), *_beside(found)]


def _answer(found: Forecast) -> str:
    verdicts = found.verdicts()
    if not verdicts:
        return "There is nothing to forecast: no account has an administration. See: bridge account add"
    late = _rows_of(found, Verdict.LATE)
    at_risk = _rows_of(found, Verdict.AT_RISK)
    if late:
        sentence = f"{len(late)} of {_administrations(len(verdicts))} will be late: {_named(late)}"
        return f"{sentence}; {len(at_risk)} at risk: {_named(at_risk)}." if at_risk else f"{sentence}."
    if at_risk:
        return f"{len(at_risk)} of {_administrations(len(verdicts))} at risk: {_named(at_risk)}."
    return _all_on_time(found, len(verdicts))


def _all_on_time(found: Forecast, count: int) -> str:
    tightest = found.rows[0]
    who = f"All {count} administrations" if count > 1 else tightest.administration
    if not tightest.waiting.total:
        return f"{who} {'are' if count > 1 else 'is'} on time: nothing waits."
    if count == 1:
        return f"{who} will be on time, with {slack(tightest)}."
    return f"{who} will be on time; the tightest is {tightest.administration} with {slack(tightest)}."


def _rows_of(found: Forecast, verdict: Verdict) -> list[Expected]:
    """Return one row for each administration of which this is the worst: the most pressing."""
    verdicts = found.verdicts()
    rows: dict[str, Expected] = {}
    for row in found.rows:
        if verdicts[row.administration] is verdict is row.outlook.verdict:
            rows.setdefault(row.administration, row)
    return list(rows.values())


def _named(rows: Sequence[Expected]) -> str:
    named = ", ".join(f"{row.administration} ({slack(row)})" for row in rows[:_NAMED])
    return named if len(rows) <= _NAMED else f"{named} and {len(rows) - _NAMED} more"


def _administrations(count: int) -> str:
    return f"{count} administrations" if count != 1 else "1 administration"


def _beside(found: Forecast) -> list[str]:
    """Return what the answer does not say by itself, and what can be done about it."""
    said = []
    for each in found.lanes:
        if each.lane.is_stopped:
            said.append(
                f"Nothing is sent in lane {each.lane.name}: an operator stopped it; "
                f"when it may send again: bridge lane resume {each.lane.name}"
            )
        elif each.lane.paused_until is not None and each.lane.paused_until > found.at:
            said.append(
                f"Lane {each.lane.name} is paused for {span(each.lane.paused_until - found.at)}: "
                f"{each.lane.paused_reason or 'no reason noted'}"
            )
        elif not each.has_sender:
            said.append(
                f"No server sends in lane {each.lane.name}; this is as if one started now: bridge serve"
            )
    if found.held:
        files = counted(found.held, "file is", "files are")
        said.append(f"{files} held for a person and not counted here: bridge delivery list --state held")
    if found.arriving:
        uploads = counted(found.arriving, "upload is", "uploads are")
        said.append(f"{uploads} being examined; what they hold is not counted yet.")
    return said


def slack(row: Expected) -> str:
    """Return how much time is left: ``2 h 10 min to spare``, ``20 min late``, ``stopped: account NAME``."""
    if row.stopped is not None and row.waiting.total:
        return f"stopped: {row.stopped}"
    left = row.outlook.slack
    if left is None:
        return "stopped"
    if left < timedelta():
        return f"{span(-left)} late"
    return f"{span(left)} to spare"
