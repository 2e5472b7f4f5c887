"""The terms on which an account is served, as a person says them, and what they mean for the account."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bridge.domain.errors import Invalid
from bridge.domain.hosts import check_mail_address
from bridge.domain.sizes import parse_size

# Each takes a term away: never expires, from anywhere, as the settings say, no limit.
NOTHING = frozenset({"never", "any", "default", "none"})
MOST_DAYS = 3650
MOST_COUNT = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is to be changed; None leaves a term as it is, and a word of `NOTHING` takes it away."""

    password_expires: str | None = None  # days from now
    allow_from: Sequence[str] = ()  # networks, which replace the former ones
    max_sessions: str | None = None
    max_file_size: str | None = None  # such as 500MB
    max_files_per_day: str | None = None
    quota: str | None = None  # such as 20GB
    language: str | None = None
    contact: str | None = None
    tells_ok: bool | None = None

    def values(self, *, now: datetime) -> dict[str, Any]:
        """Return the fields of an account that change, by their names.

        Raises:
            Invalid: one of them cannot be right.
        """
        found: dict[str, Any] = {}
        if self.password_expires is not None:
            found["password_expires_at"] = expiry(self.password_expires, now=now)
        if self.allow_from:
            found["allowed_networks"] = check_networks(self.allow_from)
        for name, count in (
            ("max_sessions", self.max_sessions),
            ("max_files_per_day", self.max_files_per_day),
        ):
            if count is not None:
                found[name] = None if count in NOTHING else _count(name, count)
        for name, size in (("max_file_bytes", self.max_file_size), ("quota_bytes", self.quota)):
            if size is not None:
                found[name] = None if size in NOTHING else parse_size(size)
        return found | self._telling()

    def _telling(self) -> dict[str, Any]:
        """Return what changes of how the sender and the tenant are told."""
        found: dict[str, Any] = {}
        if self.language is not None:
            found["language"] = None if self.language in NOTHING else _language(self.language)
        if self.contact is not None:
            found["contact"] = None if self.contact in NOTHING else check_mail_address(self.contact)
        if self.tells_ok is not None:
            found["tells_ok"] = self.tells_ok
        return found


def expiry(days: str, *, now: datetime) -> datetime | None:
    """Return the moment so many days from *now*; None for `never`; raise `Invalid`."""
    if days in NOTHING:
        return None
    return now + check_days(days)


def check_days(days: str) -> timedelta:
    """Return so many days; raise `Invalid` unless they are 1 to `MOST_DAYS`."""
    if not re.fullmatch(r"[0-9]{1,4}", days) or not 1 <= int(days) <= MOST_DAYS:
        raise Invalid(f"{days!r}: expected days from now, 1 to {MOST_DAYS}, or: never")
    return timedelta(days=int(days))


def check_networks(texts: Sequence[str]) -> tuple[str, ...]:
    """Return networks as ``192.0.2.0/24``, each once; nothing for ``any``.

    Raises:
        Invalid: one is no network, or stands beside ``any``.
    """
    if any(text in NOTHING for text in texts):
        if len(texts) > 1:
            raise Invalid("networks: 'any' means from anywhere, so no network can stand beside it")
        return ()
    return tuple(dict.fromkeys(_network(text.strip()) for text in texts))


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        pass
    try:
        meant = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise Invalid(
            f"network {text!r}: expected an address or a network, such as 192.0.2.7, 192.0.2.0/24 or "
            "2001:db8::/32"
        ) from None
    raise Invalid(f"network {text}: did you mean {meant}? An address of its own is written without the /")


def _count(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,8}", text) or not 1 <= int(text) <= MOST_COUNT:
        raise Invalid(f"{name} {text!r}: expected a number from 1 to {MOST_COUNT:,}, or: default")
    return int(text)


def _language(text: str) -> str:
    from bridge.domain.reasons import LANGUAGES  # loads the texts, which most commands do not show

    found = next((language for language in LANGUAGES if language == text), None)
    if found is None:
        raise Invalid(f"language {text!r}: expected {' or '.join(LANGUAGES)}, or: default")
    return found
