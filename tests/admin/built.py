"""The HTTP application, built once for a process: its first request costs half a second."""

from fastapi import FastAPI

from bridge.admin.api import create
from bridge.admin.api.v1.calling import Gate
from bridge.admin.web.console import Console
from bridge.admin.web.live import Live

_built: list[FastAPI] = []


def application_of(console: Console) -> FastAPI:
    """Return the application with *console*, as new; health and metrics may be of another test's ledger."""
    if not _built:
        _built.append(create(console))
    [application] = _built
    application.state.console = console
    application.state.live = Live()
    application.state.gate = Gate()
    return application
