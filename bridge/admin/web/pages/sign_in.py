"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from bridge.admin.operations import admins, signing_in
from bridge.admin.operations.signing_in import SignedIn
from bridge.admin.web import answering, asking
from bridge.admin.web.asking import COOKIE, AnyVisitor
from bridge.domain.errors import Refused

routes = APIRouter()


@routes.get("/sign-in")
def show(request: Request, next: str = "/") -> Response:  # noqa: A002  it stands in the address
    """Show the form."""
    return _form(request, to=next)


@routes.post("/sign-in")
def sign_in(request: Request, form: Annotated[dict[str, list[str]], Depends(asking.form_of)]) -> Response:
    """Begin a session, and lead on to the page that was wanted."""
    console = asking.console_of(request)
    name, password, code, to = (form.get(field, [""])[0] for field in ("name", "password", "code", "next"))
    name = name.strip().lower()
    try:
        signed_in = console.doorkeeper.sign_in(
            console.desk,
            name=name,
            password=password,
            code=code,
            peer=peer_of(request),
            browser=browser_of(request),
        )
    except Refused as error:
        asking.log.info("sign-in refused", error=str(error))
        return _form(request, to=to, name=name, error=error.public, status=403)
    return admit(request, answering.go(request, to or "/"), signed_in)


@routes.post("/sign-out")
def sign_out(visit: AnyVisitor) -> Response:
    """End the session."""
    signing_in.sign_out(visit.desk, visit.signed_in)
    answer = visit.go("/sign-in")
    answer.delete_cookie(COOKIE, path="/")
    return answer


def admit(request: Request, answer: Response, signed_in: SignedIn) -> Response:
    """Give the browser the session's cookie; no script can read it, and no other site sends it along."""
    answer.set_cookie(
        COOKIE,
        signed_in.secret,
        httponly=True,
        samesite="lax",
        secure=answering.is_secure(request),
        path="/",
        max_age=int(signing_in.LONGEST.total_seconds()),
    )
    return answer


def peer_of(request: Request) -> str:
    """Return the address that asks."""
    return request.client.host if request.client else "?"


def browser_of(request: Request) -> str:
    """Return what the browser calls itself."""
    return request.headers.get("user-agent", "?")


def _form(request: Request, *, to: str, name: str = "", error: str = "", status: int = 200) -> Response:
    console = asking.console_of(request)
    return answering.stranger_page(
        console,
        "sign_in.html",
        status=status,
        next=to,
        name=name,
        error=error,
        has_admin=admins.has_any(console.desk),
    )
