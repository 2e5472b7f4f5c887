"""Admins in the ledger: a session begins only as who was proved."""

from datetime import timedelta
from typing import Any

import pytest

from bridge.domain.admins import Admin
from bridge.domain.errors import Conflict
from bridge.domain.roles import Role
from bridge.ledger import admins
from bridge.ledger.database import Database
from tests.support.clock import NOON


def begin(database: Database, admin: Admin) -> None:
    database.write_now(
        admins.begin_session,
        admin=admin,
        token_hash="hash",
        now=NOON,
        expires_at=NOON + timedelta(hours=12),
        peer="192.0.2.1",
        browser="b",
    )


@pytest.fixture
def anna(database: Database) -> Admin:
    for name in ("anna", "ben"):  # ben stays: somebody must who may do everything
        database.write_now(
            admins.add, name=name, role=Role.OPERATOR, account_id=None, password_hash=f"of {name}", now=NOON
        )
    return database.read_now(admins.get, name="anna")


def test_an_admin_as_proved_is_signed_in(database: Database, anna: Admin) -> None:
    begin(database, anna)

    found = database.read_now(admins.session, token_hash="hash")
    assert found is not None
    assert (found.admin.name, found.admin.last_login_at) == ("anna", NOON)


# Bug: the check was one transaction and the session another, and a change between them ended nothing.
@pytest.mark.parametrize(
    "values",
    [
        {"password_hash": "another"},
        {"sealed_totp": "from now on"},
        {"is_disabled": True},
        {"removed_at": NOON},
    ],
    ids=lambda values: next(iter(values)),
)
def test_an_admin_who_was_changed_since_is_not(
    database: Database, anna: Admin, values: dict[str, Any]
) -> None:
    database.write_now(admins.change, name="anna", values=values)

    with pytest.raises(Conflict, match="changed meanwhile"):
        begin(database, anna)
    assert database.read_now(admins.session, token_hash="hash") is None


@pytest.mark.usefixtures("anna")
def test_one_time_passwords_that_were_turned_off_since_end_it_too(database: Database) -> None:
    with_them = database.write_now(
        admins.change, name="anna", values={"sealed_totp": "sealed", "totp_step": 1}
    )
    database.write_now(admins.change, name="anna", values={"sealed_totp": None, "totp_step": None})

    with pytest.raises(Conflict):
        begin(database, with_them)


def test_a_one_time_password_is_used_once(database: Database, anna: Admin) -> None:
    database.write_now(admins.use_step, admin_id=anna.id, step=7)

    for step in (7, 6):
        with pytest.raises(Conflict, match="used before"):
            database.write_now(admins.use_step, admin_id=anna.id, step=step)
    database.write_now(admins.use_step, admin_id=anna.id, step=8)
