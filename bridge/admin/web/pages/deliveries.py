"""Deliveries: the queue and what became of it, one or many decided at once; and one delivery's life.

5,120 files wait, the oldest for 28 min; 2 are held.
state [....v]  account [..]  administration [..]  kind [..v]  reason [..v]     (Find)  Clear
[ ]  accepted  file          for   kind      state                 attempts
[x]  21:44:02  open.csv      NL03  data      (waits) not due       1
[ ] all 5,120 of this list   why [...]  (Hold) (Release) (Retry) (Cancel) (Send again)
                                                                   Older

/deliveries/7:  open.csv waits; the destination does not answer.
21:44:05  o Accepted, and put in the queue
21:44:09  ? Sent, and no answer came: the destination may have it    attempt 1, after 60 s
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from bridge.admin.operations import (
    accounts,
    administrations,
    deliveries,
    delivery_search,
    records,
    timeline,
    waits,
)
from bridge.admin.operations.delivery_search import Page, Search
from bridge.admin.web import advice
from bridge.admin.web.addresses import number
from bridge.admin.web.asking import AnyVisitor, Visit
from bridge.admin.web.delivery_filter import STATES, Wanted
from bridge.admin.web.pages.delivery_acts import verbs_for
from bridge.domain.deliveries import DeliveryState
from bridge.domain.errors import Invalid
from bridge.domain.kinds import Kind
from bridge.domain.names import printable
from bridge.domain.reasons import ReasonCode, reason
from bridge.domain.roles import Role
from bridge.domain.wording import counted

routes = APIRouter()
_ON_A_PAGE = 50
Asked = Annotated[Wanted, Depends(Wanted)]


@routes.get("/deliveries")
def show(visit: AnyVisitor, wanted: Asked, before: str = "") -> Response:
    """Show the list."""
    try:
        values = _values(visit, wanted, number(before))
    except Invalid as error:
        values = _values(visit, Wanted(), None)
        form = _form(visit, wanted)
        return visit.page(
            "deliveries.html", status=422, mistake_text=str(error), is_part=False, **values, **form
        )
    return visit.page("deliveries.html", mistake_text="", is_part=False, **values, **_form(visit, wanted))


@routes.get("/deliveries/live")
def live(visit: AnyVisitor, wanted: Asked) -> Response:
    """Show what of the list changes: its first page."""
    return visit.part("deliveries_live.html", is_part=True, **_values(visit, wanted, None))


@routes.get("/deliveries/{delivery_id}")
def show_one(visit: AnyVisitor, delivery_id: int) -> Response:
    """Show one delivery's life."""
    return visit.page("delivery.html", **_of_one(visit, delivery_id))


@routes.get("/deliveries/{delivery_id}/live")
def live_one(visit: AnyVisitor, delivery_id: int) -> Response:
    """Show what of a delivery's life changes."""
    return visit.part("delivery_live.html", **_of_one(visit, delivery_id))


def _form(visit: Visit, wanted: Wanted) -> dict[str, Any]:
    is_staff = visit.role is not Role.VIEWER
    state = DeliveryState(wanted.state) if wanted.state in set(DeliveryState) else None
    return {
        "asked": wanted,
        "states": [(each.value, word) for each, word in STATES.items()],
        "kinds": list(Kind),
        "reasons": [(code.value, reason(code).admin) for code in ReasonCode],
        "account_names": [one.name for one in accounts.listing(visit.desk)],
        "codes": [one.code for one in administrations.listing(visit.desk)] if is_staff else [],
        "verbs": verbs_for(visit, state),
    }


def _values(visit: Visit, wanted: Wanted, before: int | None) -> dict[str, Any]:
    search = wanted.search()
    found = delivery_search.search(visit.desk, wanted=search, before=before, limit=_ON_A_PAGE)
    return {
        "wanted": wanted,
        "answer": _answer(visit, search, found, is_first=before is None),
        "rows": found.files,
        "older": None if found.before is None else wanted.address(before=found.before),
        "looked_to": found.looked_to,
        "is_first": before is None,
        "is_filtered": wanted != Wanted(),
        "may_tick": bool(verbs_for(visit, next(iter(search.states), None))),
        "now": visit.desk.clock.now(),
    }


def _answer(visit: Visit, search: Search, found: Page, *, is_first: bool) -> str:
    what = _told(search)
    if not what and is_first:
        waiting = delivery_search.waiting(visit.desk)
        held = delivery_search.held(visit.desk)
        waits = counted(waiting, "file waits", "files wait") if waiting else "No file waits"
        return f"{waits} to be sent; {counted(held, 'is', 'are') if held else 'none is'} held"
    if not found.files:
        return f"No delivery {what}".rstrip() if found.before is None else f"No delivery so far {what}"
    if is_first and found.before is None:
        count = len(found.files)
        what = what.replace("that are", "that is", 1) if count == 1 else what
        return f"{counted(count, 'delivery', 'deliveries')} {what}".rstrip()
    return f"{'The newest' if is_first else 'Older'} deliveries {what}".rstrip()


def _told(search: Search) -> str:
    parts = [f"that are {STATES[state]}" for state in search.states]
    parts += [f"of {printable(search.account)}"] if search.account else []
    parts += [f"for {printable(search.administration)}"] if search.administration else []
    parts += [f"of the kind {search.kind}"] if search.kind else []
    parts += [f"in lane {printable(search.lane)}"] if search.lane else []
    parts += [f"for the reason {search.reason}"] if search.reason else []
    return " ".join(parts)


def _of_one(visit: Visit, delivery_id: int) -> dict[str, Any]:
    report, attempts = deliveries.get(visit.desk, delivery_id=delivery_id)
    record = records.delivery_with_attempts(report, attempts)
    state = report.delivery.state
    is_staff = visit.role is not Role.VIEWER
    return {
        "report": report,
        "delivery": report.delivery,
        "document": report.document,
        "record": record,
        "todo": advice.todo(
            record["reason"],
            visit.role,
            reject="Cancel below" if visit.role is Role.OPERATOR else "Reject on the page of the upload",
        ),
        "obstacles": waits.of(visit.desk, delivery=report.delivery) if is_staff else [],
        "events": timeline.of_delivery(visit.desk, report=report, attempts=attempts),
        "attempts": attempts,
        "verbs": verbs_for(visit, state),
        "kinds": list(Kind),
        "codes": accounts.codes_of(visit.desk, names=[report.account]) if is_staff else [],
    }
