"""The list of accounts: by name, a page at a time, with what waits and who can log in."""

from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account, AccountKey
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.ledger import account_list, accounts, removing, uploads
from bridge.ledger.account_list import Standing
from tests.support import builders
from tests.support.clock import MINUTE, NOON

DAY = timedelta(days=1)


def names(connection: Connection, **wanted: object) -> list[str]:
    return [one.name for one in account_list.page(connection, now=NOON, **wanted)]  # type: ignore[arg-type]


def add(connection: Connection, name: str, **values: object) -> Account:
    place = builders.an_administration(connection, code=f"C-{name}")
    account = builders.an_account(connection, place, name=name, password_hash="x")
    accounts.change(connection, account_id=account.id, values=values or {"is_stopped": False})
    return account


def test_pages_go_by_name_behind_the_last_one(connection: Connection) -> None:
    for name in ("beta", "alpha", "gamma"):
        add(connection, name)

    first = names(connection, limit=2)

    assert first == ["alpha", "beta"]
    assert names(connection, limit=2, after=first[-1]) == ["gamma"]


def test_a_part_of_the_name_or_of_a_code_is_enough_and_is_taken_literally(connection: Connection) -> None:
    add(connection, "jansen")
    add(connection, "de.boer")

    assert names(connection, search="ANS") == ["jansen"]
    assert names(connection, search="c-de") == ["de.boer"]
    assert names(connection, search="%") == []


def test_who_can_log_in_is_who_has_something_that_opens(connection: Connection) -> None:
    add(connection, "good")
    add(connection, "over", password_expires_at=NOON)
    add(connection, "soon", password_expires_at=NOON + 3 * DAY)
    add(connection, "off", is_disabled=True)
    rotated = {"former_password_hash": "y", "former_password_until": NOON + DAY}
    add(connection, "rotated", password_expires_at=NOON, **rotated)
    add(connection, "halted", is_stopped=True)
    keyed = add(connection, "keyed", password_hash=None)
    key = AccountKey(fingerprint="SHA256:x", public_key="ssh-ed25519 x", comment="", expires_at=NOON + DAY)
    accounts.add_key(connection, account_id=keyed.id, key=key)

    found = {standing: names(connection, standing=standing) for standing in Standing}

    assert found == {
        Standing.OPEN: ["good", "halted", "keyed", "rotated", "soon"],
        Standing.LOCKED: ["over"],
        Standing.DISABLED: ["off"],
        Standing.STOPPED: ["halted"],
        Standing.EXPIRING: ["keyed", "over", "rotated", "soon"],
        Standing.HELD: [],
    }
    total = account_list.totals(connection, now=NOON)
    assert (total.accounts, total.open, total.disabled, total.locked) == (7, 5, 1, 1)


def test_a_removed_account_is_not_listed_or_counted(connection: Connection) -> None:
    gone = add(connection, "gone")
    removing.remove(connection, account_id=gone.id, now=NOON)

    assert names(connection) == []
    assert account_list.totals(connection, now=NOON).accounts == 0


def test_each_is_shown_with_what_waits_what_is_held_and_its_last_upload(connection: Connection) -> None:
    busy, idle = add(connection, "busy"), add(connection, "idle")
    builders.an_accepted_upload(connection, busy)
    builders.an_upload(connection, busy, "/later.pdf", now=NOON + MINUTE)

    [first, second] = account_list.page(connection, now=NOON)

    assert (first.name, first.administrations, first.waiting, first.held) == ("busy", ("C-busy",), 1, 0)
    assert first.last_upload_at == NOON + MINUTE
    assert (second.waiting, second.held, second.last_upload_at) == (0, 0, None)
    assert account_list.one(connection, account_id=busy.id, now=NOON) == first
    assert account_list.one(connection, account_id=idle.id, now=NOON) == second


@pytest.mark.parametrize("kind", ["upload", "delivery"])
def test_what_is_held_counts_whole_or_single(connection: Connection, kind: str) -> None:
    account = add(connection, "busy")
    upload = builders.an_upload(connection, account)
    if kind == "upload":
        code = ReasonCode.UNKNOWN_KIND
        uploads.stop(connection, upload=upload, to=UploadState.HELD, reason=code, detail="", now=NOON)
    else:
        held = builders.a_plan(upload, account.administrations[0], reason=ReasonCode.UNKNOWN_KIND)
        builders.accept(connection, upload, held)

    [found] = account_list.page(connection, now=NOON, standing=Standing.HELD)

    assert (found.held, found.waiting) == (1, 0)
