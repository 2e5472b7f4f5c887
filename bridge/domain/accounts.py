"""An account: an SFTP login of one tenant, with what it may do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.errors import Invalid
from bridge.domain.kinds import Kind

if TYPE_CHECKING:  # most commands show no guard
    from bridge.domain.reasons import Language, ReasonCode
    from bridge.domain.rules import Rule

AccountId = NewType("AccountId", int)
RouteId = NewType("RouteId", int)

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?")


class AtClose(StrEnum):
    """What a client is told at its CLOSE of a file that cannot go as it is."""

    REFUSE = "refuse"  # an error, so that the sender sees it at once; the file is not kept
    HOLD = "hold"  # OK; the file waits for a person


class Expects(StrEnum):
    """Where it comes from when uploads of an account are due."""

    LEARNED = "learned"  # from its habits, every night
    SET = "set"  # by a person
    OFF = "off"  # nothing is expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A rule of an account: files whose path fits *pattern* are of this kind, for this administration."""

    id: RouteId
    pattern: str  # a glob, or re: and a regular expression; see bridge.domain.patterns
    kind: Kind | None  # None: recognise it as in /
    administration_id: AdministrationId | None  # None: by the pattern, by folder, else the account's first
    encoding: str | None = None  # of text that is not UTF-8; None: the account's
    guards: "Mapping[ReasonCode, Rule]" = field(
        default_factory=dict, hash=False
    )  # before the administration's


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKey:
    """A public key that may log in."""

    fingerprint: str  # SHA256:…
    public_key: str  # one line, OpenSSH format, without options
    comment: str
    added_at: datetime | None = None  # None: before that was noted
    expires_at: datetime | None = None  # from then on it opens nothing; None: never
    last_used_at: datetime | None = None  # the last log-in with it, as far as noted


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An SFTP login of one tenant."""

    id: AccountId
    name: str
    password_hash: str | None  # argon2id, or one brought along (bridge.runtime.passwords); None: keys only
    encoding: str | None  # of file names and text that are not UTF-8; None: not told
    is_disabled: bool
    keys: tuple[AccountKey, ...] = ()
    administrations: tuple[Administration, ...] = ()  # the first is the default
    routes: tuple[Route, ...] = ()  # in order; the first that fits wins
    at_close: AtClose = AtClose.REFUSE
    is_stopped: bool = False  # by an operator: what it uploads is accepted, and not sent until resumed
    expects: Expects = Expects.LEARNED
    password_expires_at: datetime | None = None  # from then on it opens nothing; None: never
    former_password_hash: str | None = None  # while its senders are changed over, both passwords are right
    former_password_until: datetime | None = None  # set exactly if there is a former one
    allowed_networks: tuple[str, ...] = ()  # CIDR; empty: from anywhere
    max_sessions: int | None = None  # open SFTP channels; None: sftp.max_sessions_per_account
    max_file_bytes: int | None = None  # None: sftp.max_file_bytes
    max_files_per_day: int | None = None  # closed within 24 hours; None: no limit
    quota_bytes: int | None = None  # of what the spool still holds of it; None: no limit
    language: "Language | None" = None  # of what its sender reads; None: the settings'
    contact: str | None = None  # mail address of the tenant
    tells_ok: bool = False  # status/NAME.ok as well as NAME.rejected.txt
    erased_at: datetime | None = None  # what it sent and what it was called are gone


def check_name(name: str) -> str:
    """Return *name* if it can be a login on every client.

    Lower-case ASCII only: SSH servers prepare names (a full-width ``u`` becomes ``u``), and two accounts must
    never meet in one name (threats A13).

    Raises:
        Invalid: anything else.
    """
    if not _NAME.fullmatch(name):
        raise Invalid(
            f"account name {name!r}: use 1 to 64 of a-z 0-9 . _ @ - (first and last a letter or digit)"
        )
    return name
