"""First run: the one-time link with which the first admin is made; gone afterwards."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from bridge.admin.operations import admins, signing_in
from bridge.admin.web import answering, asking
from bridge.admin.web.pages.sign_in import admit, browser_of, peer_of
from bridge.domain.admins import SHORTEST_PASSWORD
from bridge.domain.audit import Actor, Way
from bridge.domain.errors import BridgeError, Invalid, NotFound
from bridge.domain.roles import Role

routes = APIRouter()
_NO_PAGE = "there is no such page"


@routes.get("/setup")
def show(request: Request, key: str = "") -> Response:
    """Show the form, to who has the key, as long as there is no admin."""
    _check(request, key)
    return _form(request, key)


@routes.post("/setup")
def make(request: Request, form: Annotated[dict[str, list[str]], Depends(asking.form_of)]) -> Response:
    """Make the first admin, and sign it in."""
    console = asking.console_of(request)
    key, name, password, again = (form.get(field, [""])[0] for field in ("key", "name", "password", "again"))
    name = name.strip().lower()
    _check(request, key)
    desk = console.desk_of(Actor(who=name or "set-up", way=Way.CONSOLE))
    try:
        if password != again:
            raise Invalid("the two passwords differ; type them again")
        added = admins.add(desk, name=name, role=Role.OPERATOR, password=password, is_first=True)
    except BridgeError as error:
        return _form(request, key, name=name, error=str(error), status=422)
    signed_in = signing_in.begin(desk, added.admin, peer=peer_of(request), browser=browser_of(request))
    answer = answering.go(request, "/", "You are the first operator. Next: add an administration.")
    return admit(request, answer, signed_in)


def _check(request: Request, key: str) -> None:
    console = asking.console_of(request)
    if not console.set_up.is_key(key) or admins.has_any(console.desk):
        raise NotFound(_NO_PAGE, public=_NO_PAGE)


def _form(request: Request, key: str, *, name: str = "", error: str = "", status: int = 200) -> Response:
    return answering.stranger_page(
        asking.console_of(request),
        "setup.html",
        status=status,
        key=key,
        name=name,
        error=error,
        shortest=SHORTEST_PASSWORD,
    )
