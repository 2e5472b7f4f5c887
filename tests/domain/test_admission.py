"""Who is let in: the first obstacle counts, and every reason has its sentence."""

from dataclasses import replace
from datetime import datetime

import pytest

from bridge.domain.accounts import Account, AccountId, AccountKey
from bridge.domain.admission import (
    SENTENCES,
    NoEntry,
    is_allowed_from,
    key_obstacle,
    obstacle,
    password_obstacle,
    session_obstacle,
)
from tests.support.clock import NOON, SECOND

HERE = "192.0.2.7"
SENDER = Account(id=AccountId(1), name="sender", password_hash="x", encoding=None, is_disabled=False)


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(NoEntry)
    assert all(text.endswith(".") for text in SENTENCES.values())


def test_an_account_is_entered_unless_something_is_in_the_way() -> None:
    assert obstacle(SENDER, peer=HERE) is None
    assert obstacle(None, peer=HERE) is NoEntry.UNKNOWN_NAME
    assert obstacle(replace(SENDER, is_disabled=True), peer=HERE) is NoEntry.ACCOUNT_DISABLED
    elsewhere = replace(SENDER, allowed_networks=("198.51.100.0/24",))
    assert obstacle(elsewhere, peer=HERE) is NoEntry.NETWORK_NOT_ALLOWED


@pytest.mark.parametrize(
    ("networks", "peer", "allowed"),
    [
        ((), "anything", True),
        (("192.0.2.0/24",), HERE, True),
        (("192.0.2.0/24",), "192.0.3.7", False),
        (("192.0.2.0/24", "192.0.3.7/32"), "192.0.3.7", True),
        (("192.0.2.0/24",), "::ffff:192.0.2.7", True),
        (("192.0.2.0/24",), "2001:db8::1", False),
        (("2001:db8::/32",), "2001:db8::1", True),
        (("0.0.0.0/0",), "?", False),
    ],
)
def test_the_address_counts_as_the_network_sees_it(
    networks: tuple[str, ...], peer: str, allowed: bool
) -> None:
    assert is_allowed_from(networks, peer) is allowed


def test_a_password_is_right_until_it_expires_and_not_in_that_moment() -> None:
    account = replace(SENDER, password_expires_at=NOON)

    assert password_obstacle(account, 0, now=NOON - SECOND) is None
    assert password_obstacle(account, 0, now=NOON) is NoEntry.PASSWORD_EXPIRED
    assert password_obstacle(account, None, now=NOON) is NoEntry.WRONG_PASSWORD
    assert password_obstacle(replace(SENDER, password_hash=None), None, now=NOON) is NoEntry.NO_PASSWORD


def test_the_former_password_is_right_until_its_moment() -> None:
    account = replace(SENDER, former_password_hash="y", former_password_until=NOON)

    assert password_obstacle(account, 1, now=NOON - SECOND) is None
    assert password_obstacle(account, 1, now=NOON) is NoEntry.OLD_PASSWORD


def test_a_key_opens_until_it_expires() -> None:
    assert key_obstacle(None, now=NOON) is None
    assert key_obstacle(NOON, now=NOON - SECOND) is None
    assert key_obstacle(NOON, now=NOON) is NoEntry.KEY_EXPIRED


def test_a_session_holds_as_long_as_what_opened_it() -> None:
    key = AccountKey(fingerprint="SHA256:k", public_key="", comment="", expires_at=NOON)
    account = replace(SENDER, keys=(key,), former_password_hash="old", former_password_until=NOON)
    before, after = NOON - SECOND, NOON + SECOND

    def judged(fingerprint: str | None, password_hash: str | None, now: datetime = before) -> NoEntry | None:
        return session_obstacle(account, fingerprint=fingerprint, password_hash=password_hash, now=now)

    assert judged("SHA256:k", None) is None
    assert judged("SHA256:k", None, after) is NoEntry.KEY_EXPIRED
    assert judged("SHA256:other", None) is NoEntry.KEY_NOT_KNOWN
    assert judged(None, "x", after) is None
    assert judged(None, "old") is None
    assert judged(None, "old", after) is NoEntry.OLD_PASSWORD
    assert judged(None, "older") is NoEntry.WRONG_PASSWORD
