"""What expires is told two weeks before, and until somebody has changed it."""

from dataclasses import replace
from datetime import timedelta

from bridge.domain.accounts import Account, AccountId, AccountKey
from bridge.domain.expiry import WARNED_BEFORE, expiring
from tests.support.clock import DAY, NOON, SECOND

KEY = AccountKey(fingerprint="SHA256:abc", public_key="ssh-ed25519 AAAA", comment="")
SENDER = Account(id=AccountId(1), name="sender", password_hash="$argon2id$", encoding=None, is_disabled=False)


def told(account: Account) -> list[tuple[str | None, timedelta]]:
    return [(one.fingerprint, one.expires_at - NOON) for one in expiring(account, now=NOON)]


def test_a_password_is_told_two_weeks_before_it_expires_and_not_earlier() -> None:
    assert told(SENDER) == []
    assert told(replace(SENDER, password_expires_at=NOON + WARNED_BEFORE + SECOND)) == []
    assert told(replace(SENDER, password_expires_at=NOON + WARNED_BEFORE)) == [(None, 14 * DAY)]


def test_each_key_has_its_own_moment() -> None:
    account = replace(
        SENDER,
        keys=(KEY, replace(KEY, fingerprint="SHA256:soon", expires_at=NOON + DAY)),
    )

    assert told(account) == [("SHA256:soon", DAY)]


def test_what_has_expired_is_told_until_it_is_changed() -> None:
    [one] = expiring(replace(SENDER, password_expires_at=NOON - 30 * DAY), now=NOON)

    assert one.is_over(NOON)
    assert not one.is_over(NOON - 31 * DAY)


def test_nothing_is_told_of_an_account_that_cannot_log_in_by_it_anyway() -> None:
    late = replace(SENDER, password_expires_at=NOON)

    assert told(replace(late, is_disabled=True)) == []
    assert told(replace(late, password_hash=None)) == []
