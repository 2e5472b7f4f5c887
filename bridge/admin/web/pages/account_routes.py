"""Routes of an account: added, changed, moved, removed; each is rehearsed on what came before it is saved.

    +--------------------------------------------------------------------------+
    | 12 of 340 files of the last 30 days would go elsewhere.                   |
    |  upload  path              now            then                            |
    |  41      /export/a.csv     held, unknown  data, NL03                      |
    |                                                                          |
    |  path  [/export/*.csv   ]  kind [data v]  administration [NL03 v]         |
    |  (Save this route)  (Rehearse again)                                      |
    +--------------------------------------------------------------------------+

Between a rehearsal and the save others may change routes: then it is rehearsed again.
"""

from typing import Any

from fastapi import APIRouter, Response

from bridge.admin.operations import accounts
from bridge.admin.operations import routes as rules
from bridge.admin.operations.routes import Draft, Wish
from bridge.admin.web import guard_fields
from bridge.admin.web.account_words import taken_up
from bridge.admin.web.asking import OperatorVisitor, Visit
from bridge.admin.web.forms import WHOLE, Form
from bridge.domain.accounts import Account, Route
from bridge.domain.errors import Invalid, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.patterns import check_pattern
from bridge.domain.rules import merged

routes = APIRouter()
_SHOWN = 50  # files of a rehearsal
_LAST = "last"


@routes.get("/accounts/{name}/routes/new")
def ask_new(visit: OperatorVisitor, name: str, pattern: str = "") -> Response:
    """Show the form for a new route."""
    return _form(
        visit, accounts.get(visit.desk, name=name), None, Form({"pattern": pattern, "before": _LAST})
    )


@routes.post("/accounts/{name}/routes/new")
def add(visit: OperatorVisitor, name: str) -> Response:
    """Rehearse a new route, or save it."""
    account, form = accounts.get(visit.desk, name=name), Form.typed(visit)
    before = None if form["before"] in {"", _LAST} else _number(form["before"])
    wish = _wish(form)
    draft = None
    if wish is not None:
        draft = form.check(WHOLE, lambda: rules.draft_add(visit.desk, account=name, wish=wish, before=before))
    return _go_on(visit, account, None, form, draft)


@routes.get("/accounts/{name}/routes/{route_id}")
def ask(visit: OperatorVisitor, name: str, route_id: int) -> Response:
    """Show a route."""
    account = accounts.get(visit.desk, name=name)
    route = _route(account, route_id)
    codes = {place.id: place.code for place in account.administrations}
    place = codes.get(route.administration_id, "") if route.administration_id else ""
    fields = {
        "pattern": route.pattern,
        "kind": route.kind,
        "encoding": route.encoding,
        "administration": place,
        **guard_fields.typed(route.guards),
    }
    return _form(visit, account, route, Form(fields))


@routes.post("/accounts/{name}/routes/{route_id}")
def change(visit: OperatorVisitor, name: str, route_id: int) -> Response:
    """Rehearse a change, or save it."""
    account, form = accounts.get(visit.desk, name=name), Form.typed(visit)
    route, wish = _route(account, route_id), _wish(form)
    draft = None
    if wish is not None:
        draft = form.check(
            WHOLE, lambda: rules.draft_change(visit.desk, account=name, route_id=route_id, wish=wish)
        )
    return _go_on(visit, account, route, form, draft)


@routes.get("/accounts/{name}/routes/{route_id}/{step}")
def rehearse(visit: OperatorVisitor, name: str, route_id: int, step: str, before: str = _LAST) -> Response:
    """Rehearse that a route is moved or removed."""
    return _confirm(visit, _draft(visit, name, route_id, step, before), route_id, step, before)


@routes.post("/accounts/{name}/routes/{route_id}/{step}")
def do(visit: OperatorVisitor, name: str, route_id: int, step: str) -> Response:
    """Move or remove a route, as it was rehearsed."""
    before = visit.text("before", _LAST)
    draft = _draft(visit, name, route_id, step, before)
    if visit.text("believed") != believed(draft.account):
        return _confirm(visit, draft, route_id, step, before, is_stale=True)
    rules.save(visit.desk, draft)
    return visit.go(f"/accounts/{name}", f"The route is {'removed' if step == 'remove' else 'moved'}.")


