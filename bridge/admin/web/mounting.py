"""Puts the console's pages into the application."""

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from bridge.admin.status_codes import status_of
from bridge.admin.web import answering, asking, live
from bridge.admin.web.asking import NotSignedIn
from bridge.admin.web.console import HERE, Console
from bridge.admin.web.live import Live
from bridge.admin.web.pages import (
    access,
    account,
    account_access,
    account_routes,
    account_terms,
    accounts,
    administration,
    administrations,
    alerts,
    audit,
    deliveries,
    delivery_acts,
    files,
    held,
    held_route,
    me,
    setup,
    sheet,
    sign_in,
    system,
    tonight,
    trying,
)
from bridge.domain.errors import BridgeError

PAGES = (
    setup,
    sign_in,
    me,
    tonight,
    files,
    held,
    held_route,
    deliveries,
    delivery_acts,
    audit,
    system,
    access,
    alerts,
    accounts,
    sheet,
    account_access,
    account_terms,
    account_routes,
    trying,
    administrations,
    administration,
    account,  # last: it takes any act on an account
)


def mount(application: FastAPI, console: Console) -> None:
    """Add every page, what pages load, and what is said when a page cannot be shown."""
    application.state.console = console
    application.state.live = Live()
    for page in (*PAGES, live):
        application.include_router(page.routes, include_in_schema=False)
    application.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    application.add_exception_handler(NotSignedIn, _lead_to_sign_in)


def explain(request: Request, error: Exception) -> Response:
    """Return the page that says why another could not be shown."""
    console = asking.console_of(request)
    if isinstance(error, BridgeError):
        status = status_of(error)
        what = str(error) if status in {409, 422} else error.public
    else:
        status = error.status_code if isinstance(error, HTTPException) else 500
        what = "there is no such page" if status == 404 else "this cannot be done so"
    return answering.stranger_page(console, "error.html", status=status, code=status, what=what)


def _lead_to_sign_in(request: Request, error: Exception) -> Response:
    if not isinstance(error, NotSignedIn):
        raise error
    if request.headers.get("hx-request"):  # a part of a page that was open too long
        return Response(status_code=204, headers={"hx-redirect": "/sign-in"})
    return RedirectResponse(error.sign_in, status_code=303)
