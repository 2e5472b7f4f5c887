"""Accounts that are or were: a name may have been several tenants', one after the other.

``NAME#ID`` says which is meant; no account's name has that sign in it.
"""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.errors import Conflict, NotFound
from bridge.ledger.schema import accounts

_SIGN = "#"


def is_handle(name: str) -> bool:
    """Whether *name* says which of several is meant."""
    return _SIGN in name


def handle(name: str, account_id: AccountId) -> str:
    """Return what says which account of the name is meant."""
    return f"{name}{_SIGN}{account_id}"


def find(connection: Connection, *, name: str) -> AccountId:
    """Return the account *name*, which may be removed; if several had the name, of ``NAME#ID`` the id.

    Raises:
        NotFound: there is no such account, nor was there one.
        Conflict: more than one had the name, and it is not said which.
    """
    plain, _, number = name.partition(_SIGN)
    found = connection.execute(
        sa.select(accounts.c.id, accounts.c.created_at, accounts.c.removed_at)
        .where(accounts.c.name == plain)
        .order_by(accounts.c.id)
    ).all()
    if is_handle(name):
        found = [row for row in found if str(row.id) == number]
    if not found:
        text = f"no account {name}, nor was there one; see: bridge account list"
        raise NotFound(text, public=f"no account {name}")
    if len(found) > 1:
        told = "; ".join(
            f"{handle(plain, row.id)}, made {row.created_at:%Y-%m-%d %H:%M} UTC, "
            + ("there now" if row.removed_at is None else f"removed {row.removed_at:%Y-%m-%d %H:%M} UTC")
            for row in found
        )
        text = f"{len(found)} accounts were called {plain}, of different tenants; say which one: {told}"
        raise Conflict(text, public=text)
    return AccountId(found[0].id)


def names(connection: Connection, *, ids: Collection[AccountId]) -> dict[AccountId, str]:
    """Return what each account is called where names tell tenants apart: of a removed one ``NAME#ID``."""
    rows = connection.execute(
        sa.select(accounts.c.id, accounts.c.name, accounts.c.removed_at).where(accounts.c.id.in_(set(ids)))
    )
    return {
        AccountId(row.id): row.name if row.removed_at is None else handle(row.name, row.id) for row in rows
    }
