"""Access: who may sign in, and which programs may ask.

    +------------------------------------------------------------------------------------------+
    | 3 admins can sign in, 1 of them with one-time passwords; 2 programs have a token.        |
    | Admins   anna  operator   one-time ●   last 12:04    > change                             |
    |            [role v] (Change the role) (New password) (Disable) (Remove), each with a why |
    |          [name] [role v] [account] (Add)                                                 |
    | Tokens   grafana  bridge_Ab12…  looks  until 2027-11-22  last 12:03   (Revoke)           |
    |          [name] [role v] [account] [ ] may change [365] days (Make)                      |
    +------------------------------------------------------------------------------------------+

A generated password and a new token are shown once, on the page that answers.
"""

from typing import Any

from fastapi import APIRouter, Response

from bridge.admin.operations import accounts, admins, tokens
from bridge.admin.web.asking import OperatorVisitor, Visit
from bridge.domain.admins import Admin
from bridge.domain.errors import BridgeError, Invalid, NotFound
from bridge.domain.roles import Role
from bridge.domain.wording import counted

routes = APIRouter()


@routes.get("/access")
def show(visit: OperatorVisitor) -> Response:
    """Show the page."""
    return _page(visit)


@routes.post("/access/admins")
def add_admin(visit: OperatorVisitor) -> Response:
    """Add an admin with a generated password."""
    try:
        added = admins.add(
            visit.desk,
            name=visit.text("name").lower(),
            role=_role(visit),
            account=visit.text("account") or None,
        )
    except BridgeError as error:
        return _page(visit, admin_error=str(error), status=422)
    return _page(visit, shown=("password", added.admin.name, added.generated_password))


@routes.post("/access/admins/{name}/role")
def change_role(visit: OperatorVisitor, name: str) -> Response:
    """Let an admin do more or less."""
    try:
        admins.change_role(visit.desk, name=name, role=_role(visit), account=visit.text("account") or None)
    except BridgeError as error:
        return _page(visit, admin_error=str(error), status=422)
    return visit.go("/access", f"{name} has the role {_role(visit)} now.")


@routes.post("/access/admins/{name}/{act}")
def change_admin(visit: OperatorVisitor, name: str, act: str) -> Response:
    """Disable, enable or remove an admin, give a new password, or forget a lost telephone."""
    told = f"{name}: {act}."
    try:
        _check_not_own(visit, name, act)
        if act == "password":
            changed = admins.set_password(visit.desk, name=name)
            return _page(visit, shown=("password", name, changed.generated_password))
        if act in {"disable", "enable"}:
            admins.set_disabled(visit.desk, name=name, is_disabled=act == "disable")
            told = f"{name} can sign in {'no more' if act == 'disable' else 'again'}."
        elif act == "totp-off":
            admins.set_totp(visit.desk, name=name, secret=None)
            told = f"{name} signs in with the password alone."
        elif act == "remove":
            admins.remove(visit.desk, name=name)
            told = f"{name} is removed."
        else:
            raise NotFound(f"no act {act}", public="there is no such page")
    except Invalid as error:
        return _page(visit, admin_error=str(error), status=422)
    return visit.go("/access", told)


def _check_not_own(visit: OperatorVisitor, name: str, act: str) -> None:
    """Raise `Invalid` for what one proves oneself for: whoever found a browser signed in cannot."""
    if name == visit.signed_in.admin.name and act in {"password", "totp-off"}:
        raise Invalid("your own is changed under your name, with the password that you have now")


@routes.post("/access/tokens")
def add_token(visit: OperatorVisitor) -> Response:
    """Make a token."""
    try:
        made = tokens.add(
            visit.desk,
            name=visit.text("name").lower(),
            role=_role(visit),
            account=visit.text("account") or None,
            may_write=visit.has("may_write"),
            days=_days(visit.text("days")),
        )
    except BridgeError as error:
        return _page(visit, token_error=str(error), status=422)
    return _page(visit, shown=("token", made.token.name, made.secret))


@routes.post("/access/tokens/{name}/revoke")
def revoke(visit: OperatorVisitor, name: str) -> Response:
    """End a token."""
    tokens.revoke(visit.desk, name=name)
    return visit.go("/access", f"The token {name} is revoked.")


def _role(visit: Visit) -> Role:
    try:
        return Role(visit.text("role"))
    except ValueError:
        raise Invalid(f"{visit.text('role')!r} is no role") from None


def _days(text: str) -> float:
    try:
        return float(text or tokens.FOR_EVER)
    except ValueError:
        raise Invalid(f"days {text!r}: expected a number; 0: until it is revoked") from None


def _answer(active: list[Admin], programs: int) -> str:
    with_totp = sum(one.sealed_totp is not None for one in active)
    if not with_totp:
        how = "with a password alone"
    elif with_totp == len(active):
        how = "with a one-time password"
    else:
        how = f"{with_totp} of them with a one-time password"
    tokens_are = (
        counted(programs, "program has a token", "programs have a token")
        if programs
        else "no program has a token"
    )
    return f"{counted(len(active), 'admin')} can sign in, {how}; {tokens_are}."


def _page(visit: Visit, *, status: int = 200, **values: Any) -> Response:
    people, programs = admins.listing(visit.desk), tokens.listing(visit.desk)
    active = [one for one in people if not one.is_disabled]
    given = {"admin_error": "", "token_error": "", "shown": None} | values
    return visit.page(
        "access.html",
        status=status,
        answer=_answer(active, len(programs)),
        people=people,
        programs=programs,
        roles=list(Role),
        account_names=[one.name for one in accounts.listing(visit.desk)],
        **given,
    )
