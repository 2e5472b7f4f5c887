"""A route for what waits because nobody knows what it is: rehearsed, then saved, and what waits goes.

Files of jansen that fit /export/*.dat would go as data for NL03; 4 that wait would go now.
pattern [/export/*.dat]  kind [data v]  for [NL03 v]   (Rehearse)
Of 412 files of the last 30 days 3 would go elsewhere:
file                 went                  would go
/export/new.dat      held: unknown folder  data for NL03
(Save the route; 4 files go)
"""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from bridge.admin.operations import accounts, held
from bridge.admin.operations import routes as route_operations
from bridge.admin.operations.routes import Draft, Wish
from bridge.admin.web.addresses import one_of
from bridge.admin.web.asking import OperatorVisitor, Visit
from bridge.admin.web.sure import told
from bridge.domain.errors import Invalid, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.names import extension
from bridge.domain.reasons import ReasonCode, reason
from bridge.domain.wording import counted

routes = APIRouter()
FOR_ROUTE = (  # what a route would have said
    ReasonCode.UNKNOWN_KIND,
    ReasonCode.OTHER_XML,
    ReasonCode.UNKNOWN_FOLDER,
    ReasonCode.UNKNOWN_ADMINISTRATION,
)
_SHOWN = 50  # files of a rehearsal


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The route as it stands in the form."""

    pattern: str = ""
    kind: str = ""
    administration: str = ""


@routes.get("/held/{code}/route")
def show(
    visit: OperatorVisitor, code: str, given: Annotated[Given, Depends(Given)], account: str = ""
) -> Response:
    """Show what a route would do; nothing is saved."""
    why = _reason(code)
    try:
        draft = _draft(visit, account, given)
    except Invalid as error:
        return _page(visit, why, account, given, error=str(error), status=422)
    return _page(visit, why, account, given, draft=draft)


@routes.post("/held/{code}/route")
def save(visit: OperatorVisitor, code: str) -> Response:
    """Save the route, and let go what waits for it."""
    why, account = _reason(code), visit.text("account")
    given = Given(**{name: visit.text(name) for name in ("pattern", "kind", "administration")})
    try:
        saved, came = held.save_route(visit.desk, _draft(visit, account, given), reason=why)
    except (Invalid, NotFound) as error:
        return _page(visit, why, account, given, error=str(error), status=422)
    number = "" if saved.route is None else f" {saved.route.id}"
    return visit.go(
        "/held", told(f"Route{number} of {account} is saved. Try again", came.done, came.refusals)
    )


def pattern_for(path: str) -> str:
    """Return the pattern that a file of *path* suggests: its folder, and what ends like it."""
    folder, _, name = path.rpartition("/")
    ending = extension(name)
    return f"{folder}/*{ending}" if ending else f"{folder}/*"


def _draft(visit: Visit, account: str, given: Given) -> Draft:
    wish = Wish(
        pattern=given.pattern,
        kind=one_of(Kind, given.kind),
        administration=given.administration or None,
    )
    return route_operations.draft_add(visit.desk, account=account, wish=wish)


def _page(
    visit: Visit,
    why: ReasonCode,
    name: str,
    given: Given,
    *,
    draft: Draft | None = None,
    error: str = "",
    status: int = 200,
) -> Response:
    found = accounts.get(visit.desk, name=name)
    values: dict[str, Any] = {"rehearsal": None, "moved": [], "more": 0, "waiting": 0}
    if draft is not None:
        rehearsal = route_operations.rehearse(visit.desk, draft)
        values = {
            "rehearsal": rehearsal,
            "moved": [(one.file, one.before.told(), one.after.told()) for one in rehearsal.moved[:_SHOWN]],
            "more": max(0, len(rehearsal.moved) - _SHOWN),
            "waiting": held.fitting(visit.desk, draft, reason=why),
        }
    return visit.page(
        "held_route.html",
        status=status,
        code=why,
        text=reason(why),
        account=name,
        given=given,
        kinds=list(Kind),
        codes=[one.code for one in found.administrations],
        mistake_text=error,
        answer=_answer(name, given, values["waiting"]) if draft else f"A route for files of {name}",
        **values,
    )


def _answer(name: str, given: Given, waiting: int) -> str:
    kind = f" as {given.kind}" if given.kind else ""
    place = f" for {given.administration}" if given.administration else ""
    goes = f"{kind}{place}" or " where kind and folder say"
    now = f"{counted(waiting, 'file that waits', 'files that wait')} would be tried again now"
    return f"Files of {name} that fit {given.pattern} would go{goes}; {now}"


def _reason(code: str) -> ReasonCode:
    if code not in set(FOR_ROUTE):
        raise NotFound(f"no route for {code}", public="there is no such page")
    return ReasonCode(code)
