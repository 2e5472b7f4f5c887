"""Who is connected, who came and who was refused, with which clients, and whom a change would shut out."""

from collections.abc import Sequence
from datetime import timedelta

from bridge.admin.operations.desk import Desk
from bridge.admin.operations.moments import moment
from bridge.admin.operations.records import Record
from bridge.domain.admission import SENTENCES
from bridge.domain.expiry import Expiring
from bridge.domain.logins import LogIn, LogInId, Need, Part, Profile, needs
from bridge.ledger import accounts
from bridge.ledger import logins as stored

LATELY = timedelta(days=30)  # a client that did not come for longer is not asked about
MOST_SESSIONS = 1000


def sessions(desk: Desk, *, account: str | None = None, limit: int = MOST_SESSIONS) -> list[LogIn]:
    """Return who is connected now, the latest first: of one account, or of all that are seen.

    Raises:
        NotFound: there is no such account.
    """
    return desk.database.read_now(stored.sessions, account_id=desk.account_id(account), limit=limit)


def listing(
    desk: Desk,
    *,
    account: str | None = None,
    refused_only: bool = False,
    before: int | None = None,
    limit: int = 100,
) -> list[LogIn]:
    """Return log-ins of the last weeks, the latest first.

    Args:
        desk: where to look.
        account: only of this one, by its name as it is now.
        refused_only: only those who were not let in.
        before: only those before the one with this id: the next page.
        limit: at most so many.

    Raises:
        NotFound: there is no such account.
    """
    return desk.database.read_now(
        stored.listing,
        account_id=desk.account_id(account),
        is_refused=refused_only,
        before=None if before is None else LogInId(before),
        limit=limit,
    )


def profiles(desk: Desk, *, account: str | None = None) -> list[Profile]:
    """Return in which ways an account logs in, or all that are seen; the latest first; raise `NotFound`."""
    return desk.database.read_now(stored.profiles, account_id=desk.account_id(account))


def who_breaks(desk: Desk, *, algorithm: str) -> list[Need]:
    """Return who used *algorithm* within `LATELY`: first those who could not log in without it.

    Known is what agreed with this server: what a client could do with algorithms that are not offered here
    now, is not.
    """
    return needs(_lately(desk), algorithm)


def algorithms(desk: Desk) -> list[str]:
    """Return every algorithm that was used within `LATELY`, by name."""
    return sorted({getattr(one.agreed, part.value) for one in _lately(desk) for part in Part})


def expiring(desk: Desk) -> list[Expiring]:
    """Return passwords and keys that expire within two weeks, or have; the first to expire first."""
    own = desk.actor.account
    found = desk.database.read_now(accounts.expiring, now=desk.clock.now())
    return [one for one in found if own in {None, one.account_id}]


def _lately(desk: Desk) -> list[Profile]:
    return desk.database.read_now(
        stored.profiles, account_id=desk.actor.account, since=desk.clock.now() - LATELY
    )


def record(value: LogIn) -> Record:
    """Return a log-in as plain values; its names are a contract."""
    return {
        "id": value.id,
        "at": moment(value.at),
        "name": value.name,
        "has_account": value.account_id is not None,
        "peer": value.peer,
        "client": value.client,
        "method": value.method,
        "refused": value.refused,
        "text": None if value.refused is None else SENTENCES[value.refused],
        "node": value.node,
        "ended_at": moment(value.ended_at),
    }


def profile_record(value: Profile) -> Record:
    """Return a way to log in."""
    agreed = value.agreed
    return {
        "account": value.account,
        "client": agreed.client,
        "door": agreed.door,
        **{part.value: getattr(agreed, part.value) for part in Part},
        "instead": {part.value: name for part, name in agreed.instead.items()},
        "first_at": moment(value.first_at),
        "last_at": moment(value.last_at),
        "logins": value.logins,
    }


def need_record(value: Need) -> Record:
    """Return who needs an algorithm."""
    return {
        "account": value.account,
        "client": value.client,
        "door": value.door,
        "part": value.part,
        "breaks": value.breaks,
        "instead": value.instead,
        "last_at": moment(value.last_at),
        "logins": value.logins,
    }


def expiring_record(value: Expiring) -> Record:
    """Return what expires; without a fingerprint it is the password."""
    return {
        "account": value.account,
        "what": "password" if value.fingerprint is None else "key",
        "fingerprint": value.fingerprint,
        "expires_at": moment(value.expires_at),
    }


def count_broken(found: Sequence[Need]) -> int:
    """Return how many accounts have a client that would break."""
    return len({need.account for need in found if need.breaks})
