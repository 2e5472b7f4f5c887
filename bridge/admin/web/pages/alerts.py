"""Alerts: where alarms are sent, and whether they would arrive.

    +------------------------------------------------------------------------------------------+
    | Alarms go to 2 places; the last message to ops-hook failed 3 min ago.                    |
    | ops-hook   webhook  https://hooks.example/…  all          ● sent 12:04   (Test) change   |
    | anna       mail     anna@example.nl          jansen       ✕ refused      (Test) change   |
    | [name] (o) webhook [URL] ( ) mail [address]  [account] [language]  (Add)                 |
    +------------------------------------------------------------------------------------------+

The test really sends, and tells what was answered.
"""

from typing import Any

from fastapi import APIRouter, Response

from bridge.admin.operations import accounts, alerts
from bridge.admin.operations.alerts import Clearable, Shown
from bridge.admin.web.asking import OperatorVisitor, Visit
from bridge.admin.web.forms import WHOLE, Form
from bridge.domain.alarms import AlarmKind
from bridge.domain.alerts import AlertTarget, AlertWay
from bridge.domain.errors import BridgeError, Invalid, NotFound
from bridge.domain.reasons import LANGUAGES, Language
from bridge.domain.wording import counted

routes = APIRouter()
_FIELDS = ("name", "webhook", "mail", "account")


@routes.get("/alerts")
def show(visit: OperatorVisitor) -> Response:
    """Show the page."""
    return _page(visit)


@routes.post("/alerts")
def add(visit: OperatorVisitor) -> Response:
    """Add a target; a webhook's secret is made, and shown once."""
    try:
        added = alerts.add(
            visit.desk,
            name=visit.text("name"),
            webhook=visit.text("webhook") or None,
            mail=visit.text("mail") or None,
            account=visit.text("account") or None,
            kinds=_kinds(visit),
            language=_language(visit.text("language")),
        )
    except BridgeError as error:
        return _page(visit, mistake_text=str(error), typed=_typed(visit), status=422)
    if added.generated_secret is not None:
        return _page(visit, shown=(added.target.name, added.generated_secret))
    return visit.go("/alerts", f"Alarms go to {added.target.name}, too; send a test to see that they arrive.")


@routes.get("/alerts/{name}")
def show_one(visit: OperatorVisitor, name: str) -> Response:
    """Show one target with what of it can be changed."""
    target = alerts.show(visit.desk, name=name).target
    known = {"account": target.account, "language": target.language}
    known |= {"mail": target.address} if target.way is AlertWay.MAIL else {}
    return _one(visit, target, Form(known, [f"kind={kind}" for kind in target.kinds or ()]))


@routes.post("/alerts/{name}/change")
def change(visit: OperatorVisitor, name: str) -> Response:
    """Change it; a field that is empty goes back to all, or to the settings'."""
    form, kinds, language = Form.typed(visit), _kinds(visit), _language(visit.text("language"))
    empty: dict[Clearable, object] = {"account": form["account"], "kinds": kinds, "language": language}
    changed = form.check(
        WHOLE,
        lambda: alerts.change(
            visit.desk,
            name=name,
            webhook=form["webhook"] or None,
            secret=form["secret"] or None,
            mail=form["mail"] or None,
            account=form["account"] or None,
            kinds=kinds,
            language=language,
            clears=[field for field, value in empty.items() if not value],
        ),
    )
    if changed is None:
        return _one(visit, alerts.show(visit.desk, name=name).target, form, status=422)
    return visit.go("/alerts", f"{name} is changed; send a test to see that alarms arrive.")


@routes.post("/alerts/{name}/{act}")
def act_on(visit: OperatorVisitor, name: str, act: str) -> Response:
    """Send a test, disable, enable or remove a target."""
    if act == "test":
        tested = alerts.try_out(visit.desk, name=name)
        said = "arrived" if tested.is_good else "did not arrive"
        return visit.go("/alerts", f"The test to {name} {said}: {tested.answer}")
    if act in {"disable", "enable"}:
        alerts.change(visit.desk, name=name, is_disabled=act == "disable")
        return visit.go("/alerts", f"Alarms {'no more' if act == 'disable' else 'again'} go to {name}.")
    if act == "remove":
        alerts.remove(visit.desk, name=name)
        return visit.go("/alerts", f"{name} is removed.")
    raise NotFound(f"no act {act}", public="there is no such page")


def _kinds(visit: Visit) -> list[AlarmKind]:
    try:
        return [AlarmKind(each) for each in visit.texts("kind")]
    except ValueError as error:
        raise Invalid(str(error)) from None


def _language(text: str) -> Language | None:
    return next((each for each in LANGUAGES if each == text), None)


def _typed(visit: Visit) -> dict[str, str]:
    return {field: visit.text(field) for field in _FIELDS}


def _answer(found: list[Shown]) -> str:
    active = [one for one in found if not one.target.is_disabled]
    if not active:
        return "Alarms go nowhere: they stand on the pages, in the log and in the metrics only."
    failing = [one.target.name for one in active if one.last_error is not None]
    places = f"Alarms go to {counted(len(active), 'place')}"
    return f"{places}; the last message to {', '.join(failing)} failed." if failing else f"{places}."


def _one(visit: Visit, target: AlertTarget, form: Form, status: int = 200) -> Response:
    return visit.page(
        "alert.html",
        status=status,
        target=target,
        form=form,
        kinds=list(AlarmKind),
        account_names=[one.name for one in accounts.listing(visit.desk)],
    )


def _page(visit: Visit, *, status: int = 200, **values: Any) -> Response:
    found = alerts.listing(visit.desk)
    given = {"mistake_text": "", "shown": None, "typed": dict.fromkeys(_FIELDS, "")} | values
    return visit.page(
        "alerts.html",
        status=status,
        answer=_answer(found),
        targets=found,
        kinds=list(AlarmKind),
        has_mail=visit.desk.settings.mail.host is not None,
        account_names=[one.name for one in accounts.listing(visit.desk)],
        **given,
    )
