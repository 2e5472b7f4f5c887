"""Administrations: whom files are for."""

from typing import Annotated

from fastapi import Query, Response

from bridge.admin.api.v1.calling import OperatorChange, Support
from bridge.admin.api.v1.paging import Page, Paged
from bridge.admin.api.v1.router import CONFLICT, Code, router
from bridge.admin.api.v1.shapes import people
from bridge.admin.operations import administrations, declaring, records
from bridge.admin.operations.declared import AdministrationBody
from bridge.admin.operations.records import Record

routes = router("/administrations", tag="administrations")


@routes.get("", response_model=Page[people.Administration])
def list_administrations(call: Support, page: Annotated[Paged, Query()]) -> Record:
    """List administrations, by code."""
    found = administrations.page(call.desk, after=page.name_of("administrations"), limit=page.limit + 1)
    return page.answer("administrations", found, place=lambda one: one.code, record=records.administration)


@routes.get("/{code}", response_model=people.Administration)
def get_administration(call: Support, code: Code) -> Record:
    """Show one administration."""
    return records.administration(administrations.get(call.desk, code=code))


@routes.put(
    "/{code}",
    response_model=people.Administration,
    responses=CONFLICT | {201: {"model": people.Administration, "description": "It is new."}},
)
def put_administration(
    call: OperatorChange, code: Code, body: AdministrationBody, response: Response
) -> Record:
    """Make an administration as the body says, or add it; the same again changes nothing.

    What is left out is at its default; the import token then stays as it is.
    """
    found, is_new = declaring.put_administration(call.desk, code=code, body=body)
    response.status_code = 201 if is_new else 200
    return records.administration(found)


@routes.delete("/{code}", status_code=204, responses=CONFLICT)
def remove_administration(call: OperatorChange, code: Code) -> None:
    """Remove an administration that no account and no unfinished delivery uses."""
    administrations.remove(call.desk, code=code)


@routes.delete("/{code}/token", response_model=people.Administration)
def forget_token(call: OperatorChange, code: Code) -> Record:
    """Forget its import token."""
    return records.administration(administrations.change(call.desk, code=code, forget_token=True))


@routes.post("/{code}/stop", response_model=people.Administration)
def stop_administration(call: OperatorChange, code: Code) -> Record:
    """Send nothing more for it, whoever uploads it."""
    return records.administration(administrations.set_stopped(call.desk, code=code, is_stopped=True))


@routes.post("/{code}/resume", response_model=people.Administration)
def resume_administration(call: OperatorChange, code: Code) -> Record:
    """Send again for it."""
    return records.administration(administrations.set_stopped(call.desk, code=code, is_stopped=False))
