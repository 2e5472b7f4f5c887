"""Sessions of the console: how one begins and ends, and for how long it lasts.

Who may begin one is known to `bridge.admin.operations.doorkeeper`.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from bridge.admin.operations.desk import Desk
from bridge.domain.admins import Admin
from bridge.domain.audit import Deed, Way
from bridge.domain.names import printable
from bridge.ledger import admins
from bridge.ledger.admins import ConsoleSession

LONGEST = timedelta(hours=12)  # a working day; then one signs in again
IDLE = timedelta(hours=2)
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """An admin in a session."""

    admin: Admin
    secret: str  # what the cookie holds

    @property
    def csrf_token(self) -> str:
        """What each form that changes something shows: whoever only makes a browser send has it not."""
        return hmac.new(self.secret.encode(), b"form", hashlib.sha256).hexdigest()

    @property
    def session_hash(self) -> str:
        """What the session is known by in the ledger."""
        return hashed(self.secret)


def begin(desk: Desk, admin: Admin, *, peer: str, browser: str) -> SignedIn:
    """Begin a session of *admin*, who is known; its secret is new, so that none can be foisted.

    Raises:
        Conflict: password, one-time passwords or the right to be here are no more as *admin* has them.
    """
    secret = secrets.token_urlsafe(32)
    now = desk.clock.now()
    own = replace(desk, actor=admin.acts(Way.CONSOLE))
    own.change(
        Deed(act="admin sign in", subject=f"admin:{admin.name}", detail={"peer": peer}),
        admins.begin_session,
        admin=admin,
        token_hash=hashed(secret),
        now=now,
        expires_at=now + LONGEST,
        peer=peer,
        browser=printable(browser, 200),
    )
    return SignedIn(admin=admin, secret=secret)


def resume(desk: Desk, secret: str) -> SignedIn | None:
    """Return who is signed in with the cookie *secret*; None: nobody, or no more."""
    now = desk.clock.now()
    found = _session(desk, secret)
    if found is None:
        return None
    if now - found.seen_at >= _SEEN_EVERY:
        desk.note_use(admins.touch_session, token_hash=hashed(secret), now=now)
    return SignedIn(admin=found.admin, secret=secret)


def lasts(desk: Desk, signed_in: SignedIn) -> bool:
    """Whether the session goes on; asking is no use of it, so that a page left open does not keep it."""
    return _session(desk, signed_in.secret) is not None


def sign_out(desk: Desk, signed_in: SignedIn) -> None:
    """End the session."""
    deed = Deed(act="admin sign out", subject=f"admin:{signed_in.admin.name}")
    desk.change(deed, admins.end_session, token_hash=signed_in.session_hash)


def hashed(secret: str) -> str:
    """Return what is kept of a session's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _session(desk: Desk, secret: str) -> ConsoleSession | None:
    now = desk.clock.now()
    found = desk.database.read_now(admins.session, token_hash=hashed(secret))
    if found is None or found.expires_at <= now or found.seen_at + IDLE <= now:
        return None
    return found
