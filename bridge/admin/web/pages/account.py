"""One account: whether it works, what it sent last, with what it logs in, its routes and its terms.

    +--------------------------------------------------------------------------------------+
    | Accounts / jansen                                         Connection sheet  Audit     |
    | jansen can log in with a password and 2 keys; 5,120 files wait; 2 files are held.     |
    |                                                                                      |
    | Needs a hand        ^ ends soon  its password ends in 5 d                             |
    | Last uploads        21:40  /csv/a.csv   1.2 MB   delivered                            |
    | Logs in with        password   until 27 Nov    set a new one                          |
    |                     key SHA256:ab…  laptop     last used 21:40      remove            |
    | Log-ins             here now, refused and why, with which programs                    |
    | Routes              1  /export/*.csv -> data, NL03     change  up  down  remove       |
    | Terms               administrations, character set, limits, language       change     |
    | What is expected    Mon-Fri by 17:00, 2 files                              change     |
    | Stop, disable, remove                                                                |
    +--------------------------------------------------------------------------------------+

What changes something has a page of its own, so that this one stays calm and can be shown to the tenant.
"""

from collections.abc import Mapping

from fastapi import APIRouter, Response

from bridge.admin.operations import account_list, accounts, expectations, logins, upload_search
from bridge.admin.operations.expectations import Expected
from bridge.admin.operations.upload_search import Search
from bridge.admin.web import account_words
from bridge.admin.web.asking import AnyVisitor, OperatorVisitor
from bridge.admin.web.pages.files import row
from bridge.domain.accounts import Expects, Route
from bridge.domain.administrations import AdministrationId
from bridge.domain.admission import SENTENCES
from bridge.domain.errors import Invalid
from bridge.domain.patterns import names_administration
from bridge.domain.wording import counted

routes = APIRouter()
_UPLOADS = 8
_LOGINS = 6


@routes.get("/accounts/{name}")
def show(visit: AnyVisitor, name: str) -> Response:
    """Show it; a viewer sees the own one, without what changes something."""
    account = accounts.get(visit.desk, name=name)
    listed = account_list.standing(visit.desk, name=name)
    now = visit.desk.clock.now()
    [expected] = expectations.listing(visit.desk, account=name)
    newest = upload_search.search(visit.desk, wanted=Search(account=name), limit=_UPLOADS)
    codes = {place.id: place.code for place in account.administrations}
    return visit.page(
        "account.html",
        account=account,
        now=now,
        answer=account_words.answer(account, listed, now=now),
        hands=account_words.hands(account, listed, now=now),
        uploads=[row(one) for one in newest.files],
        routes=[(route, _place(route, codes)) for route in account.routes],
        expected=expectation_lines(expected),
        expects=_EXPECTS[account.expects],
        defaults=visit.desk.settings,
        sessions=logins.sessions(visit.desk, account=name, limit=_LOGINS),
        refusals=[
            (one, SENTENCES[one.refused])
            for one in logins.listing(visit.desk, account=name, refused_only=True, limit=_LOGINS)
            if one.refused is not None
        ],
        profiles=logins.profiles(visit.desk, account=name)[:_LOGINS],
    )


@routes.post("/accounts/{name}/{act}")
def act(visit: OperatorVisitor, name: str, act: str) -> Response:
    """Stop, resume, disable, enable or remove it."""
    desk, here = visit.desk, f"/accounts/{name}"
    match act:
        case "stop" | "resume":
            accounts.set_stopped(desk, name=name, is_stopped=act == "stop")
            told = (
                f"Nothing more of {name} is sent; what it uploads is accepted and waits."
                if act == "stop"
                else f"What {name} uploads is sent again."
            )
        case "disable" | "enable":
            accounts.set_disabled(desk, name=name, is_disabled=act == "disable")
            told = (
                f"Nobody can log in as {name} any more."
                if act == "disable"
                else f"{name} can log in again, with what it had."
            )
        case "remove":
            if visit.text("name") != name:
                raise Invalid(f"to remove the account its name is typed: {name}")
            accounts.remove(desk, name=name)
            here = "/accounts"
            told = f"{name} is removed. What it sent is still delivered, and its history stays."
        case _:
            raise Invalid(f"{act}: an account can be stopped, resumed, disabled, enabled or removed")
    return visit.go(here, told)


_EXPECTS = {
    Expects.LEARNED: "learned from its habits every night",
    Expects.SET: "set by a person",
    Expects.OFF: "nothing is expected",
}


def expectation_lines(expected: Expected) -> list[str]:
    """Return what is expected, days that are alike as one line: ``Monday, Friday by 17:00 …``."""
    days: dict[str, list[str]] = {}
    for one in expected.expectations:
        what = counted(one.least_count, "file")
        text = (
            f"by {one.due_time:%H:%M} ({one.timezone}): at least {what}, counted from {one.from_time:%H:%M}"
        )
        days.setdefault(text, []).append(one.weekday.capitalize())
    return [f"{', '.join(names)} {text}" for text, names in days.items()]


def _place(route: Route, codes: Mapping[AdministrationId, str]) -> str:
    """Return whom a route's files are for."""
    if route.administration_id is not None:
        return codes.get(route.administration_id, "?")
    return "read from the path" if names_administration(route.pattern) else "by folder"
