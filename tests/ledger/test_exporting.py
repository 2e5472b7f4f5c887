"""What the ledger tells of a tenant: everything but secrets, and nothing of anybody else."""

import json

from sqlalchemy.engine import Connection

from bridge.ledger import exporting, former
from tests.support.builders import an_accepted_upload, an_account, an_administration
from tests.support.clock import NOON
from tests.support.tenants import CANARY, NAME, a_tenant


def everything(connection: Connection, name: str = NAME, limit: int = 1) -> dict[str, list[exporting.Record]]:
    """Return all of it, read in pages of *limit*."""
    account_id = former.find(connection, name=name)
    found: dict[str, list[exporting.Record]] = {}
    for section in exporting.SECTIONS:
        after = exporting.BEGINNING
        records = found.setdefault(section, [])
        while True:
            page = exporting.page(
                connection, section=section, account_id=account_id, after=after, limit=limit
            )
            records += page.records
            if not page.last:
                break
            after = page.last
    return found


def test_every_section_has_what_there_is(connection: Connection) -> None:
    a_tenant(connection)

    found = everything(connection)

    assert {section: len(records) for section, records in found.items()} == {
        "account": 1,
        "keys": 1,
        "administrations": 1,
        "routes": 1,
        "expectations": 1,
        "uploads": 2,
        "documents": 3,
        "snapshots": 1,
        "deliveries": 3,
        "attempts": 1,
        "folders": 5,
        "logins": 1,
        "clients": 1,
        "alert_targets": 1,
        "notices": 1,
        "audit": 3,
    }
    assert found["uploads"][0]["name"] == f"{CANARY}.pdf"
    assert found["uploads"][0]["closed_at"] == NOON.isoformat()


def test_pages_of_any_length_say_the_same(connection: Connection) -> None:
    a_tenant(connection)

    assert (
        everything(connection, limit=1) == everything(connection, limit=2) == everything(connection, limit=99)
    )


def test_no_secret_is_told(connection: Connection) -> None:
    a_tenant(connection)

    text = json.dumps(everything(connection))

    assert f"{CANARY}-hash" not in text
    assert "password_hash" not in text
    assert "sealed_" not in text


def test_nothing_of_another_is_told(connection: Connection) -> None:
    place = an_administration(connection)
    a_tenant(connection, place)
    other = an_account(connection, place, name="other")
    an_accepted_upload(connection, other, "/of-the-other.pdf")

    text = json.dumps(everything(connection))

    assert "of-the-other" not in text
    assert "account:other" not in text


def test_bytes_that_are_still_kept_are_named(connection: Connection) -> None:
    account = a_tenant(connection, blob="first")

    rows = exporting.blobs(connection, of="uploads", account_id=account.id, after=0, limit=1)

    assert [blob for _, blob in rows] == ["first"]
