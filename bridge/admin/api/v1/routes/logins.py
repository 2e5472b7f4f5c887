"""Log-ins over SFTP: who is connected, who came, and who was refused."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from bridge.admin.api.v1.calling import Viewer
from bridge.admin.api.v1.paging import Page, Paged
from bridge.admin.api.v1.router import router
from bridge.admin.api.v1.shapes import people
from bridge.admin.operations import logins
from bridge.admin.operations.declared import AccountName
from bridge.admin.operations.records import Record

routes = router("", tag="log-ins")
OfAccount = Annotated[AccountName | None, Query(description="Only of this one.")]


class LogInFilter(Paged):
    """Which log-ins are wanted."""

    account: AccountName | None = None
    refused: Annotated[bool, Field(description="Only those who were not let in.")] = False


@routes.get("/sessions", response_model=Page[people.LogIn])
def list_sessions(call: Viewer, account: OfAccount = None) -> Record:
    """List who is connected now, the latest first; at most a thousand or so."""
    return {
        "items": [logins.record(one) for one in logins.sessions(call.desk, account=account)],
        "next": None,
    }


@routes.get("/logins", response_model=Page[people.LogIn])
def list_logins(call: Viewer, wanted: Annotated[LogInFilter, Query()]) -> Record:
    """List log-ins of the last weeks, the latest first."""
    found = logins.listing(
        call.desk,
        account=wanted.account,
        refused_only=wanted.refused,
        before=wanted.id_of("logins"),
        limit=wanted.limit + 1,
    )
    return wanted.answer("logins", found, place=lambda one: one.id, record=logins.record)


@routes.get("/clients", response_model=Page[people.Client])
def list_clients(call: Viewer, account: OfAccount = None) -> Record:
    """List the programs and algorithms that accounts log in with, the latest first; all of them."""
    return {
        "items": [logins.profile_record(one) for one in logins.profiles(call.desk, account=account)],
        "next": None,
    }
