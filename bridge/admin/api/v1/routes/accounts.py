"""Accounts: who may log in over SFTP, how, and for whom."""

from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import Field

from bridge.admin.api.v1.calling import OperatorChange, Viewer
from bridge.admin.api.v1.paging import Page, Paged
from bridge.admin.api.v1.router import CONFLICT, AccountName, router
from bridge.admin.api.v1.shapes import people
from bridge.admin.operations import accounts, declaring, records
from bridge.admin.operations.declared import AccountBody, Declared
from bridge.admin.operations.records import Record
from bridge.domain.terms import MOST_DAYS

routes = router("/accounts", tag="accounts")
Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]


class PasswordBody(Declared):
    """A new password; without it and a hash one is generated, and is in the answer once."""

    password: Annotated[
        str | None, Field(min_length=1, max_length=1024, json_schema_extra={"writeOnly": True})
    ] = None
    password_hash: Annotated[
        str | None,
        Field(
            max_length=400,
            description="Instead of it: bcrypt, sha512-crypt or argon2.",
            json_schema_extra={"writeOnly": True},
        ),
    ] = None
    keep_old_days: Annotated[Days | None, Field(description="So long the old one is right as well.")] = None
    expires_days: Annotated[Days | None, Field(description="null: it never expires.")] = None


class KeyBody(Declared):
    """Public keys that may log in."""

    public_key: Annotated[
        str, Field(max_length=100_000, description="A .pub file.", examples=["ssh-ed25519 AAAA… laptop"])
    ]
    expires_days: Annotated[Days | None, Field(description="null: they never expire.")] = None


@routes.get("", response_model=Page[people.Account])
def list_accounts(call: Viewer, page: Annotated[Paged, Query()]) -> Record:
    """List accounts, by name."""
    found = accounts.page(call.desk, after=page.name_of("accounts"), limit=page.limit + 1)
    return page.answer("accounts", found, place=lambda one: one.name, record=records.account)


@routes.get("/{name}", response_model=people.Account)
def get_account(call: Viewer, name: AccountName) -> Record:
    """Show one account."""
    return records.account(accounts.get(call.desk, name=name))


@routes.put(
    "/{name}",
    response_model=people.Account,
    responses=CONFLICT | {201: {"model": people.Account, "description": "It is new."}},
)
def put_account(call: OperatorChange, name: AccountName, body: AccountBody, response: Response) -> Record:
    """Make an account as the body says, or add it; the same again changes nothing.

    What is left out is at its default; credentials, routes and `disabled` then stay as they are.
    """
    account, is_new = declaring.put_account(call.desk, name=name, body=body)
    response.status_code = 201 if is_new else 200
    return records.account(account)


@routes.delete("/{name}", status_code=204)
def remove_account(call: OperatorChange, name: AccountName) -> None:
    """Remove an account; what it sent is still delivered, and its history stays."""
    accounts.remove(call.desk, name=name)


@routes.post("/{name}/password", response_model=people.NewPassword, responses=CONFLICT)
def set_password(call: OperatorChange, name: AccountName, body: PasswordBody) -> Record:
    """Give an account a new password, if wanted a generated one."""
    made = accounts.set_password(
        call.desk,
        name=name,
        password=body.password,
        password_hash=body.password_hash,
        keep_old_days=None if body.keep_old_days is None else str(body.keep_old_days),
        expires=None if body.expires_days is None else str(body.expires_days),
    )
    return {"name": made.account.name, "password": made.generated_password}


@routes.delete("/{name}/password", status_code=204, responses=CONFLICT)
def forget_password(call: OperatorChange, name: AccountName) -> None:
    """Let only its keys open the account."""
    accounts.change(call.desk, name=name, forget_password=True)


@routes.post("/{name}/disable", response_model=people.Account)
def disable_account(call: OperatorChange, name: AccountName) -> Record:
    """Let the account log in no more."""
    return records.account(accounts.set_disabled(call.desk, name=name, is_disabled=True))


@routes.post("/{name}/enable", response_model=people.Account)
def enable_account(call: OperatorChange, name: AccountName) -> Record:
    """Let the account log in again."""
    return records.account(accounts.set_disabled(call.desk, name=name, is_disabled=False))


@routes.post("/{name}/stop", response_model=people.Account)
def stop_account(call: OperatorChange, name: AccountName) -> Record:
    """Send nothing more of what it uploads, which is still accepted."""
    return records.account(accounts.set_stopped(call.desk, name=name, is_stopped=True))


@routes.post("/{name}/resume", response_model=people.Account)
def resume_account(call: OperatorChange, name: AccountName) -> Record:
    """Send again what it uploads."""
    return records.account(accounts.set_stopped(call.desk, name=name, is_stopped=False))


@routes.post("/{name}/keys", status_code=201, response_model=people.Account, responses=CONFLICT)
def add_keys(call: OperatorChange, name: AccountName, body: KeyBody) -> Record:
    """Let public keys log in."""
    days = None if body.expires_days is None else str(body.expires_days)
    accounts.add_keys(call.desk, name=name, source="public_key", text=body.public_key, expires=days)
    return records.account(accounts.get(call.desk, name=name))


@routes.delete("/{name}/keys/{fingerprint:path}", status_code=204)
def remove_key(
    call: OperatorChange,
    name: AccountName,
    fingerprint: Annotated[str, Path(pattern=r"^SHA256:[A-Za-z0-9+/]{1,60}$", examples=["SHA256:jY0Bxq"])],
) -> None:
    """Take a public key away."""
    accounts.remove_key(call.desk, name=name, fingerprint=fingerprint)
