"""Between a browser and the console: which host, from where, how much, and what a page may load.

Plain ASGI, so that streams stay streams.  Health, metrics and the HTTP API have no cookies; there only the
size of what is sent and the headers of the answer matter.
"""

import ipaddress
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.admin.problems import API, problem

MOST_BYTES = 2 * 1024 * 1024  # of a request; a declarative file of 5,000 accounts has 1.5 MB
_TOO_LARGE = f"a request has at most {MOST_BYTES:,} bytes"
# Scripts, styles and pictures of our own only; nothing inline; no other site may show a page in a frame.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_OPEN_TO_ANY_HOST = ("/health/", "/metrics", API)  # probes and programs name it as they like


class Guard:
    """Wraps the application."""

    def __init__(self, application: ASGIApp, *, public_url: str | None) -> None:
        self._application = application
        self._public_host = urlsplit(public_url).hostname if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer why not."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        sending = _WithHeaders(scope, send)
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, sending)
            return
        await self._application(scope, _Bounded(receive), sending)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MOST_BYTES:
            if scope["path"].startswith(API):
                return problem(413, _TOO_LARGE)
            return PlainTextResponse(f"{_TOO_LARGE}\n", status_code=413)
        if scope["path"].startswith(_OPEN_TO_ANY_HOST):
            return None
        if not self._is_ours(headers.get("host", "")):
            text = (
                "the console is not reached by this name; open it by its address, or have the administrator "
                "set admin.public_url\n"
            )
            return PlainTextResponse(text, status_code=421)
        if scope["method"] not in {"GET", "HEAD"} and not _is_from_here(headers):
            return PlainTextResponse("this was sent by another site\n", status_code=403)
        return None

    def _is_ours(self, host: str) -> bool:
        """Whether a browser may name the console so: a site that names itself like us could read it."""
        name = urlsplit(f"//{host}").hostname or ""
        if name in {"localhost", self._public_host}:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def _is_from_here(headers: Headers) -> bool:
    """Whether a page of our own sent it; every browser says so in one of two headers."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")


class _Bounded:
    """Receives, and ends a body that has no stated length when it gets too long."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._bytes = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if self._bytes > MOST_BYTES:
            raise HTTPException(413, _TOO_LARGE)
        return message


class _WithHeaders:
    """Sends, with our headers on each answer."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._is_static = scope["path"].startswith("/static/")
        self._send = send

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "max-age=3600" if self._is_static else "no-store")
        await self._send(message)
