"""Proof of who it is: a password or a key, judged with the account's networks and moments.

Where an account may not be used, a password is compared all the same, and counts as a wrong one does: a
guesser who is outside the allowed networks, or has a name of a disabled account, must not learn from the time
or from the throttle that the name exists or the password is right.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import asyncssh

from bridge.domain.accounts import Account
from bridge.domain.admission import NoEntry, key_obstacle, obstacle, password_obstacle, session_obstacle
from bridge.domain.clock import Clock
from bridge.domain.logins import FORMER_PASSWORD, PASSWORD
from bridge.runtime.passwords import is_ours, is_right
from bridge.sftp.directory import Directory, hashes_of
from bridge.sftp.policies import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """Somebody proved to be *account*."""

    account: Account
    method: str  # password, former password, or the fingerprint of a key
    password_hash: str | None = field(default=None, repr=False)  # that matched; None: it was a key
    to_rehash: str | None = field(default=None, repr=False)  # the password, if another server hashed it


class Prover:
    """Judges passwords and keys."""

    def __init__(self, *, directory: Directory, clock: Clock, hashing: Executor) -> None:
        self._directory = directory
        self._clock = clock
        self._hashing = hashing

    async def by_password(self, name: str, password: str, *, peer: str) -> Proven | NoEntry:
        """Return what *password* proves; as slow for an unknown name as for a known one."""
        account = self._directory.known(name)
        has_password = account is not None and account.password_hash is not None
        stored = hashes_of(account) if account is not None and has_password else self._directory.decoy(name)
        which = await asyncio.get_running_loop().run_in_executor(self._hashing, first_right, stored, password)
        if (why := obstacle(account, peer=peer)) is not None or account is None:
            return why or NoEntry.UNKNOWN_NAME
        why = password_obstacle(account, which if has_password else None, now=self._clock.now())
        if why is not None:
            return why
        is_foreign = which == 0 and not is_ours(stored[0])
        return Proven(
            account=account,
            method=FORMER_PASSWORD if which else PASSWORD,
            password_hash=stored[which or 0],
            to_rehash=password if is_foreign else None,
        )

    def by_key(
        self, name: str, key: asyncssh.SSHKey, *, peer: str, policy: Policy
    ) -> tuple[Proven | NoEntry, str]:
        """Return what *key* proves once it has signed, and its fingerprint; also asked for probes."""
        account = self._directory.known(name)
        fingerprint = key.get_fingerprint()
        if (why := obstacle(account, peer=peer)) is not None or account is None:
            return why or NoEntry.UNKNOWN_NAME, fingerprint
        if not policy.admits(key):
            return NoEntry.KEY_TOO_WEAK, fingerprint
        own = self._directory.key_of(name, key)
        if own is None:
            return NoEntry.KEY_NOT_KNOWN, fingerprint
        if (why := key_obstacle(own.expires_at, now=self._clock.now())) is not None:
            return why, fingerprint
        return Proven(account=account, method=own.fingerprint), own.fingerprint

    def why_not(self, proven: Proven, *, peer: str) -> NoEntry | None:
        """Return why whoever proved this, and came in, would not get in with it now; None: it would."""
        account = self._directory.known(proven.account.name)
        if account is None or account.id != proven.account.id:
            return NoEntry.UNKNOWN_NAME
        return obstacle(account, peer=peer) or session_obstacle(
            account,
            fingerprint=proven.method if proven.password_hash is None else None,
            password_hash=proven.password_hash,
            now=self._clock.now(),
        )


def first_right(hashes: Sequence[str], password: str) -> int | None:
    """Return which of *hashes* is of *password*; runs in a thread."""
    return next((place for place, text in enumerate(hashes) if is_right(text, password)), None)
