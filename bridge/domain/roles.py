"""Roles: what an admin may see and do.

Operators may do everything.  Support looks at everything, and decides about files: retry, hold, release and
reject.  A viewer belongs to a tenant: sees the files of one account, and changes nothing but how the viewer
logs in.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

from bridge.domain.accounts import AccountId
from bridge.domain.errors import NotFound, Refused

if TYPE_CHECKING:
    from bridge.domain.audit import Actor, Deed


class Role(StrEnum):
    """Stable codes; the ledger keeps them."""

    OPERATOR = "operator"
    SUPPORT = "support"
    VIEWER = "viewer"


# What support may do; as in the audit trail, and as on the command line.
SUPPORT_ACTS = frozenset(
    {
        "upload retry",
        "upload release",
        "upload reject",
        "delivery retry",
        "delivery hold",
        "delivery release",
    }
)
OWN_ACTS = frozenset({"admin password", "admin totp", "admin sign in", "admin sign out"})  # on oneself


def may(actor: "Actor", deed: "Deed") -> bool:
    """Whether *actor* may do *deed*."""
    if not actor.may_write:
        return False
    if actor.role == Role.OPERATOR:
        return True
    if deed.act in OWN_ACTS and deed.subject == f"admin:{actor.who}":
        return True
    return actor.role == Role.SUPPORT and deed.act in SUPPORT_ACTS


def check(actor: "Actor", deed: "Deed") -> None:
    """Raise `Refused` unless *actor* may do *deed*."""
    if not may(actor, deed):
        role = f"the role {actor.role}" if actor.may_write else "who may only look"
        text = f"{actor.who} may not do this: {deed.act} is not for {role}"
        raise Refused(text, public=text)


def check_sees(actor: "Actor", account: AccountId | None, thing: str) -> None:
    """Raise `NotFound` for *thing* of *account*, or of none, unless *actor* may see it.

    Told by the id: a name goes to another tenant once its account is removed.
    """
    if actor.account is not None and actor.account != account:
        raise NotFound(f"no {thing}", public=f"no {thing}")


def check_sees_all(actor: "Actor", thing: str) -> None:
    """Raise `NotFound` for *thing*, which belongs to no tenant, unless *actor* may see everything."""
    if actor.account is not None:
        raise NotFound(f"no {thing}", public=f"no {thing}")
