"""Audit: who did what, when and why.

    +------------------------------------------------------------------------------------------+
    | 14 things were done by 3 people since yesterday.                                         |
    | [who    ] [about          ] [since      ] (Look)                                         |
    | 12:04:11  anna      console  delivery release  delivery 42   TICKET-7   held > pending   |
    |                                                                        (Older)           |
    +------------------------------------------------------------------------------------------+

Each subject links to its page, and each name to what else that person did.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response

from bridge.admin.operations import trail
from bridge.admin.web.asking import SupportVisitor, Visit
from bridge.domain.audit import Act
from bridge.domain.errors import Invalid
from bridge.domain.wording import counted

routes = APIRouter()
_PAGE = 100
_DAY = timedelta(days=1)
# Where the page of a subject is; the name or id comes behind.
_PAGES = {
    "delivery": "/deliveries/",
    "upload": "/files/",
    "account": "/accounts/",
    "administration": "/administrations/",
    "lane": "/system#lane-",
    "admin": "/access#admin-",
    "token": "/access#token-",
    "alarm": "/system#alarm-",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry as the page shows it."""

    act: Act
    path: str | None  # of the page of its subject
    facts: list[tuple[str, str]]


@routes.get("/audit")
def show(
    visit: SupportVisitor,
    who: str = "",
    subject: str = "",
    day: str = "",
    before: int | None = None,
) -> Response:
    """Show the page."""
    mistake = ""
    found: list[Act] = []
    try:
        until = _end_of(visit, day)
        found = trail.listing(
            visit.desk,
            who=who.strip() or None,
            subject=subject.strip() or None,
            until=until,
            before=before,
            limit=_PAGE + 1,
        )
    except Invalid as error:
        mistake = str(error)
    asked = {"who": who, "subject": subject, "day": day}
    older = None
    if len(found) > _PAGE:
        query = {name: value for name, value in asked.items() if value}
        older = "/audit?" + urlencode(query | {"before": found[_PAGE - 1].id})
    return visit.page(
        "audit.html",
        answer=_answer(visit, found[:_PAGE], is_narrowed=any(asked.values()) or before is not None),
        lines=[_line(one) for one in found[:_PAGE]],
        older=older,
        asked=asked,
        mistake_text=mistake,
    )


def _end_of(visit: Visit, day: str) -> datetime | None:
    """Return the end of a local *day*."""
    if not day:
        return None
    zone = ZoneInfo(visit.desk.settings.admin.timezone)
    try:
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=zone) + _DAY
    except ValueError:
        raise Invalid(f"day {day!r}: expected such as 2026-11-22") from None


def _answer(visit: Visit, found: list[Act], *, is_narrowed: bool) -> str:
    if not found:
        return "Nothing like this was done." if is_narrowed else "Nothing has been done yet."
    if is_narrowed:
        return f"{counted(len(found), 'entry', 'entries')} fit; the newest is by {found[0].who}."
    since = visit.desk.clock.now() - _DAY
    recent = [one for one in found if one.at >= since]
    people = len({one.who for one in recent})
    if not recent:
        return f"Nothing was done in the last day; the last was {found[0].act} by {found[0].who}."
    more = "at least " if len(recent) == _PAGE else ""
    done = counted(len(recent), "thing was", "things were")
    return f"{more}{done} done by {counted(people, 'person', 'people')} in the last day.".capitalize()


def _line(act: Act) -> Line:
    noun, _, name = act.subject.partition(":")
    path = f"{_PAGES[noun]}{quote(name, safe='')}" if noun in _PAGES else None
    return Line(act=act, path=path, facts=[(key, _said(value)) for key, value in act.detail.items()])


def _said(value: Any) -> str:
    """Return a value of an entry's detail in words."""
    if isinstance(value, dict) and set(value) == {"from", "to"}:
        return f"{_said(value['from'])} → {_said(value['to'])}"
    if isinstance(value, list):
        return ", ".join(map(_said, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_said(each)}" for key, each in value.items())
    return {None: "none", True: "yes", False: "no"}.get(value, str(value))
