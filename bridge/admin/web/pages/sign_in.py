"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from bridge.admin.operations import admins, signing_in
from bridge.admin.operations.signing_in import SignedIn
from bridge.admin.status_codes import status_of
from bridge.admin.web import answering, asking
from bridge.admin.web.asking import COOKIE, AnyVisitor, Visit
from bridge.domain.errors import Refused, Unavailable

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
    except (Refused, Unavailable) as error:
        asking.log.info("sign-in refused", error=str(error))
        return _form(request, to=to, name=name[:64], error=error.public, status=status_of(error))
    return admit(request, answering.go(request, to or "/"), signed_in)


@routes.post("/sign-out")
def sign_out(visit: AnyVisitor) -> Response:
    """End the session."""
    signing_in.sign_out(visit.desk, visit.signed_in)
    answer = visit.go("/sign-in")
    answer.delete_cookie(COOKIE, path="/")
    return answer


def turned_out(visit: Visit, why: str) -> Response:
    """Show the sign-in to whose session was ended, and say *why*."""
    answer = _form(visit.request, to="/me", name=visit.signed_in.admin.name, error=why, status=403)
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
