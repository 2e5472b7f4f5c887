"""With what an account logs in: a new password, with time to change senders over, and keys.

+----------------------------------------------------------------------+
| jansen gets a new password; the sheet shows it once.                  |
|  password   [            ]  empty: one is made                        |
|  the old one still opens for [ 7 ] days    ends in [   ] days         |
|  (Set the password)                                                   |
+----------------------------------------------------------------------+
"""

import hashlib
from functools import partial

from fastapi import APIRouter, Response

from bridge.admin.operations import accounts
from bridge.admin.web.asking import OperatorVisitor, Visit
from bridge.admin.web.forms import WHOLE, Form
from bridge.admin.web.pages import sheet
from bridge.domain.accounts import Account
from bridge.domain.errors import Conflict
from bridge.domain.terms import Terms, check_days
from bridge.domain.wording import counted

routes = APIRouter()
_FIRST = {"keep": "7"}  # days: a week is what it takes to have a tenant's software changed


@routes.get("/accounts/{name}/password")
def ask_password(visit: OperatorVisitor, name: str) -> Response:
    """Show the form."""
    account = accounts.get(visit.desk, name=name)
    return _password(visit, account, Form(_FIRST if account.password_hash else {}))


@routes.post("/accounts/{name}/password")
def set_password(visit: OperatorVisitor, name: str) -> Response:
    """Set it; show the sheet with it."""
    account, form = accounts.get(visit.desk, name=name), Form.typed(visit)
    given = visit.form.get("password", [""])[0] or None
    for field in ("keep", "expires"):
        if form[field]:
            form.check(field, partial(check_days, form[field]))
    if form["believed"] != believed(account):
        form.check(WHOLE, _changed_since)
    made = None
    if form.is_right:
        made = form.check(
            "password",
            lambda: accounts.set_password(
                visit.desk,
                name=name,
                password=given,
                keep_old_days=form["keep"] or None,
                expires=form["expires"] or None,
            ),
        )
    if made is None:
        return _password(visit, account, form, status=422)
    if made.generated_password is None:
        return visit.go(f"/accounts/{name}", f"{name} has the password that you gave.")
    return sheet.page(visit, name, password=made.generated_password)


@routes.post("/accounts/{name}/password/expiry")
def set_expiry(visit: OperatorVisitor, name: str) -> Response:
    """Let the password end, or never."""
    account, form = accounts.get(visit.desk, name=name), Form.typed(visit)
    days = form["ends"] or "never"
    done = form.check(
        "ends", lambda: accounts.change(visit.desk, name=name, terms=Terms(password_expires=days))
    )
    if done is None:
        return _password(visit, account, form, status=422)
    told = "never ends" if days == "never" else f"ends in {days} days"
    return visit.go(f"/accounts/{name}", f"The password of {name} {told}.")


@routes.post("/accounts/{name}/password/remove")
def forget_password(visit: OperatorVisitor, name: str) -> Response:
    """Let only keys open the account."""
    accounts.change(visit.desk, name=name, forget_password=True)
    return visit.go(f"/accounts/{name}", f"{name} logs in with keys only.")


@routes.get("/accounts/{name}/keys")
def ask_keys(visit: OperatorVisitor, name: str) -> Response:
    """Show the form."""
    return _keys(visit, accounts.get(visit.desk, name=name), Form())


@routes.post("/accounts/{name}/keys")
def add_keys(visit: OperatorVisitor, name: str) -> Response:
    """Add what was pasted."""
    account, form = accounts.get(visit.desk, name=name), Form.typed(visit)
    if form["expires"]:
        form.check("expires", lambda: check_days(form["expires"]))
    added = None
    if form.is_right:
        added = form.check(
            "keys",
            lambda: accounts.add_keys(
                visit.desk, name=name, source="keys", text=form["keys"], expires=form["expires"] or None
            ),
        )
    if added is None:
        return _keys(visit, account, form, status=422)
    return visit.go(f"/accounts/{name}", f"{counted(len(added), 'key')} may log in as {name} from now on.")


@routes.post("/accounts/{name}/keys/remove")
def remove_key(visit: OperatorVisitor, name: str) -> Response:
    """Take one away."""
    fingerprint = visit.text("fingerprint")
    accounts.remove_key(visit.desk, name=name, fingerprint=fingerprint)
    return visit.go(f"/accounts/{name}", f"The key {fingerprint} opens {name} no more.")


def believed(account: Account) -> str:
    """Return a mark of the password that is there: a form that is sent twice makes no second one."""
    return hashlib.sha256((account.password_hash or "none").encode()).hexdigest()[:16]


def _changed_since() -> None:
    raise Conflict("the password was set since this page was loaded; what was set is no longer shown")


def _password(visit: Visit, account: Account, form: Form, status: int = 200) -> Response:
    return visit.page(
        "account_password.html", status=status, account=account, form=form, believed=believed(account)
    )


def _keys(visit: Visit, account: Account, form: Form, status: int = 200) -> Response:
    return visit.page("account_keys.html", status=status, account=account, form=form)
