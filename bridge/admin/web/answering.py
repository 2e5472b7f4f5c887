"""How the console answers: pages, parts of pages, and where to go next."""

import base64
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bridge.admin.operations import counting
from bridge.domain.roles import Role

if TYPE_CHECKING:
    from bridge.admin.web.asking import Visit
    from bridge.admin.web.console import Console

TOLD = "bridge_told"  # the cookie with a sentence that the next page says once
_TOLD_LONGEST = 600  # characters

# What the bar shows: path, word, from which role on.
_PLACES = (
    ("/", "Tonight", Role.VIEWER),
    ("/files", "Files", Role.VIEWER),
    ("/held", "Held", Role.VIEWER),
    ("/deliveries", "Deliveries", Role.VIEWER),
    ("/accounts", "Accounts", Role.VIEWER),
    ("/administrations", "Administrations", Role.SUPPORT),
    ("/audit", "Audit", Role.SUPPORT),
    ("/system", "Health", Role.SUPPORT),
)


def page(visit: "Visit", template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a whole page for who is signed in."""
    admin = visit.signed_in.admin
    is_staff = admin.role is not Role.VIEWER
    text = visit.console.templates.get_template(template).render(
        admin=admin,
        may_change=admin.role is Role.OPERATOR,
        may_decide=is_staff,
        is_staff=is_staff,
        csrf=visit.signed_in.csrf_token,
        places=[
            (path, word, visit.request.url.path == path or visit.request.url.path.startswith(f"{path}/"))
            for path, word, role in _PLACES
            if is_staff or role is Role.VIEWER
        ],
        held_count=counting.held(visit.desk),
        told=_told(visit.request),
        release=visit.console.release,
        **values,
    )
    answer = HTMLResponse(text, status_code=status)
    if TOLD in visit.request.cookies:
        answer.delete_cookie(TOLD, path="/")
    return answer


def part(visit: "Visit", template: str, **values: Any) -> Response:
    """Return a part of a page."""
    admin = visit.signed_in.admin
    text = visit.console.templates.get_template(template).render(
        may_change=admin.role is Role.OPERATOR,
        may_decide=admin.role is not Role.VIEWER,
        is_staff=admin.role is not Role.VIEWER,
        csrf=visit.signed_in.csrf_token,
        **values,
    )
    return HTMLResponse(text)


def stranger_page(console: "Console", template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page for who is not signed in."""
    text = console.templates.get_template(template).render(release=console.release, **values)
    return HTMLResponse(text, status_code=status)


def go(request: Request, path: str, told: str = "") -> Response:
    """Lead on to *path* with GET; the page there says *told* once."""
    if not path.startswith("/") or path.startswith(("//", "/\\")):  # only within the console
        path = "/"
    answer = RedirectResponse(path, status_code=303)
    if told:
        packed = base64.urlsafe_b64encode(told[:_TOLD_LONGEST].encode()).decode()
        answer.set_cookie(
            TOLD, packed, max_age=60, httponly=True, samesite="lax", secure=is_secure(request), path="/"
        )
    return answer


def is_secure(request: Request) -> bool:
    """Whether the browser sees https: here, or at the proxy in front."""
    public = request.app.state.console.desk.settings.admin.public_url or ""
    return request.url.scheme == "https" or public.startswith("https:")


def _told(request: Request) -> str:
    packed = request.cookies.get(TOLD, "")
    try:
        return base64.urlsafe_b64decode(packed.encode()).decode()[:_TOLD_LONGEST]
    except ValueError:
        return ""
