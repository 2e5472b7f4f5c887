"""Log-ins in the ledger: the latest first, ended once, and forgotten in the order of their age."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account, AccountId
from bridge.domain.admission import NoEntry
from bridge.domain.logins import Agreed, LogInId, Part
from bridge.ledger import accounts, logins, removing
from bridge.ledger.schema import client_profiles
from bridge.ledger.schema import logins as table
from tests.ledger.test_accounts import KEY
from tests.support.builders import an_account, an_administration
from tests.support.clock import DAY, MINUTE, NOON

AGREED = Agreed(
    account_id=AccountId(0),
    client="SSH-2.0-Test",
    door="modern",
    key_exchange="curve25519-sha256",
    host_key="ssh-ed25519",
    cipher="aes256-ctr",
    mac="hmac-sha2-256",
    proof="password",
    instead={Part.CIPHER: "aes128-ctr"},
)


def enter(connection: Connection, account: Account | None, at: datetime = NOON, **values: Any) -> LogInId:
    usual: dict[str, Any] = {
        "at": at,
        "account_id": None if account is None else account.id,
        "name": "nobody" if account is None else account.name,
        "peer": "192.0.2.7",
        "client": "SSH-2.0-Test",
        "method": "password",
        "refused": None if account else NoEntry.UNKNOWN_NAME,
        "node": "here",
        "ended_at": None if account else at,
    }
    return logins.add(connection, values=usual | values)


def ids(connection: Connection, **asked: Any) -> list[LogInId]:
    usual: dict[str, Any] = {"account_id": None, "is_refused": False, "before": None, "limit": 10}
    return [one.id for one in logins.listing(connection, **(usual | asked))]


def test_who_came_in_is_connected_until_it_leaves(connection: Connection) -> None:
    account = an_account(connection)
    first, second = enter(connection, account), enter(connection, account)
    enter(connection, None)

    assert [one.id for one in logins.sessions(connection, account_id=None, limit=10)] == [second, first]
    logins.end(connection, ended={first: NOON + MINUTE})

    assert [one.id for one in logins.sessions(connection, account_id=account.id, limit=10)] == [second]
    [_, _, left] = logins.listing(connection, account_id=None, is_refused=False, before=None, limit=10)
    assert (left.id, left.ended_at) == (first, NOON + MINUTE)


def test_they_are_listed_by_account_by_page_and_only_the_refused(connection: Connection) -> None:
    account = an_account(connection)
    came = enter(connection, account)
    wrong = enter(connection, account, refused=NoEntry.WRONG_PASSWORD, ended_at=NOON)
    unknown = enter(connection, None)

    assert ids(connection) == [unknown, wrong, came]
    assert ids(connection, account_id=account.id) == [wrong, came]
    assert ids(connection, is_refused=True) == [unknown, wrong]
    assert ids(connection, before=wrong) == [came]
    assert ids(connection, limit=1) == [unknown]


def test_a_node_that_begins_ends_its_own_sessions_and_no_other_s(connection: Connection) -> None:
    account = an_account(connection)
    enter(connection, account)
    other = enter(connection, account, node="there")

    assert logins.end_all(connection, node="here", now=NOON) == 1
    assert [one.id for one in logins.sessions(connection, account_id=None, limit=10)] == [other]


def test_a_way_to_log_in_is_counted_and_its_latest_offer_kept(connection: Connection) -> None:
    agreed = replace(AGREED, account_id=an_account(connection).id)
    logins.add_profile(connection, agreed=agreed, now=NOON, logins_more=2)
    newer = replace(agreed, instead={Part.MAC: "hmac-sha2-512"})
    logins.add_profile(connection, agreed=newer, now=NOON + DAY, logins_more=3)

    [profile] = logins.profiles(connection)

    assert (profile.account, profile.logins) == ("sender", 5)
    assert (profile.first_at, profile.last_at) == (NOON, NOON + DAY)
    assert profile.agreed.instead == {Part.MAC: "hmac-sha2-512"}
    assert logins.profiles(connection, since=NOON + 2 * DAY) == []
    assert logins.profiles(connection, account_id=AccountId(0)) == []


def test_ways_of_removed_accounts_are_not_told(connection: Connection) -> None:
    account = an_account(connection)
    logins.add_profile(connection, agreed=replace(AGREED, account_id=account.id), now=NOON, logins_more=1)
    removing.remove(connection, account_id=account.id, now=NOON)

    assert logins.profiles(connection) == []


def test_a_key_knows_when_it_was_used_last(connection: Connection) -> None:
    account = an_account(connection)
    accounts.add_key(connection, account_id=account.id, key=KEY)

    logins.use_key(connection, account_id=account.id, fingerprint=KEY.fingerprint, now=NOON)

    assert accounts.get(connection, name="sender").keys[0].last_used_at == NOON


def test_what_is_old_is_forgotten_some_at_a_time(connection: Connection) -> None:
    account = an_account(connection)
    for number in range(5):
        enter(connection, account, NOON + number * DAY)

    def forget() -> int:
        return logins.forget(connection, before=NOON + 3 * DAY, most=1000, most_unknown=1000, limit=2)

    assert [forget(), forget(), forget()] == [2, 1, 0]
    assert len(ids(connection)) == 2


def test_above_a_number_the_oldest_go_and_those_of_unknown_names_before(connection: Connection) -> None:
    account = an_account(connection)
    known = [enter(connection, account) for _ in range(2)]
    unknown = [enter(connection, None) for _ in range(4)]

    def forget(most: int) -> int:
        return logins.forget(connection, before=NOON - DAY, most=most, most_unknown=2, limit=100)

    assert forget(1000) == 2
    assert ids(connection) == [unknown[3], unknown[2], known[1], known[0]]
    assert forget(2) == 2
    assert ids(connection) == [unknown[3], unknown[2]]


def test_of_an_account_s_ways_the_latest_are_kept(connection: Connection) -> None:
    place = an_administration(connection)
    for name in ("a", "b"):
        account = an_account(connection, place, name=name)
        for number in range(4):
            agreed = replace(AGREED, account_id=account.id, client=f"client {number}")
            logins.add_profile(connection, agreed=agreed, now=NOON + number * DAY, logins_more=1)

    assert logins.forget_profiles(connection, before=NOON, most=2) == 4
    assert [one.agreed.client for one in logins.profiles(connection)] == ["client 3"] * 2 + ["client 2"] * 2
    assert logins.forget_profiles(connection, before=NOON + 3 * DAY, most=2) == 2


def test_nothing_is_left_to_forget_where_there_is_nothing(connection: Connection) -> None:
    assert logins.forget(connection, before=NOON, most=0, most_unknown=0, limit=10) == 0
    assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0
    assert connection.execute(sa.select(sa.func.count()).select_from(client_profiles)).scalar() == 0
