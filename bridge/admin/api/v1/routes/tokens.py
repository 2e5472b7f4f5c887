"""Tokens: what programs show, this API's callers among them."""

from typing import Annotated

from pydantic import Field

from bridge.admin.api.v1.calling import OperatorChange, Support, Viewer
from bridge.admin.api.v1.paging import Page
from bridge.admin.api.v1.router import CONFLICT, Name, router
from bridge.admin.api.v1.shapes import people
from bridge.admin.operations import tokens
from bridge.admin.operations.declared import AccountName, Declared
from bridge.admin.operations.records import Record
from bridge.domain.roles import Role

routes = router("", tag="tokens")


class TokenBody(Declared):
    """A new token."""

    name: AccountName
    role: Role
    account: Annotated[AccountName | None, Field(description="Of a viewer: the one account.")] = None
    may_write: bool = False
    days: Annotated[int | None, Field(ge=1, le=3650, description="null: until it is revoked.")] = 365


@routes.get("/me", response_model=people.Token)
def get_me(call: Viewer) -> Record:
    """Show the token with which this is asked: what it may, and until when."""
    return tokens.record(call.token)


@routes.get("/tokens", response_model=Page[people.Token])
def list_tokens(call: Support) -> Record:
    """List tokens, by name; all of them, and of none what it is."""
    return {"items": [tokens.record(one) for one in tokens.listing(call.desk)], "next": None}


@routes.post("/tokens", status_code=201, response_model=people.NewToken, responses=CONFLICT)
def add_token(call: OperatorChange, body: TokenBody) -> Record:
    """Make a token; it is in the answer once."""
    made = tokens.add(
        call.desk,
        name=body.name,
        role=body.role,
        account=body.account,
        may_write=body.may_write,
        days=tokens.FOR_EVER if body.days is None else body.days,
    )
    return tokens.record(made.token) | {"token": made.secret}


@routes.delete("/tokens/{name}", status_code=204)
def revoke_token(call: OperatorChange, name: Name) -> None:
    """End a token at once."""
    tokens.revoke(call.desk, name=name)