def believed(account: Account) -> str:
    """Return a mark of the routes that are there."""
    return ",".join(str(route.id) for route in account.routes)


def _draft(visit: Visit, name: str, route_id: int, step: str, before: str) -> Draft:
    if step == "remove":
        return rules.draft_remove(visit.desk, account=name, route_id=route_id)
    if step == "move":
        place = None if before == _LAST else _number(before)
        return rules.draft_move(visit.desk, account=name, route_id=route_id, before=place)
    raise NotFound(f"no step {step}", public="there is no such page")


def _wish(form: Form) -> Wish | None:
    """Return what the form says of a route; None if something in it cannot be right."""
    guards = guard_fields.asked(form)
    kind = form["kind"]
    form.check("pattern", lambda: check_pattern(form["pattern"]))
    if kind and kind not in list(Kind):
        form.mistakes["kind"] = "there is no such kind"
    if not form.is_right:
        return None
    return Wish(
        pattern=form["pattern"],
        kind=Kind(kind) if kind else None,
        administration=form["administration"] or None,
        encoding=form["encoding"] or rules.NO_ENCODING,
        guards=guards,
        is_kind_open=not kind,
        is_administration_open=not form["administration"],
    )


def _go_on(visit: Visit, account: Account, route: Route | None, form: Form, draft: Draft | None) -> Response:
    """Show what is wrong, or the rehearsal; or save what was rehearsed."""
    if draft is None:
        return _form(visit, account, route, form, status=422)
    if form["step"] == "save" and form["believed"] == believed(account):
        saved = form.check(WHOLE, lambda: rules.save(visit.desk, draft))
        if saved is not None:
            told = f"The route is {'added' if route is None else 'changed'}." + taken_up(saved.retried)
            return visit.go(f"/accounts/{account.name}", told)
    return _form(visit, account, route, form, draft=draft)


def _form(
    visit: Visit,
    account: Account,
    route: Route | None,
    form: Form,
    *,
    draft: Draft | None = None,
    status: int = 200,
) -> Response:
    default = account.administrations[0] if account.administrations else None
    below = merged(visit.desk.settings.guards.rules, None if default is None else default.guards)
    return visit.page(
        "account_route.html",
        status=status,
        account=account,
        route=route,
        form=form,
        kinds=[("", "recognised, as in /"), *((kind, kind) for kind in Kind)],
        addressees=[
            ("", "by folder, or read from the path"),
            *((one.code, one.code) for one in account.administrations),
        ],
        behind=[(_LAST, "behind the others"), *((one.id, f"before {one.pattern}") for one in account.routes)],
        guards=guard_fields.guard_fields(below),
        believed=believed(account),
        **_rehearsed(visit, draft),
    )


def _confirm(
    visit: Visit, draft: Draft, route_id: int, step: str, before: str, *, is_stale: bool = False
) -> Response:
    return visit.page(
        "account_route_step.html",
        account=draft.account,
        route=_route(draft.account, route_id),
        step=step,
        before=before,
        is_stale=is_stale,
        believed=believed(draft.account),
        order=[one.pattern for one in draft.routes],
        **_rehearsed(visit, draft),
    )


def _rehearsed(visit: Visit, draft: Draft | None) -> dict[str, Any]:
    if draft is None:
        return {"rehearsal": None, "moved": [], "more": 0}
    found = rules.rehearse(visit.desk, draft)
    moved = [(one.file, one.before.told(), one.after.told()) for one in found.moved[:_SHOWN]]
    return {"rehearsal": found, "moved": moved, "more": len(found.moved) - len(moved)}


def _route(account: Account, route_id: int) -> Route:
    for route in account.routes:
        if route.id == route_id:
            return route
    raise NotFound(
        f"account {account.name} has no route {route_id}", public="there is no such route any more"
    )


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Invalid(f"route {text!r}: expected the number of a route")
    return int(text)
