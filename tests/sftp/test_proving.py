"""Log-ins at a real door: networks, moments, two passwords, and what a guesser can learn of them."""

import time
from datetime import timedelta
from typing import Any

import asyncssh
import pytest

from bridge.domain.accounts import Account, AccountId, AccountKey
from bridge.domain.admission import NoEntry
from bridge.ledger import accounts
from bridge.runtime import passwords
from bridge.runtime.clock import SystemClock
from bridge.runtime.passwords import is_ours
from bridge.sftp import proving
from bridge.sftp.policies import MODERN
from tests.runtime.test_passwords import hash_of
from tests.sftp.house import PASSWORD, Door, hashed, key
from tests.sftp.test_login import ask_password, end, silent

SOON, PAST = timedelta(hours=1), timedelta(hours=-1)
DENIED = (asyncssh.Error, OSError)


async def change(door: Door, **values: Any) -> None:
    """Change the account `sender`, and let the door see it."""
    await door.database.write(accounts.change, account_id=AccountId(1), values=values)
    await door.service.refresh()


async def gets_in(door: Door, password: str | None = PASSWORD, **options: Any) -> bool:
    try:
        async with door.connected("sender", password, **options):
            return True
    except DENIED:
        return False


async def test_only_from_an_allowed_network_the_right_password_gets_in(door: Door) -> None:
    await change(door, allowed_networks=("127.0.0.2/32",))

    assert not await gets_in(door)
    assert await gets_in(door, local_addr=("127.0.0.2", 0))


async def test_a_live_session_ends_when_its_network_is_no_longer_allowed(door: Door) -> None:
    async with door.connected():
        began = time.monotonic()
        await door.database.write(
            accounts.change, account_id=AccountId(1), values={"allowed_networks": ("192.0.2.0/24",)}
        )
        await door.until_left()

        assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "values",
    [
        {"password_hash": hashed("new")},
        {"password_hash": None},
        {"password_hash": hashed("new"), "former_password_hash": hashed("older")},
        {
            "password_hash": hashed("new"),
            "former_password_hash": hashed(PASSWORD),
            "former_password_until": SystemClock().now() + PAST,
        },
        {"password_expires_at": SystemClock().now() + PAST},
    ],
    ids=["changed", "taken away", "changed twice", "former and over", "expired"],
)
async def test_a_live_session_ends_when_its_password_opens_nothing_any_more(
    door: Door, values: dict[str, Any]
) -> None:
    async with door.connected():
        await door.database.write(accounts.change, account_id=AccountId(1), values=values)

        await door.until_left()


async def test_a_live_session_ends_at_the_moment_at_which_its_password_expires(door: Door) -> None:
    at = SystemClock().now() + timedelta(seconds=2)
    await change(door, password_expires_at=at)
    async with door.connected():
        await door.until_left()

        assert SystemClock().now() >= at


async def test_a_live_session_goes_on_while_its_password_is_kept_or_only_hashed_anew(door: Door) -> None:
    await change(door, password_hash=hash_of(PASSWORD, "bcrypt"))
    async with door.sftp() as client:
        await door.until(lambda: is_ours(sender(door).password_hash or ""))
        now = SystemClock().now()
        rotated = {"former_password_hash": sender(door).password_hash, "former_password_until": now + SOON}
        await change(door, password_hash=hashed("new"), **rotated)
        door.service._end_not_allowed()

        assert await client.getcwd() == "/"


def sender(door: Door) -> Account:
    return door.database.read_now(accounts.get, name="sender")


async def test_a_live_session_ends_with_its_own_key_and_not_with_another(door: Door) -> None:
    own, other = key("ssh-ed25519"), key("ecdsa-sha2-nistp256")
    for private in (own, other):
        door.add_key(sender(door), private)
    await door.service.refresh()
    async with door.sftp(password=None, client_keys=[own]) as client:
        await remove_key(door, other)
        await change(door, password_hash=hashed("new"))
        door.service._end_not_allowed()
        assert await client.getcwd() == "/"

        await remove_key(door, own)
        await door.until_left()


async def remove_key(door: Door, private: asyncssh.SSHKey) -> None:
    fingerprint = private.get_fingerprint()
    await door.database.write(accounts.remove_key, account_id=AccountId(1), fingerprint=fingerprint)


async def test_both_passwords_are_right_until_the_former_one_ends(door: Door) -> None:
    now = SystemClock().now()
    former = {"former_password_hash": hashed("former"), "former_password_until": now + SOON}
    await change(door, **former)
    assert [await gets_in(door), await gets_in(door, "former")] == [True, True]

    await change(door, former_password_until=now + PAST)
    assert [await gets_in(door), await gets_in(door, "former")] == [True, False]


