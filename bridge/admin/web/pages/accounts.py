"""All accounts: who can log in, what needs a hand, and a way to add one.

+------------------------------------------------------------------------------------+
| 48 of 50 accounts can log in; 2 passwords end within a week.       [Add an account] |
|                                                                                    |
| Needs a hand                                                                       |
|  ^ ends soon   jansen    its password ends on 27 Nov (in 5 d)                      |
|  # stopped     de.boer   nothing of it is sent                                     |
|                                                                                    |
| name or code [______]  state [all      v] [Show]                                   |
| name       state          administrations      last upload   waiting   held        |
| jansen     o can log in   NL03, NL04           21:40         5,120        2        |
+------------------------------------------------------------------------------------+
"""

from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from bridge.admin.operations import account_list, accounts, administrations, logins
from bridge.admin.operations.account_list import Standing, Totals
from bridge.admin.operations.desk import Desk
from bridge.admin.web.account_words import Hand, of_expiring, waits
from bridge.admin.web.asking import AnyVisitor, OperatorVisitor, Visit
from bridge.admin.web.forms import WHOLE, Form
from bridge.admin.web.pages import sheet
from bridge.domain.accounts import check_name
from bridge.domain.encodings import check_encoding
from bridge.domain.expiry import Expiring
from bridge.domain.roles import Role
from bridge.domain.wording import counted

routes = APIRouter()
WEEK = timedelta(days=7)
_HANDS = 8
_NAMED_CODES = 12

STATES = (
    ("", "all"),
    (Standing.OPEN, "can log in"),
    (Standing.EXPIRING, "credentials end soon"),
    (Standing.LOCKED, "locked out"),
    (Standing.HELD, "files held"),
    (Standing.STOPPED, "stopped"),
    (Standing.DISABLED, "disabled"),
)


@routes.get("/accounts")
def show(visit: AnyVisitor, search: str = "", state: str = "", after: str = "") -> Response:
    """Show a page of them; a viewer sees the one there is."""
    if visit.role is Role.VIEWER:
        return visit.go(f"/accounts/{visit.signed_in.admin.account}")
    search, standing = search.strip()[:64], _standing(state)
    found = account_list.page(visit.desk, search=search, standing=standing, after=after or None)
    totals = account_list.totals(visit.desk)
    expiring = logins.expiring(visit.desk)
    asked = urlencode({"search": search, "state": standing or "", "after": found.after or ""})
    now = visit.desk.clock.now()
    is_narrowed = bool(search or standing or after)
    return visit.page(
        "accounts.html",
        answer=_answer(totals, [one for one in expiring if now < one.expires_at <= now + WEEK]),
        totals=totals,
        hands=[] if is_narrowed else _hands(visit, expiring),
        accounts=found.accounts,
        next_path=f"/accounts?{asked}" if found.after else None,
        form=Form({"search": search, "state": standing or ""}),
        states=STATES,
        is_narrowed=is_narrowed,
        has_administrations=bool(totals.accounts) or bool(administrations.listing(visit.desk)),
    )


@routes.get("/new-account")
def ask(visit: OperatorVisitor, administration: str = "") -> Response:
    """Show the form for a new one."""
    codes = _codes(visit.desk)
    only = codes[0] if len(codes) == 1 else administration
    return _form(visit, Form({"administrations": only}), codes)


@routes.post("/new-account")
def add(visit: OperatorVisitor) -> Response:
    """Add one; show its sheet, with its password if one was made."""
    form = Form.typed(visit)
    password = visit.form.get("password", [""])[0] or None
    codes = form.lines("administrations")
    form.check("name", lambda: check_name(form["name"]))
    if form["encoding"]:
        form.check("encoding", lambda: check_encoding(form["encoding"]))
    if form["keys"]:
        form.check("keys", lambda: accounts.check_keys(visit.desk, form["keys"]))
    if not codes:
        form.mistakes["administrations"] = "an account needs an administration that its files are for"
    for code in codes:
        form.check("administrations", partial(administrations.get, visit.desk, code=code))
    made = None
    if form.is_right:
        made = form.check(
            WHOLE,
            lambda: accounts.add(
                visit.desk,
                name=form["name"],
                administration_codes=codes,
                password=password,
                key_texts={"keys": form["keys"]} if form["keys"] else None,
                encoding=form["encoding"] or None,
            ),
        )
    if made is None:
        return _form(visit, form, _codes(visit.desk), status=422)
    return sheet.page(visit, made.account.name, password=made.generated_password, is_new=True)


def _form(visit: Visit, form: Form, codes: list[str], status: int = 200) -> Response:
    return visit.page(
        "new_account.html", status=status, form=form, codes=codes[:_NAMED_CODES], count=len(codes)
    )


def _codes(desk: Desk) -> list[str]:
    return [one.code for one in administrations.listing(desk)]


def _standing(text: str) -> Standing | None:
    return Standing(text) if text in list(Standing) else None


def _answer(totals: Totals, ending: list[Expiring]) -> str:
    if not totals.accounts:
        return "There is no account yet, so nobody can send anything."
    if totals.open == totals.accounts:
        who = "The account" if totals.accounts == 1 else f"All {totals.accounts:,} accounts"
    else:
        who = f"{totals.open:,} of {counted(totals.accounts, 'account')}"
    passwords = sum(1 for one in ending if one.fingerprint is None)
    keys = len(ending) - passwords
    parts = [counted(number, noun) for number, noun in ((passwords, "password"), (keys, "key")) if number]
    if not parts:
        return f"{who} can log in."
    return f"{who} can log in; {' and '.join(parts)} {'ends' if len(ending) == 1 else 'end'} within a week."


def _hands(visit: Visit, expiring: list[Expiring]) -> list[Hand]:
    now = visit.desk.clock.now()
    hands = [of_expiring(one, now=now) for one in expiring[:_HANDS]]
    if len(expiring) > _HANDS:
        hands.append(
            Hand(
                state="at_risk",
                word="ends soon",
                what=f"{len(expiring) - _HANDS} more",
                detail="passwords and keys that end within two weeks, or have ended",
                path="/accounts?state=expiring",
            )
        )
    stopped = account_list.page(visit.desk, standing=Standing.STOPPED).accounts
    hands += [
        Hand(
            state="stopped",
            word="stopped",
            what=one.name,
            detail="nothing of it is sent" + waits(one.waiting),
            path=f"/accounts/{one.name}",
        )
        for one in stopped[:_HANDS]
    ]
    return hands
