"""A name that was several tenants', one after the other, says whom it means with an id."""

from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account, AccountId
from bridge.domain.errors import Conflict, NotFound
from bridge.ledger import former, removing
from tests.support.builders import an_account, an_administration
from tests.support.clock import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def gone(connection: Connection) -> Account:
    """An account that was removed."""
    account = an_account(connection, name="sender")
    removing.remove(connection, account_id=account.id, now=NOON + HOUR)
    return account


def test_one_is_found_by_its_name_also_after_its_removal(connection: Connection, gone: Account) -> None:
    assert former.find(connection, name="sender") == gone.id
    assert former.find(connection, name=f"sender#{gone.id}") == gone.id


def test_where_several_had_the_name_it_is_asked_which(connection: Connection, gone: Account) -> None:
    living = an_account(connection, an_administration(connection, "B2"), name="sender")

    with pytest.raises(Conflict) as refusal:
        former.find(connection, name="sender")

    assert str(refusal.value) == (
        "2 accounts were called sender, of different tenants; say which one: "
        f"sender#{gone.id}, made 2026-11-21 12:00 UTC, removed 2026-11-21 13:00 UTC; "
        f"sender#{living.id}, made 2026-11-21 12:00 UTC, there now"
    )
    assert former.find(connection, name=f"sender#{gone.id}") == gone.id
    assert former.find(connection, name=f"sender#{living.id}") == living.id


@pytest.mark.parametrize("name", ["nobody", "nobody#1", "sender#0", "sender#", "sender#1#1", "#1"])
def test_what_never_was_is_not_found(connection: Connection, gone: Account, name: str) -> None:
    assert gone.name == "sender"

    with pytest.raises(NotFound, match="nor was there one"):
        former.find(connection, name=name)


def test_names_tell_removed_ones_apart(connection: Connection, gone: Account) -> None:
    living = an_account(connection, an_administration(connection, "B2"), name="sender")

    assert former.names(connection, ids=[gone.id, living.id, AccountId(99)]) == {
        gone.id: f"sender#{gone.id}",
        living.id: "sender",
    }
