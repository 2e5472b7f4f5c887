"""Admins in the ledger, and what their sessions in the console are known by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.accounts import AccountId
from bridge.domain.admins import Admin, AdminId
from bridge.domain.errors import AlreadyThere, Conflict, NotFound
from bridge.domain.roles import Role
from bridge.ledger.schema import accounts, admins, console_sessions

_alive = admins.c.removed_at.is_(None)
# One that is bound to an account ends with it: its name may be another tenant's by now.
_SELECT = (
    sa.select(admins, accounts.c.name.label("account"))
    .outerjoin(accounts, accounts.c.id == admins.c.account_id)
    .where(_alive, accounts.c.removed_at.is_(None))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSession:
    """An admin who is signed in."""

    admin: Admin
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


def has_any(connection: Connection) -> bool:
    """Whether there is an admin."""
    return connection.execute(sa.select(admins.c.id).where(_alive).limit(1)).first() is not None


def listing(connection: Connection) -> list[Admin]:
    """Return every admin, by name."""
    return [_to_admin(row) for row in connection.execute(_SELECT.order_by(admins.c.name))]


def get(connection: Connection, *, name: str) -> Admin:
    """Return the admin *name*; raise `NotFound` if there is none."""
    row = connection.execute(_SELECT.where(admins.c.name == name)).first()
    if row is None:
        raise NotFound(f"no admin {name}; see: bridge admin list", public=f"no admin {name}")
    return _to_admin(row)


def add(
    connection: Connection,
    *,
    name: str,
    role: Role,
    account_id: AccountId | None,
    password_hash: str,
    now: datetime,
    is_first: bool = False,
) -> Admin:
    """Add an admin; with *is_first* only if there is none yet.

    Raises:
        AlreadyThere: the name is taken.
        Conflict: there is an admin, and this should be the first.
    """
    if is_first and has_any(connection):
        raise Conflict("there is an admin already", public="there is an admin already; sign in")
    if connection.execute(sa.select(admins.c.id).where(_alive, admins.c.name == name)).first():
        raise AlreadyThere(f"admin {name} exists already", public=f"admin {name} exists already")
    connection.execute(
        sa.insert(admins).values(
            name=name, role=role, account_id=account_id, password_hash=password_hash, created_at=now
        )
    )
    return get(connection, name=name)


def change(connection: Connection, *, name: str, values: dict[str, Any], keep: str | None = None) -> Admin:
    """Set columns of an admin, whose sessions end but the one of the hash *keep*.

    Raises:
        NotFound: there is none such.
        Conflict: no operator who can sign in would be left.
    """
    admin = get(connection, name=name)
    connection.execute(sa.update(admins).where(admins.c.id == admin.id).values(**values))
    if admin.role is Role.OPERATOR:
        _check_operator_left(connection)
    ended = sa.delete(console_sessions).where(console_sessions.c.admin_id == admin.id)
    if keep is not None:
        ended = ended.where(console_sessions.c.token_hash != keep)
    connection.execute(ended)
    return admin if "removed_at" in values else get(connection, name=name)


def use_step(connection: Connection, *, admin_id: AdminId, step: int) -> None:
    """Note that the one-time password of *step* was used; raise `Conflict` if it was before."""
    used = connection.execute(
        sa.update(admins)
        .where(admins.c.id == admin_id, sa.func.coalesce(admins.c.totp_step, -1) < step)
        .values(totp_step=step)
    )
    if not used.rowcount:
        raise Conflict("this one-time password was used before; wait for the next one")


def begin_session(
    connection: Connection,
    *,
    admin: Admin,
    token_hash: str,
    now: datetime,
    expires_at: datetime,
    peer: str,
    browser: str,
) -> None:
    """Sign *admin* in, as it was when it was proved who it is; sessions whose time is over go.

    Raises:
        Conflict: meanwhile the password or the one-time passwords changed, or the admin may be here no more.
    """
    # First, and guarded: a change under way is waited for, and one that comes later ends this session, too.
    signed_in = connection.execute(
        sa.update(admins)
        .where(
            _alive,
            admins.c.id == admin.id,
            admins.c.is_disabled.is_(False),
            admins.c.password_hash == admin.password_hash,
            admins.c.sealed_totp.is_not_distinct_from(admin.sealed_totp),
        )
        .values(last_login_at=now)
    )
    if not signed_in.rowcount:
        raise Conflict(f"{admin.name} was changed meanwhile; sign in again")
    connection.execute(sa.delete(console_sessions).where(console_sessions.c.expires_at <= now))
    connection.execute(
        sa.insert(console_sessions).values(
            token_hash=token_hash,
            admin_id=admin.id,
            created_at=now,
            seen_at=now,
            expires_at=expires_at,
            peer=peer,
            browser=browser,
        )
    )


def session(connection: Connection, *, token_hash: str) -> ConsoleSession | None:
    """Return the session whose cookie has this hash, of an admin who may be here; None if there is none."""
    row = connection.execute(
        _SELECT.add_columns(
            console_sessions.c.created_at.label("begun_at"),
            console_sessions.c.seen_at,
            console_sessions.c.expires_at,
        )
        .join(console_sessions, console_sessions.c.admin_id == admins.c.id)
        .where(admins.c.is_disabled.is_(False), console_sessions.c.token_hash == token_hash)
    ).first()
    if row is None:
        return None
    return ConsoleSession(
        admin=_to_admin(row), created_at=row.begun_at, seen_at=row.seen_at, expires_at=row.expires_at
    )


def touch_session(connection: Connection, *, token_hash: str, now: datetime) -> None:
    """Note that a session was used."""
    connection.execute(
        sa.update(console_sessions).where(console_sessions.c.token_hash == token_hash).values(seen_at=now)
    )


def end_session(connection: Connection, *, token_hash: str) -> None:
    """Sign out."""
    connection.execute(sa.delete(console_sessions).where(console_sessions.c.token_hash == token_hash))


def _check_operator_left(connection: Connection) -> None:
    left = sa.select(admins.c.id).where(
        _alive, admins.c.role == Role.OPERATOR, admins.c.is_disabled.is_(False)
    )
    if connection.execute(left.limit(1)).first() is None:
        text = "nobody would be left who may do everything; make another operator first"
        raise Conflict(text, public=text)


def _to_admin(row: Row[Any]) -> Admin:
    return Admin(
        id=AdminId(row.id),
        name=row.name,
        role=Role(row.role),
        account=row.account,
        account_id=row.account_id,
        password_hash=row.password_hash,
        sealed_totp=row.sealed_totp,
        totp_step=row.totp_step,
        is_disabled=row.is_disabled,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
    )
