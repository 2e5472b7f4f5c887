"""Puts the HTTP application together: one router per noun, the console's pages, nothing from elsewhere."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from bridge.admin.api import health, metrics
from bridge.admin.api.v1 import explaining
from bridge.admin.api.v1 import mounting as api
from bridge.admin.problems import API
from bridge.admin.web import mounting
from bridge.admin.web.console import Console
from bridge.admin.web.guarding import Guard
from bridge.domain.errors import BridgeError


def create(console: Console) -> FastAPI:
    """Return the application; *console* is what pages and programs share."""
    desk = console.desk
    application = FastAPI(
        title="sftp-bridge",
        version=console.release,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # these pages would load scripts from elsewhere
        redoc_url=None,
    )
    application.include_router(health.router(database=desk.database, is_ready=console.not_ready))
    application.include_router(
        metrics.router(
            database=desk.database,
            clock=desk.clock,
            forecast=console.forecast,
            release=console.release,
            destination=desk.settings.destination,
        )
    )
    api.mount(application)
    mounting.mount(application, console)
    for kind in (BridgeError, HTTPException, RequestValidationError, Exception):
        application.add_exception_handler(kind, _explain)
    application.add_middleware(Guard, public_url=desk.settings.admin.public_url)
    return application


async def _explain(request: Request, error: Exception) -> Response:
    """Say why something cannot be done: to programs as a problem, to people as a page."""
    if request.url.path.startswith(API):
        return explaining.explain(request, error)
    if isinstance(error, RequestValidationError):
        error = HTTPException(422)
    return mounting.explain(request, error)