async def test_an_expired_password_gets_nobody_in(door: Door) -> None:
    now = SystemClock().now()
    await change(door, password_expires_at=now + SOON)
    assert await gets_in(door)

    await change(door, password_expires_at=now + PAST)
    assert not await gets_in(door)


async def test_of_several_keys_only_the_expired_one_opens_nothing(door: Door) -> None:
    fresh, stale = key("ssh-ed25519"), key("ecdsa-sha2-nistp256")
    for private, expires in ((fresh, SOON), (stale, PAST)):
        await door.database.write(
            accounts.add_key,
            account_id=AccountId(1),
            key=AccountKey(
                fingerprint=private.get_fingerprint(),
                public_key=private.export_public_key().decode().strip(),
                comment="",
                expires_at=SystemClock().now() + expires,
            ),
        )
    await door.service.refresh()

    assert await gets_in(door, None, client_keys=[fresh])
    assert not await gets_in(door, None, client_keys=[stale])
    assert await gets_in(door, None, client_keys=[stale, fresh])


@pytest.mark.parametrize(
    ("values", "password", "why"),
    [
        ({}, "wrong", NoEntry.WRONG_PASSWORD),
        ({"is_disabled": True}, PASSWORD, NoEntry.ACCOUNT_DISABLED),
        ({"allowed_networks": ("192.0.2.0/24",)}, PASSWORD, NoEntry.NETWORK_NOT_ALLOWED),
        ({"password_hash": None}, PASSWORD, NoEntry.NO_PASSWORD),
    ],
)
async def test_each_refusal_has_its_reason_and_costs_a_comparison(
    door: Door, monkeypatch: pytest.MonkeyPatch, values: dict[str, Any], password: str, why: NoEntry
) -> None:
    compared: list[str] = []
    inner = passwords.is_right

    def noting(stored: str, text: str) -> bool:
        compared.append(stored)
        return inner(stored, text)

    monkeypatch.setattr(proving, "is_right", noting)
    door.add("other", password_hash=hashed("other"))
    await change(door, encoding=None, **values)

    answer = await door.service._prover.by_password("sender", password, peer="127.0.0.1")

    assert answer is why
    assert len(compared) == 1


async def test_an_unknown_name_is_compared_with_what_some_account_has(door: Door) -> None:
    # Otherwise a hash that was brought along, slower than ours, or two of them, would give its account away.
    slow = hash_of("x", "bcrypt")
    await change(door, password_hash=slow, former_password_hash=hashed("former"))
    directory = door.service._directory

    assert directory.decoy("nobody") == (slow, hashed("former"))
    assert await door.service._prover.by_password("nobody", "x", peer="127.0.0.1") is NoEntry.UNKNOWN_NAME


async def test_the_same_unknown_name_always_takes_equally_long(door: Door) -> None:
    for number in range(5):
        door.add(f"account{number}", password_hash=f"$argon2id${number}")
    await door.service.refresh()
    directory = door.service._directory
    names = [f"nobody{number}" for number in range(100)]

    assert [directory.decoy(name) for name in names] == [directory.decoy(name) for name in names]
    assert len({directory.decoy(name) for name in names}) > 1


async def test_a_refused_proof_with_the_right_password_counts_as_a_wrong_one(door: Door) -> None:
    await change(door, allowed_networks=("192.0.2.0/24",))
    connection = await silent(door, "sender")
    [entry] = door.service._logins

    ask_password(connection, "sender", PASSWORD)
    await door.until(lambda: "127.0.0.1" in entry._throttle._penalties._records)

    assert entry._throttle._penalties._records["127.0.0.1"].failures == 1
    await end(connection)


async def test_a_key_says_why_it_does_not_open(door: Door) -> None:
    prover, private = door.service._prover, key("ssh-ed25519")
    account = door.service._directory.known("sender")
    assert account is not None

    def judged(name: str = "sender", with_key: asyncssh.SSHKey = private) -> object:
        return prover.by_key(name, with_key, peer="127.0.0.1", policy=MODERN)[0]

    assert judged() is NoEntry.KEY_NOT_KNOWN
    assert judged("nobody") is NoEntry.UNKNOWN_NAME
    assert judged(with_key=key("ssh-rsa", key_size=1024)) is NoEntry.KEY_TOO_WEAK
    door.add_key(account, private)
    await door.service.refresh()
    proven = judged()
    assert isinstance(proven, proving.Proven)
    assert proven.method == private.get_fingerprint()


def test_what_is_proven_does_not_show_the_password() -> None:
    account = Account(id=AccountId(1), name="x", password_hash=None, encoding=None, is_disabled=False)

    assert "canary" not in repr(proving.Proven(account=account, method="password", to_rehash="canary"))
