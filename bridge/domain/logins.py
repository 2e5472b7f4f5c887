"""Log-ins as they were noted, the clients behind them, and who needs which algorithm."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bridge.domain.accounts import AccountId
from bridge.domain.admission import NoEntry

LogInId = NewType("LogInId", int)

PASSWORD, FORMER_PASSWORD = "password", "former password"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """Somebody who came in, or was refused."""

    id: LogInId
    at: datetime
    account_id: AccountId | None  # None: there is no account of this name
    name: str  # as it was given, printable; empty: it broke off before a name
    peer: str
    client: str  # its version string, printable
    method: str | None  # password, former password, or the fingerprint of a key
    refused: NoEntry | None  # None: it came in
    node: str | None  # the process that it is connected to
    ended_at: datetime | None


class Part(StrEnum):
    """What client and server agree on, and what the client proves itself with."""

    KEY_EXCHANGE = "key_exchange"
    HOST_KEY = "host_key"
    CIPHER = "cipher"
    MAC = "mac"
    PROOF = "proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """How one client of an account logs in."""

    account_id: AccountId
    client: str
    door: str  # modern, compat or ancient
    key_exchange: str
    host_key: str
    cipher: str
    mac: str  # the cipher's name if that needs none
    proof: str  # password, or the algorithm of the signature
    # What it would have agreed on without the chosen one, by its own offer; no entry: nothing.
    instead: Mapping[Part, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A way in which an account logged in, how often, and when last."""

    agreed: Agreed
    account: str
    first_at: datetime
    last_at: datetime
    logins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """An account's client that used an algorithm lately."""

    account: str
    client: str
    door: str
    part: Part
    last_at: datetime
    logins: int
    instead: str | None  # what it would use without it; None: it could not log in

    @property
    def breaks(self) -> bool:
        """Whether the client stays outside if the algorithm is switched off."""
        return self.instead is None


def needs(profiles: Iterable[Profile], algorithm: str) -> list[Need]:
    """Return which clients used *algorithm*: first those that would break, the latest first.

    A client that has logged in by another proof lately can do so again; all else is known from its own offer.
    """
    found: dict[tuple[str, str, str, Part], Need] = {}
    listed = list(profiles)
    for profile in listed:
        for part in Part:
            if getattr(profile.agreed, part.value) != algorithm or _is_twice(profile, part):
                continue
            need = _need(profile, part, listed)
            place = (need.account, need.client, need.door, part)
            found[place] = need if place not in found else _joined(found[place], need)
    return sorted(found.values(), key=lambda need: (not need.breaks, -need.last_at.timestamp(), need.account))


def _is_twice(profile: Profile, part: Part) -> bool:
    """Whether it is told as the cipher already: one that needs no MAC stands in its place."""
    return part is Part.MAC and profile.agreed.mac == profile.agreed.cipher


def _need(profile: Profile, part: Part, all_profiles: Iterable[Profile]) -> Need:
    agreed = profile.agreed
    instead = agreed.instead.get(part)
    if part is Part.PROOF:
        others = [
            other
            for other in all_profiles
            if (other.agreed.account_id, other.agreed.client, other.agreed.door)
            == (agreed.account_id, agreed.client, agreed.door)
            and other.agreed.proof != agreed.proof
        ]
        instead = max(others, key=lambda other: other.last_at).agreed.proof if others else None
    return Need(
        account=profile.account,
        client=agreed.client,
        door=agreed.door,
        part=part,
        last_at=profile.last_at,
        logins=profile.logins,
        instead=instead,
    )


def _joined(one: Need, other: Need) -> Need:
    """Return both as one: the later says what the client can do, the number counts both."""
    later = max(one, other, key=lambda need: need.last_at)
    return Need(
        account=later.account,
        client=later.client,
        door=later.door,
        part=later.part,
        last_at=later.last_at,
        logins=one.logins + other.logins,
        instead=later.instead,
    )
