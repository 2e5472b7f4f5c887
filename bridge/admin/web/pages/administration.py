"""One administration: will its import be complete, what it is set to, its guards, and who sends for it.

    +--------------------------------------------------------------------------------+
    | NL03 will be on time for its import at 01:00: 2 h 10 min to spare.              |
    | account   waiting   expected done   slack                 upload until          |
    | jansen      5,120   22:49           2 h 10 min to spare   00:54                 |
    | Settings  id, import token (set), imports, zone                    Change       |
    | Guards    rows_fallen   far fewer rows …   hold:30%                 Change       |
    | Stop, remove                                                                   |
    +--------------------------------------------------------------------------------+

The import token is written and never read: a form shows only whether there is one.
"""

from typing import Any

from fastapi import APIRouter, Response

from bridge.admin.operations import administrations
from bridge.admin.operations.forecast_texts import slack
from bridge.admin.operations.forecasts import Expected
from bridge.admin.web import guard_fields
from bridge.admin.web.asking import OperatorVisitor, SupportVisitor, Visit
from bridge.admin.web.forms import WHOLE, Form
from bridge.admin.web.pages.administrations import checked, path_of
from bridge.domain.administrations import Administration
from bridge.domain.errors import Invalid
from bridge.domain.forecast import Verdict
from bridge.domain.rules import merged

routes = APIRouter()
_ROWS = 100


@routes.get("/administrations/{code}")
def show(visit: SupportVisitor, code: str) -> Response:
    """Show it."""
    one = administrations.get(visit.desk, code=code)
    rows = [row for row in visit.console.forecast().rows if row.administration == one.code]
    settings = visit.desk.settings.guards.rules
    rules = merged(settings, one.guards)
    guards = [
        (field, str(rules[guard]), guard in one.guards)
        for field, guard in zip(guard_fields.guard_fields(merged(settings)), rules, strict=True)
    ]
    return visit.page(
        "administration.html",
        one=one,
        here=path_of(one.code),
        now=visit.desk.clock.now(),
        answer=_answer(visit, one, rows),
        rows=[(row, slack(row)) for row in rows[:_ROWS]],
        more=max(0, len(rows) - _ROWS),
        guards=guards,
        own=len(one.guards),
    )


@routes.get("/administrations/{code}/change")
def ask(visit: OperatorVisitor, code: str) -> Response:
    """Show the form."""
    one = administrations.get(visit.desk, code=code)
    times = " ".join(f"{at:%H:%M}" for at in one.import_times)
    return _form(visit, one, Form({"payt_id": one.payt_id, "times": times, "timezone": one.timezone}))


@routes.post("/administrations/{code}/change")
def change(visit: OperatorVisitor, code: str) -> Response:
    """Change it; an empty token leaves the one that is there."""
    one, form = administrations.get(visit.desk, code=code), Form.typed(visit)
    payt_id, times, token = checked(form, visit)
    forget = form.is_ticked("forget_token")
    if forget and token is not None:
        form.mistakes["token"] = "either a new token, or none; not both"  # noqa: S105  a sentence
    values: dict[str, Any] = {"payt_id": payt_id} if payt_id is not None else {"forget_payt_id": True}
    values |= {"token": token} if token is not None else {"forget_token": forget}
    done = None
    if form.is_right:
        done = form.check(
            WHOLE,
            lambda: administrations.change(
                visit.desk, code=code, import_times=times, timezone=form["timezone"], **values
            ),
        )
    if done is None:
        return _form(visit, one, form, status=422)
    return visit.go(path_of(code), f"{code} is saved.")


@routes.get("/administrations/{code}/guards")
def ask_guards(visit: OperatorVisitor, code: str) -> Response:
    """Show the form."""
    one = administrations.get(visit.desk, code=code)
    return _guards(visit, one, Form(guard_fields.typed(one.guards)))


@routes.post("/administrations/{code}/guards")
def change_guards(visit: OperatorVisitor, code: str) -> Response:
    """Set the rules of data files for it."""
    one, form = administrations.get(visit.desk, code=code), Form.typed(visit)
    wanted = guard_fields.asked(form)
    done = None
    if form.is_right:
        done = form.check(WHOLE, lambda: administrations.change(visit.desk, code=code, guards=wanted))
    if done is None:
        return _guards(visit, one, form, status=422)
    return visit.go(path_of(code), f"The guards of {code} are saved; the next data file is judged by them.")


@routes.post("/administrations/{code}/{act}")
def act(visit: OperatorVisitor, code: str, act: str) -> Response:
    """Stop, resume or remove it."""
    if act in {"stop", "resume"}:
        administrations.set_stopped(visit.desk, code=code, is_stopped=act == "stop")
        told = f"Nothing more is sent for {code}." if act == "stop" else f"Files for {code} are sent again."
        return visit.go(path_of(code), told)
    if act != "remove":
        raise Invalid(f"{act}: an administration can be stopped, resumed or removed")
    if visit.text("code") != code:
        raise Invalid(f"to remove the administration its code is typed: {code}")
    administrations.remove(visit.desk, code=code)
    return visit.go("/administrations", f"{code} is removed.")


def _answer(visit: Visit, one: Administration, rows: list[Expected]) -> str:
    if one.is_stopped:
        return f"{one.code} is stopped: nothing is sent for it until it is resumed."
    if one.paused_until is not None and one.paused_until > visit.desk.clock.now():
        return f"{one.code} is paused: {one.paused_reason or 'no reason noted'}."
    if not rows:
        return f"No account sends for {one.code} yet."
    worst = rows[0]
    if not any(row.waiting.total for row in rows):
        return f"{one.code} is on time for its next import: nothing waits."
    words = {
        Verdict.ON_TIME: "will be on time for its next import",
        Verdict.AT_RISK: "may be late for its next import",
        Verdict.LATE: "will be late for its next import",
    }
    return f"{one.code} {words[worst.outlook.verdict]}: {slack(worst)}."


def _form(visit: Visit, one: Administration, form: Form, status: int = 200) -> Response:
    return visit.page("administration_change.html", status=status, one=one, here=path_of(one.code), form=form)


def _guards(visit: Visit, one: Administration, form: Form, status: int = 200) -> Response:
    return visit.page(
        "administration_guards.html",
        status=status,
        one=one,
        here=path_of(one.code),
        form=form,
        guards=guard_fields.guard_fields(merged(visit.desk.settings.guards.rules)),
    )
