"""All administrations: whom files are for, whether each import will be complete, and a way to add one.

+------------------------------------------------------------------------------------------+
| 14 administrations; 13 will be on time for their next import, 1 is late.       [Add one]   |
|                                                                                          |
| Needs a hand    # stopped  NL07  nothing is sent for it                                   |
|                 ^ no token NL09  its data files go without an import token                |
|                                                                                          |
| code    tonight     slack                import        zone               token   waiting |
| NL03    o on time   2 h 10 min to spare  01:00, 13:30  Europe/Amsterdam   set       5,120 |
+------------------------------------------------------------------------------------------+
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Response

from bridge.admin.operations import administrations
from bridge.admin.operations.forecast_texts import slack
from bridge.admin.operations.forecasts import Expected
from bridge.admin.web.account_words import Hand
from bridge.admin.web.asking import OperatorVisitor, SupportVisitor, Visit
from bridge.admin.web.forms import WHOLE, Form
from bridge.domain.administrations import (
    Administration,
    check_code,
    check_import_times,
    check_timezone,
    check_token,
)
from bridge.domain.errors import Invalid
from bridge.domain.forecast import Verdict
from bridge.domain.wording import counted

routes = APIRouter()
_PAGE = 200
_HANDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One administration in the list."""

    administration: Administration
    verdict: Verdict | None  # None: no account may send for it
    slack: str
    waiting: int
    accounts: int


@routes.get("/administrations")
def show(visit: SupportVisitor, search: str = "", after: str = "") -> Response:
    """Show a page of them."""
    now = visit.desk.clock.now()
    everything = rows(visit, administrations.listing(visit.desk))
    wanted = search.strip().lower()[:64]
    found = [one for one in everything if wanted in one.administration.code.lower()]
    found = [one for one in found if one.administration.code > after]
    shown = found[:_PAGE]
    more = urlencode({"search": wanted, "after": shown[-1].administration.code}) if len(found) > _PAGE else ""
    return visit.page(
        "administrations.html",
        answer=_answer(everything),
        hands=[] if wanted or after else _hands(everything, now),
        rows=shown,
        count=len(everything),
        next_path=f"/administrations?{more}" if more else None,
        form=Form({"search": search}),
        is_narrowed=bool(wanted or after),
        now=now,
    )


@routes.get("/new-administration")
def ask(visit: OperatorVisitor) -> Response:
    """Show the form for a new one."""
    return _form(visit, Form({"times": "01:00", "timezone": "Europe/Amsterdam"}))


@routes.post("/new-administration")
def add(visit: OperatorVisitor) -> Response:
    """Add one."""
    form = Form.typed(visit)
    form.check("code", lambda: check_code(form["code"]))
    payt_id, times, token = checked(form, visit)
    made = None
    if form.is_right:
        made = form.check(
            WHOLE,
            lambda: administrations.add(
                visit.desk,
                code=form["code"],
                payt_id=payt_id,
                token=token,
                import_times=times,
                timezone=form["timezone"],
            ),
        )
    if made is None:
        return _form(visit, form, status=422)
    told = f"{made.code} is added. Next, an account that sends for it."
    return visit.go(path_of(made.code), told)


def checked(form: Form, visit: Visit) -> tuple[int | None, list[str], str | None]:
    """Return the id, the import times and the token of a form; what cannot be right is noted in it."""
    times = form["times"].replace(",", " ").split()
    token = visit.form.get("token", [""])[0].strip() or None
    payt_id = form.check("payt_id", lambda: _number(form["payt_id"])) if form["payt_id"] else None
    form.check("times", lambda: check_import_times(times))
    form.check("timezone", lambda: check_timezone(form["timezone"]))
    if token is not None:
        form.check("token", lambda: check_token(token))
    return payt_id, times, token


def rows(visit: Visit, found: list[Administration]) -> list[Row]:
    """Return administrations with what the forecast says of each: the worst of its accounts."""
    worst: dict[str, Expected] = {}
    waiting: dict[str, int] = {}
    accounts: dict[str, int] = {}
    forecast = visit.console.forecast()
    for one in forecast.rows:  # the most pressing first
        worst.setdefault(one.administration, one)
        waiting[one.administration] = waiting.get(one.administration, 0) + one.waiting.total
        accounts[one.administration] = accounts.get(one.administration, 0) + 1
    verdicts = forecast.verdicts()
    return [
        Row(
            administration=one,
            verdict=verdicts.get(one.code),
            slack=slack(worst[one.code]) if waiting.get(one.code) else "",
            waiting=waiting.get(one.code, 0),
            accounts=accounts.get(one.code, 0),
        )
        for one in found
    ]


def path_of(code: str) -> str:
    """Return the path of the page of an administration, whose code may hold any printable character."""
    return f"/administrations/{quote(code, safe='')}"


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Invalid("expected the number that Payt shows, 1 or more")
    return int(text)


def _form(visit: Visit, form: Form, status: int = 200) -> Response:
    return visit.page("new_administration.html", status=status, form=form)


def _answer(found: list[Row]) -> str:
    if not found:
        return "There is no administration yet, so no file can go anywhere."
    late = sum(1 for one in found if one.verdict is Verdict.LATE)
    at_risk = sum(1 for one in found if one.verdict is Verdict.AT_RISK)
    total = counted(len(found), "administration")
    if not late and not at_risk:
        return f"{total}, {'all' if len(found) > 1 else 'and it is'} on time for the next import."
    parts = [f"{number} {word}" for number, word in ((late, "late"), (at_risk, "at risk")) if number]
    return f"Of {total} {' and '.join(parts)} for the next import."


def _hands(found: list[Row], now: datetime) -> list[Hand]:
    hands = []
    for one in found:
        hands += _of_row(one, now)
    return hands[:_HANDS]


def _of_row(row: Row, now: datetime) -> list[Hand]:
    one, path = row.administration, path_of(row.administration.code)
    hands = []
    if row.verdict in {Verdict.LATE, Verdict.AT_RISK} and row.verdict is not None:
        detail = f"{row.slack}; {counted(row.waiting, 'file waits', 'files wait')}"
        word = "late" if row.verdict is Verdict.LATE else "at risk"
        hands.append(Hand(state=row.verdict, word=word, what=one.code, detail=detail, path=path))
    if one.is_stopped:
        detail = "nothing is sent for it, whoever uploads it"
        hands.append(Hand(state="stopped", word="stopped", what=one.code, detail=detail, path=path))
    if one.paused_until is not None and one.paused_until > now:
        detail = f"nothing is sent for it: {one.paused_reason or 'no reason noted'}"
        hands.append(Hand(state="paused", word="paused", what=one.code, detail=detail, path=path))
    return hands
