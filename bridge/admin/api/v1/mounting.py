"""Puts the API into the application: every noun, its description, and the page that shows it."""

from fastapi import FastAPI

from bridge.admin.api.v1 import docs
from bridge.admin.api.v1.calling import Gate
from bridge.admin.api.v1.describing import describe
from bridge.admin.api.v1.routes import (
    account_routes,
    accounts,
    administrations,
    admins,
    alerts,
    batches,
    declarations,
    deliveries,
    expectations,
    logins,
    many_deliveries,
    noticing,
    privacy,
    sending,
    tokens,
    trials,
    uploads,
)

NOUNS = (
    accounts,
    account_routes,
    trials,
    privacy,
    expectations,
    logins,
    administrations,
    declarations,
    uploads,
    batches,
    many_deliveries,
    deliveries,
    sending,
    noticing,
    admins,
    alerts,
    tokens,
)


def mount(application: FastAPI) -> None:
    """Add the API."""
    application.state.gate = Gate()
    for noun in NOUNS:
        application.include_router(noun.routes)
    application.include_router(docs.routes, include_in_schema=False)
    describe(application)
