"""Who asks for a page, and whether it may: one dependency for each role.

A page that changes something is asked for with POST and the session's token; see `guarding` for what comes
before.  Whoever is not signed in is led to the sign-in, and from there to where it wanted to go.
"""

import secrets
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

import structlog
from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from bridge.admin.operations import signing_in
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.signing_in import SignedIn
from bridge.admin.web import answering
from bridge.admin.web.console import Console
from bridge.domain.audit import Way, check_why
from bridge.domain.errors import NotFound, Refused
from bridge.domain.roles import Role

COOKIE = "bridge_session"
SAFE = frozenset({"GET", "HEAD"})
log = structlog.get_logger()
_RANK = {Role.VIEWER: 0, Role.SUPPORT: 1, Role.OPERATOR: 2}


class NotSignedIn(Exception):
    """The page is for who is signed in."""

    def __init__(self, back_to: str) -> None:
        super().__init__("not signed in")
        self.sign_in = f"/sign-in?next={quote(back_to, safe='')}" if back_to != "/" else "/sign-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request of somebody who is signed in."""

    request: Request
    console: Console
    signed_in: SignedIn
    form: dict[str, list[str]]  # of a POST, the token left out

    @property
    def role(self) -> Role:
        """What the visitor may do."""
        return self.signed_in.admin.role

    @property
    def desk(self) -> Desk:
        """The visitor's desk; with the reason that the form gives."""
        why = self.text("why")
        actor = self.signed_in.admin.acts(Way.CONSOLE, check_why(why) if why else None)
        return self.console.desk_of(actor)

    def text(self, name: str, default: str = "") -> str:
        """Return a field of the form."""
        return self.form.get(name, [default])[0].strip()

    def texts(self, name: str) -> list[str]:
        """Return the values of a field that may be given more than once, or as lines."""
        given = [line.strip() for value in self.form.get(name, []) for line in value.splitlines()]
        return [line for line in given if line]

    def has(self, name: str) -> bool:
        """Whether a box is ticked."""
        return name in self.form

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """Answer with a page."""
        return answering.page(self, template, status=status, **values)

    def part(self, template: str, **values: Any) -> Response:
        """Answer with a part of a page, which replaces one that is shown."""
        return answering.part(self, template, **values)

    def go(self, path: str, told: str = "") -> Response:
        """Lead on to *path*, where *told* is said once, after something was changed."""
        self.console.forget()
        return answering.go(self.request, path, told)


def console_of(request: Request) -> Console:
    """Return what all pages share."""
    console: Console = request.app.state.console
    return console


async def signed_in(request: Request) -> SignedIn | None:
    """Return who is signed in, if anybody is."""
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None
    return await run_in_threadpool(signing_in.resume, console_of(request).desk, secret)


async def form_of(request: Request) -> dict[str, list[str]]:
    """Return the fields of the form; a file's contents as its text."""
    if request.method in SAFE:
        return {}
    form = await request.form(max_files=4, max_fields=2000)
    fields: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        text = value if isinstance(value, str) else (await value.read()).decode("utf-8", "replace")
        fields.setdefault(name, []).append(text)
    return fields


class _AtLeast:
    """The dependency of a page that is for *role* and those who may do more."""

    def __init__(self, role: Role) -> None:
        self.role = role

    async def __call__(self, request: Request) -> Visit:
        found = await signed_in(request)
        if found is None:
            wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            raise NotSignedIn(wanted if request.method in SAFE else "/")
        if _RANK[found.admin.role] < _RANK[self.role]:
            raise NotFound(f"{found.admin.name} asked for {request.url.path}", public="there is no such page")
        form = await form_of(request)
        if request.method not in SAFE:
            given = request.headers.get("x-csrf-token") or form.pop("csrf", [""])[0]
            if not secrets.compare_digest(given.encode(), found.csrf_token.encode()):
                text = "this form is from another session; load the page again"
                raise Refused(f"{found.admin.name}: {text}", public=text)
        return Visit(request=request, console=console_of(request), signed_in=found, form=form)


AnyVisitor = Annotated[Visit, Depends(_AtLeast(Role.VIEWER))]
SupportVisitor = Annotated[Visit, Depends(_AtLeast(Role.SUPPORT))]
OperatorVisitor = Annotated[Visit, Depends(_AtLeast(Role.OPERATOR))]
