"""After an erasure no table has a word of the tenant, and everything that looks at the ledger goes on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.deliveries import DeliveryState
from bridge.domain.errors import Conflict
from bridge.ledger import accounts, blobs, erasing
from bridge.ledger.schema import documents, metadata
from bridge.ledger.traces import MARK
from tests.support import lists
from tests.support.builders import an_accepted_upload, an_account, an_administration, an_upload, claim
from tests.support.clock import NOON
from tests.support.tenants import CANARY, a_tenant

LATER = NOON + timedelta(hours=1)


def tables_with(connection: Connection, word: str) -> set[str]:
    """Return the names of all tables in which *word* is, in whatever column."""
    return {
        table.name
        for table in metadata.sorted_tables
        if any(word in str(tuple(row)) for row in connection.execute(sa.select(table)))
    }


def pages(connection: Connection, step: Callable[..., erasing.Page], account: Account) -> list[str]:
    """Do *step* to all, one at a time; return the blobs that it frees."""
    after, freed = 0, list[str]()
    while True:
        page = step(connection, account_id=account.id, after=after, limit=1)
        freed += page.freed
        if not page.last:
            return freed
        after = page.last


def erase(connection: Connection, account: Account) -> list[str]:
    """Erase the account, which may have things that wait; return the blobs that it frees."""
    accounts.change(connection, account_id=account.id, values={"is_disabled": True})
    while erasing.cancel_waiting(connection, account_id=account.id, now=LATER, limit=1):
        pass
    assert not erasing.waiting(connection, account_id=account.id)
    erasing.lock_out(connection, account_id=account.id, now=LATER)
    freed = pages(connection, erasing.erase_documents, account)
    freed += pages(connection, erasing.erase_uploads, account)
    pages(connection, erasing.erase_logins, account)
    erasing.finish(connection, account_id=account.id, now=LATER)
    return freed


def test_no_table_has_a_word_of_it_any_more(connection: Connection) -> None:
    account = a_tenant(connection)
    before = tables_with(connection, CANARY)
    assert before == {
        "account_keys",
        "accounts",
        "admins",
        "alarms",
        "alert_targets",
        "api_tokens",
        "attempts",
        "audit",
        "client_profiles",
        "documents",
        "entries",
        "logins",
        "notices",
        "routes",
        "snapshots",
        "uploads",
    }

    erase(connection, account)

    assert tables_with(connection, CANARY) == set()


def test_what_became_of_it_stays_and_can_be_listed(connection: Connection) -> None:
    account = a_tenant(connection)
    hashes = connection.execute(sa.select(documents.c.sha256, documents.c.size)).all()

    freed = erase(connection, account)

    found = lists.deliveries(connection, account_id=account.id)
    assert {delivery.state for delivery, _ in found} == {DeliveryState.DELIVERED, DeliveryState.CANCELLED}
    assert {document.name for _, document in found} == {MARK}
    assert {one.name for one in lists.uploads(connection)} == {MARK}
    assert connection.execute(sa.select(documents.c.sha256, documents.c.size)).all() == hashes
    assert "blob" in freed
    assert blobs.needed(connection) == set()
    after = accounts.by_id(connection, account_id=account.id)
    assert (after.name, after.erased_at) == (f"erased-{account.id}", LATER)
    assert not accounts.listing(connection)
    assert blobs.end_retention(connection, before=LATER, declarations_before=LATER, limit=10) == []


def test_it_can_be_done_again(connection: Connection) -> None:
    account = a_tenant(connection)
    erase(connection, account)

    assert erase(connection, account) == []
    assert accounts.by_id(connection, account_id=account.id).name == f"erased-{account.id}"


def test_nothing_of_another_is_touched(connection: Connection) -> None:
    place = an_administration(connection)
    account = a_tenant(connection, place)
    other = an_account(connection, place, name="other")
    theirs = an_accepted_upload(connection, other, "/theirs.pdf")

    erase(connection, account)

    assert [one.delivery.id for one in claim(connection)] == [theirs.id]
    assert tables_with(connection, "theirs.pdf") == {"documents", "entries", "uploads"}
    assert tables_with(connection, "account:other") == {"audit"}


def test_one_that_may_log_in_is_not_erased(connection: Connection) -> None:
    account = a_tenant(connection)

    with pytest.raises(Conflict, match="bridge account disable"):
        erasing.lock_out(connection, account_id=account.id, now=LATER)


def test_what_is_under_way_counts_as_waiting(connection: Connection) -> None:
    account = an_account(connection)
    an_accepted_upload(connection, account)
    claim(connection)

    assert not erasing.cancel_waiting(connection, account_id=account.id, now=LATER, limit=10)
    assert erasing.waiting(connection, account_id=account.id) == 1


def test_what_comes_meanwhile_keeps_it_from_being_called_done(connection: Connection) -> None:
    account = an_account(connection)
    an_upload(connection, account, "/late.pdf")

    with pytest.raises(Conflict, match="again"):
        erasing.finish(connection, account_id=account.id, now=LATER)
