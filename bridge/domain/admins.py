"""Admins and tokens: who manages the bridge, in person or by a program."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bridge.domain.accounts import AccountId
from bridge.domain.audit import Actor, Way
from bridge.domain.errors import Invalid
from bridge.domain.roles import Role

AdminId = NewType("AdminId", int)
TokenId = NewType("TokenId", int)

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?")
SHORTEST_PASSWORD = 12  # characters; length is what counts (NIST SP 800-63B)
LONGEST_PASSWORD = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """A person who manages the bridge."""

    id: AdminId
    name: str
    role: Role
    account: str | None  # set exactly for a viewer: the name of the only account that is seen
    account_id: AccountId | None
    password_hash: str  # argon2id
    sealed_totp: str | None  # the secret of one-time passwords; None: the password is enough
    totp_step: int | None  # the last step of 30 s of which a one-time password was used
    is_disabled: bool
    created_at: datetime
    last_login_at: datetime | None

    def __post_init__(self) -> None:
        if (self.role is Role.VIEWER) != (self.account is not None):
            raise ValueError(f"{self.name}: role {self.role} and account {self.account} disagree")

    def acts(self, way: Way, why: str | None = None) -> Actor:
        """Return the admin as the one who acts."""
        return Actor(who=self.name, way=way, why=why, role=self.role, account=self.account_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """What a program shows instead of a password; of the token itself only a hash is kept."""

    id: TokenId
    name: str
    hint: str  # its first characters, to know it by
    role: Role
    account: str | None  # as of an admin
    account_id: AccountId | None
    may_write: bool  # False: looks only, whatever the role
    made_by: str
    created_at: datetime
    expires_at: datetime | None  # None: never
    last_used_at: datetime | None

    def acts(self, why: str | None = None) -> Actor:
        """Return the program as the one who acts."""
        return Actor(
            who=f"token {self.name}",
            way=Way.API,
            why=why,
            role=self.role,
            account=self.account_id,
            may_write=self.may_write,
        )

    def is_over(self, now: datetime) -> bool:
        """Whether its time has ended."""
        return self.expires_at is not None and self.expires_at <= now


def check_admin_name(name: str) -> str:
    """Return *name* if it can be an admin's or a token's; raise `Invalid`."""
    if not _NAME.fullmatch(name):
        raise Invalid(f"name {name!r}: use 1 to 64 of a-z 0-9 . _ @ - (first and last a letter or digit)")
    return name


def check_password(text: str) -> str:
    """Return *text* if it can be an admin's password; raise `Invalid`."""
    if not SHORTEST_PASSWORD <= len(text) <= LONGEST_PASSWORD:
        raise Invalid(
            f"the password has {len(text)} characters; use {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}: "
            "a sentence is easy to keep in mind"
        )
    return text


def check_role(role: Role, account: str | None) -> None:
    """Raise `Invalid` unless a viewer has an account, and nobody else has."""
    if role is Role.VIEWER and account is None:
        raise Invalid("a viewer sees one account: say which")
    if role is not Role.VIEWER and account is not None:
        raise Invalid(f"the role {role} sees every account; only a viewer is of one")
