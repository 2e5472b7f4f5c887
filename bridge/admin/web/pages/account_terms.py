"""The terms on which an account is served, and when its uploads are due: two forms.

+------------------------------------------------------------------------+
| What jansen may, and how its people are told.                           |
|  administrations  [NL03       ]   character set  [windows-1252]         |
|  networks         [           ]   at CLOSE       (refuse) (hold)        |
|  sessions [  ]  largest file [   ]  files a day [   ]  kept [    ]      |
|  language [as set v]  contact [            ]  [x] NAME.ok in /status    |
|  (Save)                                                                 |
+------------------------------------------------------------------------+
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter, Response

from bridge.admin.operations import accounts, administrations, expectations
from bridge.admin.web.account_words import taken_up
from bridge.admin.web.asking import OperatorVisitor, Visit
from bridge.admin.web.forms import WHOLE, Form, size_typed
from bridge.admin.web.pages.account import expectation_lines
from bridge.domain.accounts import Account, AtClose, Expects
from bridge.domain.encodings import check_encoding
from bridge.domain.errors import Invalid
from bridge.domain.expectations import WEEKDAYS, Weekday
from bridge.domain.sizes import parse_size
from bridge.domain.terms import Terms

routes = APIRouter()
_TERMS = ("max_sessions", "max_file_size", "max_files_per_day", "quota", "language", "contact")


@routes.get("/accounts/{name}/terms")
def ask(visit: OperatorVisitor, name: str) -> Response:
    """Show the terms as they are."""
    account = accounts.get(visit.desk, name=name)
    return _terms(visit, account, _as_it_is(account))


@routes.post("/accounts/{name}/terms")
def change(visit: OperatorVisitor, name: str) -> Response:
    """Change them; an empty field takes a limit away."""
    account, form = accounts.get(visit.desk, name=name), Form.typed(visit)
    now = visit.desk.clock.now()
    given: dict[str, Any] = {field: form[field] or "default" for field in _TERMS}
    given |= {"allow_from": form.lines("allow_from") or ["any"], "tells_ok": form.is_ticked("tells_ok")}
    for field, value in given.items():
        form.check(field, partial(Terms(**{field: value}).values, now=now))
    if form["encoding"]:
        form.check("encoding", lambda: check_encoding(form["encoding"]))
    codes = form.lines("administrations")
    if not codes:
        form.mistakes["administrations"] = "an account needs an administration that its files are for"
    for code in codes:
        form.check("administrations", partial(administrations.get, visit.desk, code=code))
    at_close = form.check("at_close", lambda: _at_close(form["at_close"]))
    done = None
    if form.is_right:
        done = form.check(
            WHOLE,
            lambda: accounts.change(
                visit.desk,
                name=name,
                administration_codes=codes,
                encoding=form["encoding"] or accounts.NO_ENCODING,
                at_close=at_close,
                terms=Terms(**given),
            ),
        )
    if done is None:
        return _terms(visit, account, form, status=422)
    told = f"The terms of {name} are saved." + taken_up(done.retried)
    return visit.go(f"/accounts/{name}", told)


@routes.get("/accounts/{name}/expect")
def ask_expected(visit: OperatorVisitor, name: str) -> Response:
    """Show what is expected, and ways to change it."""
    form = Form({"from": "00:00", "count": "1", "times": "17:00"}, _working_days())
    return _expect(visit, name, form)


@routes.post("/accounts/{name}/expect")
def expect(visit: OperatorVisitor, name: str) -> Response:
    """Set times, learn them, or expect nothing."""
    form = Form.typed(visit)
    days = [day for day in WEEKDAYS if form.is_ticked("day", day)]
    ways: dict[str, Callable[[], expectations.Expected]] = {
        "learn": lambda: expectations.learn(visit.desk, account=name),
        "off": lambda: expectations.expect_nothing(visit.desk, account=name),
        "set": lambda: expectations.set_times(
            visit.desk,
            account=name,
            weekdays=days,
            times=form["times"].replace(",", " ").split(),
            from_time=form["from"] or "00:00",
            least_count=_count(form["count"]),
            least_bytes=parse_size(form["size"]) if form["size"] else 0,
        ),
    }
    accounts.get(visit.desk, name=name)
    done = form.check(WHOLE, ways.get(form["way"], ways["set"]))
    if done is None:
        return _expect(visit, name, form, status=422)
    told = {
        Expects.LEARNED: f"What is expected of {name} is learned from its habits.",
        Expects.SET: f"What is expected of {name} is set.",
        Expects.OFF: f"Nothing is expected of {name} any more.",
    }
    return visit.go(f"/accounts/{name}", told[done.account.expects])


def _as_it_is(account: Account) -> Form:
    fields = {
        "administrations": "\n".join(place.code for place in account.administrations),
        "encoding": account.encoding,
        "allow_from": "\n".join(account.allowed_networks),
        "at_close": account.at_close,
        "max_sessions": account.max_sessions,
        "max_file_size": size_typed(account.max_file_bytes),
        "max_files_per_day": account.max_files_per_day,
        "quota": size_typed(account.quota_bytes),
        "language": account.language,
        "contact": account.contact,
    }
    return Form(fields, ["tells_ok=on"] if account.tells_ok else [])


def _at_close(text: str) -> AtClose:
    if text not in list(AtClose):
        raise Invalid(f"{text!r}: expected refuse or hold")
    return AtClose(text)


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise Invalid(f"files {text!r}: expected a number, 1 or more")
    return int(text)


def _working_days() -> list[str]:
    return [f"day={day}" for day in WEEKDAYS if day not in {Weekday.SATURDAY, Weekday.SUNDAY}]


def _terms(visit: Visit, account: Account, form: Form, status: int = 200) -> Response:
    return visit.page(
        "account_terms.html", status=status, account=account, form=form, defaults=visit.desk.settings
    )


def _expect(visit: Visit, name: str, form: Form, status: int = 200) -> Response:
    [expected] = expectations.listing(visit.desk, account=name)
    return visit.page(
        "account_expect.html",
        status=status,
        account=expected.account,
        expected=expectation_lines(expected),
        form=form,
        weekdays=WEEKDAYS,
    )
