"""Log-ins on the command line: in words for people, in values for scripts, inert in a terminal."""

from dataclasses import replace

import pytest

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.admission import NoEntry
from bridge.ledger import logins
from tests.cli.conftest import Command
from tests.ledger.test_logins import AGREED, enter


@pytest.fixture
def _noted(desk: Desk, account: Account) -> None:
    now = desk.clock.now()
    desk.database.write_now(lambda c: enter(c, account, now))
    desk.database.write_now(
        lambda c: enter(
            c, account, now, refused=NoEntry.OLD_PASSWORD, ended_at=now, client="SSH-2.0-\x1b[31mred"
        )
    )
    desk.database.write_now(
        lambda c: logins.add_profile(c, agreed=replace(AGREED, account_id=account.id), now=now, logins_more=3)
    )


def test_where_nobody_came_it_is_said_in_words(bridge: Command, account: Account) -> None:
    assert bridge("session", "list").out == "Nobody is connected.\n"
    assert bridge("login", "list").out == "Nobody came in the last 30 days.\n"
    assert bridge("login", "list", "--refused").out == "Nobody was refused in the last 30 days.\n"
    assert bridge("account", "clients", account.name).out == "It has not logged in yet.\n"
    assert bridge("account", "expiring").out == "Nothing expires within two weeks.\n"
    assert bridge("client", "breaks", "ssh-rsa").out == "Nobody used ssh-rsa in the last 30 days.\n"
    assert bridge("account", "clients", "nobody").code == 1


@pytest.mark.usefixtures("_noted")
def test_sessions_and_refusals_are_told_with_their_reason(bridge: Command) -> None:
    [_, line] = bridge("session", "list", "--account", "sender").out.splitlines()
    assert "sender" in line
    assert "192.0.2.7" in line
    refused = bridge("login", "list", "--refused").out
    assert "It is the old password, whose time is over" in refused
    assert "\x1b" not in refused
    both = bridge("login", "list", "--json").json
    assert [one["refused"] for one in both] == ["old_password", None]
    assert "is connected" in bridge("login", "list").out


@pytest.mark.usefixtures("_noted")
def test_a_full_page_says_how_to_see_the_next(bridge: Command) -> None:
    first = bridge("login", "list", "--limit", "1")
    assert "--before 2 shows" in first.error

    assert [one["id"] for one in bridge("login", "list", "--before", "2", "--json").json] == [1]


@pytest.mark.usefixtures("_noted")
def test_who_breaks_is_said_in_a_sentence_first(bridge: Command) -> None:
    alone = bridge("client", "breaks", "curve25519-sha256").out
    assert alone.startswith("Without curve25519-sha256 1 account could not log in any more, as far as")
    assert "cannot log in" in alone

    other = bridge("client", "breaks", "aes256-ctr").out
    assert other.startswith("Without aes256-ctr every account could still log in, as far as")
    assert "would use aes128-ctr" in other
    assert bridge("client", "breaks", "aes256-ctr", "--json").json[0]["instead"] == "aes128-ctr"
    assert "In use were: aes256-ctr, curve25519-sha256" in bridge("client", "breaks", "typo").out


@pytest.mark.usefixtures("_noted")
def test_an_account_s_clients_are_listed_with_what_they_agreed_on(bridge: Command) -> None:
    shown = bridge("account", "clients", "sender").out

    assert "curve25519-sha256" in shown
    assert bridge("account", "clients", "sender", "--json").json[0]["logins"] == 3


def test_what_expires_soon_is_listed(bridge: Command, account: Account) -> None:
    bridge("account", "password", account.name, "--expires", "3")

    [_, line] = bridge("account", "expiring").out.splitlines()
    assert line.split()[:2] == ["sender", "password"]
    assert bridge("account", "expiring", "--json").json[0]["what"] == "password"
