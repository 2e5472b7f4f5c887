"""Health: whether everything works, what somebody should know, and the lanes.

+------------------------------------------------------------------------------------------+
| Everything works; 2 alarms are open.                                                     |
| Alarms      ^ upload missing   account jansen   due Friday 17:00 ...   since 17:30 (Close)|
| Lanes       destination  ● sends   2.9/s   5,120 wait   14 429s         [why] (Stop)      |
| Parts       ● delivery ● intake ● upkeep ● notices ● watch ● admin ● sftp                 |
| Checks      ● ledger  current          ● destination  TLSv1.3, certificate until ...      |
| In numbers  uploads by state, deliveries by state                                        |
+------------------------------------------------------------------------------------------+
"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Response

from bridge.admin.operations import alarms, checks, counting, lanes
from bridge.admin.operations.watching import WatchedLane
from bridge.admin.web.asking import OperatorVisitor, SupportVisitor, Visit
from bridge.domain.alarms import Alarm, alarm_text, todo
from bridge.domain.errors import NotFound
from bridge.domain.wording import counted

routes = APIRouter()
_ALARMS = 200
_ACTS = {"pause": lanes.pause, "resume": lanes.resume}


@routes.get("/system")
def show(visit: SupportVisitor) -> Response:
    """Show the page."""
    return visit.page("system.html", **_values(visit))


@routes.get("/system/live")
def live(visit: SupportVisitor) -> Response:
    """Show what of the page changes."""
    return visit.part("system_live.html", **_values(visit))


@routes.get("/system/checks")
def look(visit: SupportVisitor) -> Response:
    """Look at configuration, ledger, spool, keys and the destination, which may take seconds."""
    found = list(checks.run(visit.desk.settings, now=visit.desk.clock.now()))
    return visit.part("system_checks.html", findings=found)


@routes.post("/system/lanes/{act}")
def control(visit: OperatorVisitor, act: str) -> Response:
    """Stop or resume a lane."""
    if act not in _ACTS:
        raise NotFound(f"no act {act}", public="there is no such page")
    lane = _ACTS[act](visit.desk, name=visit.text("lane"))
    done = "is stopped: nothing is sent until somebody resumes it" if lane.is_stopped else "sends again"
    return visit.go("/system", f"Lane {lane.name} {done}.")


@routes.post("/system/alarms/{alarm_id}/close")
def close(visit: OperatorVisitor, alarm_id: int) -> Response:
    """Take an alarm as done with."""
    alarm = alarms.close(visit.desk, alarm_id=alarm_id)
    return visit.go("/system", f"The alarm about {alarm.subject.replace(':', ' ', 1)} is closed.")


def _values(visit: Visit) -> dict[str, Any]:
    watched = visit.console.watched()
    opened = alarms.listing(visit.desk, is_open=True, limit=_ALARMS)
    parts = visit.console.parts()
    missing = [name for name, works in parts.items() if not works]
    quiet = [one for one in watched.lanes if not (one.has_sender and one.lane.may_send(watched.at))]
    return {
        "answer": _answer(missing, quiet, opened),
        "alarms": [(one, alarm_text(one.kind), todo(one)) for one in opened],
        "watched": watched,
        "parts": parts,
        "uploads": counting.uploads_by_state(visit.desk),
        "deliveries": counting.deliveries_by_state(visit.desk),
    }


def _answer(missing: list[str], quiet: Sequence[WatchedLane], opened: Sequence[Alarm]) -> str:
    wrong = []
    if missing:
        wrong.append(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not ready")
    if quiet:
        wrong.append(f"{counted(len(quiet), 'lane sends', 'lanes send')} nothing")
    if opened:
        wrong.append(f"{counted(len(opened), 'alarm is', 'alarms are')} open")
    if not wrong:
        return "Everything works; no alarm is open."
    sentence = "; ".join(wrong)
    return f"{sentence[0].upper()}{sentence[1:]}."
