"""Who is let in, and why somebody is not: the reasons, each with its sentence for administrators.

A client hears none of them: whoever is not let in learns only that.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from bridge.domain.accounts import Account
from bridge.domain.password_hashes import is_same_anew


class NoEntry(StrEnum):
    """Why a log-in was refused; the ledger keeps the codes."""

    UNKNOWN_NAME = "unknown_name"
    ACCOUNT_DISABLED = "account_disabled"
    NETWORK_NOT_ALLOWED = "network_not_allowed"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  a code, not a password
    NO_PASSWORD = "no_password"  # noqa: S105
    PASSWORD_EXPIRED = "password_expired"  # noqa: S105
    OLD_PASSWORD = "old_password"  # noqa: S105
    KEY_NOT_KNOWN = "key_not_known"
    KEY_EXPIRED = "key_expired"
    KEY_TOO_WEAK = "key_too_weak"
    SIGNATURE_NOT_TAKEN = "signature_not_taken"
    NO_PROOF = "no_proof"
    TOO_MANY_PASSWORDS = "too_many_passwords"
    TOO_MANY_SESSIONS = "too_many_sessions"
    TOO_MANY_FAILURES = "too_many_failures"
    TOO_MANY_CONNECTIONS = "too_many_connections"
    NO_COMMON_ALGORITHM = "no_common_algorithm"


SENTENCES: Mapping[NoEntry, str] = {
    NoEntry.UNKNOWN_NAME: "There is no account of this name.",
    NoEntry.ACCOUNT_DISABLED: "The account is disabled.",
    NoEntry.NETWORK_NOT_ALLOWED: "The account may not be used from this address.",
    NoEntry.WRONG_PASSWORD: "The password is wrong.",
    NoEntry.NO_PASSWORD: "A password was given, but this account logs in with keys only.",
    NoEntry.PASSWORD_EXPIRED: "The password is right, but it has expired; set a new one.",
    NoEntry.OLD_PASSWORD: "It is the old password, whose time is over; the sender still has it somewhere.",
    NoEntry.KEY_NOT_KNOWN: "No key that was offered belongs to this account.",
    NoEntry.KEY_EXPIRED: "The key belongs to this account, but it has expired.",
    NoEntry.KEY_TOO_WEAK: "The key is too weak for this port: a short RSA key, or DSA.",
    NoEntry.SIGNATURE_NOT_TAKEN: "The key belongs to this account, but did not sign in a way that this port "
    "takes; an old client that signs with SHA-1 needs sftp.compat_port.",
    NoEntry.NO_PROOF: "Neither a password nor a key was offered.",
    NoEntry.TOO_MANY_PASSWORDS: "Too many wrong passwords on one connection.",
    NoEntry.TOO_MANY_SESSIONS: "It logged in, but the account has as many sessions as it may have.",
    NoEntry.TOO_MANY_FAILURES: "This address gave too many wrong passwords; it waits up to ten minutes.",
    NoEntry.TOO_MANY_CONNECTIONS: "Too many connections at once, or too many that had not logged in.",
    NoEntry.NO_COMMON_ALGORITHM: "Client and server have no algorithm in common; an old client may need "
    "sftp.compat_port.",
}


def obstacle(account: Account | None, *, peer: str) -> NoEntry | None:
    """Return why nothing that *peer* proves can let it in as *account*; None: a right proof will."""
    if account is None:
        return NoEntry.UNKNOWN_NAME
    if account.is_disabled:
        return NoEntry.ACCOUNT_DISABLED
    if not is_allowed_from(account.allowed_networks, peer):
        return NoEntry.NETWORK_NOT_ALLOWED
    return None


def password_obstacle(account: Account, which: int | None, *, now: datetime) -> NoEntry | None:
    """Return why a password does not let in.

    Args:
        account: whose it should be.
        which: the password that it is: 0 the present one, 1 the former one, None: neither.
        now: the present moment.
    """
    if account.password_hash is None:
        return NoEntry.NO_PASSWORD
    if which is None:
        return NoEntry.WRONG_PASSWORD
    if which == 0:
        return NoEntry.PASSWORD_EXPIRED if _is_over(account.password_expires_at, now) else None
    return NoEntry.OLD_PASSWORD if _is_over(account.former_password_until, now) else None


def session_obstacle(
    account: Account, *, fingerprint: str | None, password_hash: str | None, now: datetime
) -> NoEntry | None:
    """Return why a session of *account* must end: what opened it was taken away, changed, or has expired.

    A password that was only hashed anew, or is kept as the former one, still holds.

    Args:
        account: as it is now.
        fingerprint: of the key that opened it; None: a password did.
        password_hash: of that password, as it was then.
        now: the present moment.
    """
    if fingerprint is not None:
        key = next((key for key in account.keys if key.fingerprint == fingerprint), None)
        return NoEntry.KEY_NOT_KNOWN if key is None else key_obstacle(key.expires_at, now=now)
    hashes = (account.password_hash, account.former_password_hash)
    held = password_hash or ""
    which = next(
        (place for place, text in enumerate(hashes) if text and (text == held or is_same_anew(text, held))),
        None,
    )
    return password_obstacle(account, which, now=now)


def key_obstacle(expires_at: datetime | None, *, now: datetime) -> NoEntry | None:
    """Return why a key of the account does not let in."""
    return NoEntry.KEY_EXPIRED if _is_over(expires_at, now) else None


def _is_over(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def is_allowed_from(networks: Sequence[str], peer: str) -> bool:
    """Whether an account with these *networks* may come from the address *peer*; with none, from anywhere."""
    if not networks:
        return True
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped  # how a listener on :: sees IPv4
    return any(address in _network(text) for text in networks)


@lru_cache(maxsize=4096)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text)
