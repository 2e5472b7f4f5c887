"""Accounts: who may log in, for whom, by which rules."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountKey, RouteId
from bridge.domain.errors import AlreadyThere, Conflict, NotFound
from bridge.domain.kinds import Kind
from bridge.ledger import accounts, counters, removing
from tests.support.builders import an_accepted_upload, an_account, an_administration, claim
from tests.support.clock import DAY, NOON

KEY = AccountKey(fingerprint="SHA256:abc", public_key="ssh-ed25519 AAAA", comment="laptop")


def revision(connection: Connection) -> int:
    """What a running server watches."""
    return counters.value(connection, name=counters.ACCOUNTS)


def test_an_account_comes_back_as_it_was_added(connection: Connection) -> None:
    places = [an_administration(connection, code) for code in ("B", "A")]

    added = accounts.add(
        connection,
        name="sender",
        password_hash="$argon2id$",
        encoding="cp850",
        administration_ids=[place.id for place in places],
        keys=[KEY],
        now=NOON,
    )

    assert accounts.get(connection, name="sender") == added
    assert accounts.by_id(connection, account_id=added.id) == added
    assert accounts.listing(connection) == [added]
    assert added.administrations == tuple(places)  # in the order given: the first is the default
    assert (added.keys, added.password_hash, added.encoding) == ((KEY,), "$argon2id$", "cp850")


def test_a_name_is_taken_until_its_account_is_removed(connection: Connection) -> None:
    first = an_account(connection, name="sender")
    place = first.administrations[0]
    with pytest.raises(AlreadyThere):
        an_account(connection, place, name="sender")

    removing.remove(connection, account_id=first.id, now=NOON)
    second = an_account(connection, place, name="sender")

    assert accounts.listing(connection) == [second]
    assert accounts.by_id(connection, account_id=first.id).is_disabled


def test_an_account_that_is_not_there_is_not_found(connection: Connection) -> None:
    with pytest.raises(NotFound):
        accounts.get(connection, name="nobody")


def test_every_change_is_counted_for_a_running_server(connection: Connection) -> None:
    account = an_account(connection)
    place = account.administrations[0]
    changes: list[Callable[[], None]] = [
        lambda: accounts.change(connection, account_id=account.id, values={"is_disabled": True}),
        lambda: accounts.add_key(connection, account_id=account.id, key=KEY),
        lambda: accounts.remove_key(connection, account_id=account.id, fingerprint=KEY.fingerprint),
        lambda: accounts.set_administrations(
            connection, account_id=account.id, administration_ids=[place.id]
        ),
        lambda: removing.remove(connection, account_id=account.id, now=NOON),
    ]

    for change in changes:
        before = revision(connection)
        change()
        assert revision(connection) > before


def test_an_administration_that_is_named_twice_counts_once(connection: Connection) -> None:
    places = [an_administration(connection, code) for code in ("A1", "A2")]

    account = an_account(connection, places[1], places[0], places[1])

    assert account.administrations == (places[1], places[0])


def test_a_key_belongs_to_an_account_once(connection: Connection) -> None:
    account = an_account(connection)
    accounts.add_key(connection, account_id=account.id, key=KEY)

    with pytest.raises(AlreadyThere):
        accounts.add_key(connection, account_id=account.id, key=KEY)
    accounts.remove_key(connection, account_id=account.id, fingerprint=KEY.fingerprint)
    with pytest.raises(NotFound):
        accounts.remove_key(connection, account_id=account.id, fingerprint=KEY.fingerprint)

    assert accounts.get(connection, name=account.name).keys == ()


def test_routes_keep_their_order(connection: Connection) -> None:
    account = an_account(connection)
    place = account.administrations[0]
    first = accounts.add_route(
        connection, account_id=account.id, pattern="/a/*", kind=Kind.DATA, administration_id=None
    )
    second = accounts.add_route(
        connection, account_id=account.id, pattern="/b/*", kind=None, administration_id=place.id
    )

    routes = accounts.get(connection, name=account.name).routes

    assert [(route.id, route.pattern, route.kind, route.administration_id) for route in routes] == [
        (first, "/a/*", Kind.DATA, None),
        (second, "/b/*", None, place.id),
    ]


def test_a_route_is_removed_by_its_account_only(connection: Connection) -> None:
    place = an_administration(connection)
    one, two = (an_account(connection, place, name=name) for name in ("one", "two"))
    route = accounts.add_route(
        connection, account_id=one.id, pattern="/*", kind=Kind.DATA, administration_id=None
    )

    for account_id, route_id in ((two.id, route), (one.id, RouteId(0))):
        with pytest.raises(NotFound):
            accounts.remove_route(connection, account_id=account_id, route_id=route_id)
    accounts.remove_route(connection, account_id=one.id, route_id=route)

    assert accounts.get(connection, name="one").routes == ()


def test_an_administration_that_a_route_names_cannot_be_taken_from_its_account(
    connection: Connection,
) -> None:
    places = [an_administration(connection, code) for code in ("A1", "A2")]
    account = an_account(connection, *places)
    accounts.add_route(
        connection, account_id=account.id, pattern="/*", kind=None, administration_id=places[1].id
    )

    with pytest.raises(Conflict, match="route"):
        accounts.set_administrations(connection, account_id=account.id, administration_ids=[places[0].id])


def test_an_account_is_stopped_and_resumed_and_may_log_in_all_the_while(connection: Connection) -> None:
    an_account(connection)

    stopped = accounts.set_stopped(connection, name="sender", is_stopped=True)
    assert (stopped.is_stopped, stopped.is_disabled) == (True, False)

    assert not accounts.set_stopped(connection, name="sender", is_stopped=False).is_stopped
    with pytest.raises(NotFound):
        accounts.set_stopped(connection, name="nobody", is_stopped=True)


def test_what_a_stopped_account_left_is_still_sent_after_the_account_is_removed(
    connection: Connection,
) -> None:
    # It kept back the data files of the administration's other accounts for ever, and nobody could resume it.
    account = an_account(connection)
    left = an_accepted_upload(connection, account, "/left.csv", Kind.DATA)
    other = an_account(connection, *account.administrations, name="other")
    after = an_accepted_upload(connection, other, "/after.csv", Kind.DATA)
    accounts.set_stopped(connection, name="sender", is_stopped=True)
    assert claim(connection) == []
    queue = counters.value(connection, name=counters.QUEUE)

    removing.remove(connection, account_id=account.id, now=NOON)

    assert [one.delivery.id for one in claim(connection)] == [left.id]
    assert claim(connection) == []  # the other's waits for the answer, and for nothing else
    assert counters.value(connection, name=counters.QUEUE) > queue  # or a running sender would not look again
    assert after.id > left.id


def test_what_an_account_may_and_until_when_comes_back_as_it_was_set(connection: Connection) -> None:
    account = an_account(connection)
    values = {
        "password_expires_at": NOON,
        "former_password_hash": "$argon2id$",
        "former_password_until": NOON,
        "allowed_networks": ("192.0.2.0/24", "2001:db8::/32"),
        "max_sessions": 3,
        "max_file_bytes": 10**12,
        "max_files_per_day": 100,
        "quota_bytes": 10**13,
        "language": "nl",
        "contact": "it@example.com",
        "tells_ok": True,
    }

    accounts.change(connection, account_id=account.id, values=values)

    changed = accounts.get(connection, name="sender")
    assert {name: getattr(changed, name) for name in values} == values
    accounts.change(connection, account_id=account.id, values={"allowed_networks": ()})
    assert accounts.get(connection, name="sender").allowed_networks == ()


def test_a_key_keeps_its_moments(connection: Connection) -> None:
    account = an_account(connection)
    key = replace(KEY, added_at=NOON, expires_at=NOON + DAY)

    accounts.add_key(connection, account_id=account.id, key=key)

    assert accounts.get(connection, name="sender").keys == (key,)


def test_what_expires_is_told_by_moment_and_never_of_removed_accounts(connection: Connection) -> None:
    place = an_administration(connection)
    by_key, by_password, later, removed = (
        an_account(connection, place, name=name, password_hash="x") for name in ("a", "b", "c", "d")
    )
    accounts.add_key(connection, account_id=by_key.id, key=replace(KEY, expires_at=NOON + 2 * DAY))
    for account, days in ((by_password, 1), (later, 15), (removed, 1)):
        accounts.change(connection, account_id=account.id, values={"password_expires_at": NOON + days * DAY})
    removing.remove(connection, account_id=removed.id, now=NOON)

    found = accounts.expiring(connection, now=NOON)

    assert [(one.account, one.fingerprint) for one in found] == [("b", None), ("a", KEY.fingerprint)]


def test_a_former_password_is_forgotten_some_time_after_its_end(connection: Connection) -> None:
    account = an_account(connection, password_hash="new")
    accounts.change(
        connection,
        account_id=account.id,
        values={"former_password_hash": "old", "former_password_until": NOON},
    )

    assert accounts.forget_former_passwords(connection, before=NOON) == 0
    assert accounts.forget_former_passwords(connection, before=NOON + DAY) == 1

    changed = accounts.get(connection, name="sender")
    assert (changed.password_hash, changed.former_password_hash) == ("new", None)
    assert changed.former_password_until is None


def test_a_hash_is_replaced_only_while_it_is_still_the_one(connection: Connection) -> None:
    account = an_account(connection, password_hash="brought")

    assert not accounts.replace_hash(connection, account_id=account.id, old="other", new="ours")
    assert accounts.replace_hash(connection, account_id=account.id, old="brought", new="ours")
    assert accounts.get(connection, name="sender").password_hash == "ours"
