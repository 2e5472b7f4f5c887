"""Who is here, who came, who was refused: narrowed to what one may see, and told as plain values."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from bridge.admin.operations import accounts, logins
from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.admission import NoEntry
from bridge.domain.audit import Actor, Way
from bridge.domain.errors import NotFound
from bridge.domain.logins import Part
from bridge.domain.roles import Role
from bridge.domain.terms import Terms
from bridge.ledger import logins as stored
from tests.ledger.test_logins import AGREED, enter


@pytest.fixture
def senders(desk: Desk) -> list[Account]:
    """Two accounts that are connected; the first was refused before, and so was a stranger."""
    found = [
        accounts.add(desk, name=name, administration_codes=["A1"], password="x").account
        for name in ("first", "second")
    ]
    now = desk.clock.now()

    def fill(ledger: Connection) -> None:
        enter(ledger, None, now)
        enter(ledger, found[0], now, refused=NoEntry.WRONG_PASSWORD, ended_at=now)
        for account in found:
            enter(ledger, account, now)
            stored.add_profile(ledger, agreed=replace(AGREED, account_id=account.id), now=now, logins_more=1)

    desk.database.write_now(fill)
    return found


@pytest.fixture
def viewer(desk: Desk, senders: list[Account]) -> Desk:
    """The desk of somebody who sees `first` only."""
    actor = Actor(who="eve", way=Way.CONSOLE, role=Role.VIEWER, account=senders[0].id)
    return Desk(database=desk.database, clock=desk.clock, settings=desk.settings, actor=actor)


@pytest.mark.usefixtures("senders")
def test_everything_is_seen_or_what_is_of_one_account(desk: Desk) -> None:
    assert [one.name for one in logins.sessions(desk)] == ["second", "first"]
    assert [one.name for one in logins.sessions(desk, account="first")] == ["first"]
    assert len(logins.listing(desk)) == 4
    refused = logins.listing(desk, refused_only=True)
    assert [one.refused for one in refused] == [NoEntry.WRONG_PASSWORD, NoEntry.UNKNOWN_NAME]
    assert [one.refused for one in logins.listing(desk, before=refused[0].id)] == [NoEntry.UNKNOWN_NAME]
    with pytest.raises(NotFound):
        logins.listing(desk, account="nobody")


@pytest.mark.usefixtures("senders")
def test_a_viewer_sees_the_own_account_and_nothing_of_others(viewer: Desk) -> None:
    accounts_seen = {one.name for one in (*logins.sessions(viewer), *logins.listing(viewer, limit=1000))}
    assert accounts_seen == {"first"}
    assert {one.account for one in logins.profiles(viewer)} == {"first"}
    assert {one.account for one in logins.who_breaks(viewer, algorithm=AGREED.cipher)} == {"first"}
    for look in (logins.sessions, logins.listing, logins.profiles):
        with pytest.raises(NotFound):
            look(viewer, account="second")


def test_what_expires_is_told_and_to_a_viewer_only_the_own(desk: Desk, viewer: Desk) -> None:
    accounts.add(desk, name="third", administration_codes=["A1"], password="x")
    for name, days in (("first", "3"), ("second", "2"), ("third", "30")):
        accounts.change(desk, name=name, terms=Terms(password_expires=days))

    assert [one.account for one in logins.expiring(desk)] == ["second", "first"]
    assert [one.account for one in logins.expiring(viewer)] == ["first"]
    assert logins.expiring_record(logins.expiring(viewer)[0])["what"] == "password"


def test_who_has_not_come_for_a_month_is_not_asked_about(desk: Desk, senders: list[Account]) -> None:
    first = replace(AGREED, account_id=senders[0].id, cipher="3des-cbc", instead={})
    old = desk.clock.now() - logins.LATELY - timedelta(seconds=1)
    desk.database.write_now(stored.add_profile, agreed=first, now=old, logins_more=1)

    assert logins.who_breaks(desk, algorithm="3des-cbc") == []
    assert "3des-cbc" not in logins.algorithms(desk)
    assert AGREED.cipher in logins.algorithms(desk)


@pytest.mark.usefixtures("senders")
def test_who_has_no_other_algorithm_breaks(desk: Desk) -> None:
    by_cipher = logins.who_breaks(desk, algorithm=AGREED.cipher)
    by_exchange = logins.who_breaks(desk, algorithm=AGREED.key_exchange)

    assert [need.instead for need in by_cipher] == [AGREED.instead[Part.CIPHER]] * 2
    assert (logins.count_broken(by_cipher), logins.count_broken(by_exchange)) == (0, 2)


@pytest.mark.usefixtures("senders")
def test_records_become_json_with_a_sentence_for_each_refusal(desk: Desk) -> None:
    found = logins.listing(desk)
    told = json.loads(
        json.dumps(
            [
                [logins.record(one) for one in found],
                [logins.profile_record(one) for one in logins.profiles(desk)],
                [logins.need_record(one) for one in logins.who_breaks(desk, algorithm=AGREED.cipher)],
            ]
        )
    )

    assert [one["text"] for one in told[0]][2:] == [
        "The password is wrong.",
        "There is no account of this name.",
    ]
    assert told[1][0]["instead"] == {"cipher": "aes128-ctr"}
    assert told[2][0]["breaks"] is False
