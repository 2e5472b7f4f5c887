"""Puts the HTTP application together: one router per noun, no secrets, nothing loaded from elsewhere."""

from collections.abc import Callable
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from bridge.admin.api import health, metrics
from bridge.admin.operations.forecasts import Forecast
from bridge.domain.clock import Clock
from bridge.ledger.database import Database

_FRONT = """sftp-bridge {version}: takes files over SFTP and delivers them over HTTP.

/health/live          the process runs
/health/ready         every part is ready, and the ledger answers
/metrics              for Prometheus
/api/v1/openapi.json  what this server answers, for programs

Accounts, uploads and deliveries are managed with the command: bridge --help
"""


def create(
    *,
    database: Database,
    clock: Clock,
    is_ready: Callable[[], list[str]],
    forecast: Callable[[], Forecast],
) -> FastAPI:
    """Return the application.

    Args:
        database: the ledger.
        clock: for ages in metrics.
        is_ready: names the parts that are not ready; none: all are.
        forecast: reads from the ledger what is expected for the next imports; called in a thread.
    """
    release = version("sftp-bridge")
    application = FastAPI(
        title="sftp-bridge",
        version=release,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # these pages would load scripts from elsewhere
        redoc_url=None,
    )
    application.include_router(health.router(database=database, is_ready=is_ready))
    application.include_router(
        metrics.router(database=database, clock=clock, forecast=forecast, release=release)
    )

    @application.get("/", response_class=PlainTextResponse)
    async def front() -> str:
        """Say what this is."""
        return _FRONT.format(version=release)

    return application
