"""The audit trail: what people did to the bridge, to what, by which way, and why.

An act says that a secret was set, never what it is.  What the bridge does by itself (attempts, pauses by the
destination) is told elsewhere: in attempts, lanes and the log.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bridge.domain.accounts import AccountId
from bridge.domain.errors import Invalid
from bridge.domain.roles import Role

LONGEST_WHY = 500  # characters; a sentence or two, and a ticket's number

_SUBJECT = re.compile(r"[a-z]+:.+")


class Way(StrEnum):
    """By which way somebody acts."""

    CLI = "cli"
    API = "api"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts, by which way, and why; and what the one who acts may do."""

    who: str  # on the command line the user of the operating system
    way: Way
    why: str | None = None  # as it was given; printable
    role: Role = Role.OPERATOR  # who may write the ledger's file may do everything
    account: AccountId | None = None  # set exactly for a viewer: the only one that is seen; names come again
    may_write: bool = True  # False: looks only, whatever the role

    def __post_init__(self) -> None:
        if (self.role is Role.VIEWER) != (self.account is not None):
            raise ValueError(f"{self.who}: role {self.role} and account {self.account} disagree")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is done to what; the one who does it is added by the desk."""

    act: str  # noun and verb as on the command line: delivery release
    subject: str  # noun and name or id: delivery:42, account:bookkeeper
    detail: Mapping[str, Any] = field(default_factory=dict)  # values for JSON; never a secret

    def __post_init__(self) -> None:
        if not _SUBJECT.fullmatch(self.subject):
            raise ValueError(f"{self.subject!r} is no subject such as delivery:42")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An entry of the audit trail."""

    at: datetime
    who: str
    way: Way
    act: str
    subject: str
    why: str | None
    detail: Mapping[str, Any]
    id: int | None = field(default=None, compare=False)  # its place in the trail; None: not yet there


def signed(deed: Deed, *, by: Actor, at: datetime) -> Act:
    """Return the entry for *deed*, done by *by* at the moment *at*."""
    return Act(
        at=at, who=by.who, way=by.way, act=deed.act, subject=deed.subject, why=by.why, detail=deed.detail
    )


def check_why(text: str) -> str:
    """Return *text* without blanks around it; raise `Invalid` unless it is one line that says something."""
    why = text.strip()
    if not why or len(why) > LONGEST_WHY or not why.isprintable():
        raise Invalid(f"why: expected one line of 1 to {LONGEST_WHY} printable characters")
    return why


def check_subject(text: str) -> str:
    """Return *text*; raise `Invalid` unless it is a noun, a colon and a name or id."""
    if not _SUBJECT.fullmatch(text):
        raise Invalid(
            f"subject {text!r}: expected a noun and a name or id, such as delivery:42 or account:NAME"
        )
    return text


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs, for a deed's detail: ``{"encoding": {"from": null, "to": "cp850"}}``."""
    return {
        name: {"from": before.get(name), "to": value}
        for name, value in after.items()
        if before.get(name) != value
    }
