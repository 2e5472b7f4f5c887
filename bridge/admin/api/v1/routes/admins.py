"""Admins: who may sign in to the console."""

from typing import Annotated

from pydantic import Field

from bridge.admin.api.v1.calling import OperatorChange, Support
from bridge.admin.api.v1.paging import Page
from bridge.admin.api.v1.router import CONFLICT, Name, router
from bridge.admin.api.v1.shapes import people
from bridge.admin.operations import admins
from bridge.admin.operations.admins import Added
from bridge.admin.operations.declared import AccountName, Declared
from bridge.admin.operations.records import Record
from bridge.domain.admins import LONGEST_PASSWORD, SHORTEST_PASSWORD
from bridge.domain.roles import Role

routes = router("/admins", tag="admins")
Password = Annotated[
    str | None,
    Field(
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        description="null: one is generated, and is in the answer once.",
        json_schema_extra={"writeOnly": True},
    ),
]


class RoleBody(Declared):
    """What an admin may do."""

    role: Role
    account: Annotated[AccountName | None, Field(description="Of a viewer: the one account.")] = None


class AdminBody(RoleBody):
    """A new admin."""

    name: AccountName
    password: Password = None


class SecretBody(Declared):
    """A new password."""

    password: Password = None


@routes.get("", response_model=Page[people.Admin])
def list_admins(call: Support) -> Record:
    """List admins, by name; all of them."""
    return {"items": [admins.record(one) for one in admins.listing(call.desk)], "next": None}


@routes.post("", status_code=201, response_model=people.NewAdmin, responses=CONFLICT)
def add_admin(call: OperatorChange, body: AdminBody) -> Record:
    """Add an admin."""
    added = admins.add(
        call.desk, name=body.name, role=body.role, account=body.account, password=body.password
    )
    return _with_password(added)


@routes.get("/{name}", response_model=people.Admin)
def get_admin(call: Support, name: Name) -> Record:
    """Show one admin."""
    return admins.record(admins.get(call.desk, name=name))


@routes.delete("/{name}", status_code=204, responses=CONFLICT)
def remove_admin(call: OperatorChange, name: Name) -> None:
    """Remove an admin; what it did stays in the audit trail."""
    admins.remove(call.desk, name=name)


@routes.post("/{name}/role", response_model=people.Admin, responses=CONFLICT)
def change_role(call: OperatorChange, name: Name, body: RoleBody) -> Record:
    """Let an admin do more or less; its sessions end."""
    return admins.record(admins.change_role(call.desk, name=name, role=body.role, account=body.account))


@routes.post("/{name}/password", response_model=people.NewAdmin, responses=CONFLICT)
def set_admin_password(call: OperatorChange, name: Name, body: SecretBody) -> Record:
    """Give an admin a new password; its sessions end."""
    return _with_password(admins.set_password(call.desk, name=name, password=body.password))


@routes.post("/{name}/disable", response_model=people.Admin, responses=CONFLICT)
def disable_admin(call: OperatorChange, name: Name) -> Record:
    """Let an admin sign in no more, at once."""
    return admins.record(admins.set_disabled(call.desk, name=name, is_disabled=True))


@routes.post("/{name}/enable", response_model=people.Admin, responses=CONFLICT)
def enable_admin(call: OperatorChange, name: Name) -> Record:
    """Let an admin sign in again."""
    return admins.record(admins.set_disabled(call.desk, name=name, is_disabled=False))


def _with_password(added: Added) -> Record:
    return admins.record(added.admin) | {"password": added.generated_password}
