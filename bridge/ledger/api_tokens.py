"""Tokens of programs in the ledger, by the hash of what they show."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.accounts import AccountId
from bridge.domain.admins import ApiToken, TokenId
from bridge.domain.errors import AlreadyThere, NotFound
from bridge.domain.roles import Role
from bridge.ledger.schema import accounts, api_tokens

_alive = api_tokens.c.revoked_at.is_(None)
# One that is bound to an account ends with it: its name may be another tenant's by now.
_SELECT = (
    sa.select(api_tokens, accounts.c.name.label("account"))
    .outerjoin(accounts, accounts.c.id == api_tokens.c.account_id)
    .where(_alive, accounts.c.removed_at.is_(None))
)


def listing(connection: Connection) -> list[ApiToken]:
    """Return every token that was not revoked, by name."""
    return [_to_token(row) for row in connection.execute(_SELECT.order_by(api_tokens.c.name))]


def get(connection: Connection, *, name: str) -> ApiToken:
    """Return the token *name*; raise `NotFound` if there is none."""
    row = connection.execute(_SELECT.where(api_tokens.c.name == name)).first()
    if row is None:
        raise NotFound(f"no token {name}; see: bridge token list", public=f"no token {name}")
    return _to_token(row)


def find(connection: Connection, *, token_hash: str) -> ApiToken | None:
    """Return the token of this hash, whether or not its time is over; None if there is none."""
    row = connection.execute(_SELECT.where(api_tokens.c.token_hash == token_hash)).first()
    return None if row is None else _to_token(row)


def add(
    connection: Connection,
    *,
    name: str,
    token_hash: str,
    hint: str,
    role: Role,
    account_id: AccountId | None,
    may_write: bool,
    made_by: str,
    now: datetime,
    expires_at: datetime | None,
) -> ApiToken:
    """Add a token; raise `AlreadyThere` if the name is taken."""
    if connection.execute(sa.select(api_tokens.c.id).where(_alive, api_tokens.c.name == name)).first():
        raise AlreadyThere(f"token {name} exists already", public=f"token {name} exists already")
    connection.execute(
        sa.insert(api_tokens).values(
            name=name,
            token_hash=token_hash,
            hint=hint,
            role=role,
            account_id=account_id,
            may_write=may_write,
            made_by=made_by,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return get(connection, name=name)


def touch(connection: Connection, *, token_id: TokenId, now: datetime) -> None:
    """Note that a token was used."""
    connection.execute(sa.update(api_tokens).where(api_tokens.c.id == token_id).values(last_used_at=now))


def revoke(connection: Connection, *, name: str, now: datetime) -> None:
    """End a token; raise `NotFound` if there is none such."""
    token = get(connection, name=name)
    connection.execute(sa.update(api_tokens).where(api_tokens.c.id == token.id).values(revoked_at=now))


def _to_token(row: Row[Any]) -> ApiToken:
    return ApiToken(
        id=TokenId(row.id),
        name=row.name,
        hint=row.hint,
        role=Role(row.role),
        account=row.account,
        account_id=row.account_id,
        may_write=row.may_write,
        made_by=row.made_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )
