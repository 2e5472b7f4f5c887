"""Signing in to the console: who it is, for how long, and how often one may guess."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bridge.admin.operations.admins import check_totp
from bridge.admin.operations.desk import Desk
from bridge.domain.admins import LONGEST_PASSWORD, Admin
from bridge.domain.audit import Deed, Way
from bridge.domain.errors import NotFound, Refused
from bridge.domain.names import printable
from bridge.domain.penalties import Penalties
from bridge.ledger import admins
from bridge.runtime.passwords import DUMMY_HASH, is_right

LONGEST = timedelta(hours=12)  # a working day; then one signs in again
IDLE = timedelta(hours=2)
_SEEN_EVERY = timedelta(minutes=1)
_WRONG = "name, password or one-time password is not right"  # never which


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


class Doorkeeper:
    """Signs admins in and out; whoever guesses waits, by name and by address."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._penalties = Penalties(now)

    def sign_in(
        self, desk: Desk, *, name: str, password: str, code: str, peer: str, browser: str
    ) -> SignedIn:
        """Begin a session.

        Raises:
            Refused: it is not said whether there is such an admin, nor what is wrong.
        """
        for who in (f"name {name}", f"peer {peer}"):
            if left := self._penalties.seconds_left(who):
                text = f"too many wrong passwords; try again in {left:.0f} s"
                raise Refused(f"sign-in of {printable(name, 64)} from {peer}: {text}", public=text)
        try:
            admin: Admin | None = desk.database.read_now(admins.get, name=name)
        except NotFound:
            admin = None
        stored = DUMMY_HASH if admin is None else admin.password_hash  # both take equally long
        right = len(password) <= LONGEST_PASSWORD and is_right(stored, password)
        if admin is None or not right or admin.is_disabled or not check_totp(desk, admin, code):
            self._penalties.failed(f"name {name}")
            self._penalties.failed(f"peer {peer}")
            raise Refused(f"sign-in of {printable(name, 64)} from {peer}: {_WRONG}", public=_WRONG)
        self._penalties.forget(f"name {name}")
        self._penalties.forget(f"peer {peer}")
        return begin(desk, admin, peer=peer, browser=browser)


def begin(desk: Desk, admin: Admin, *, peer: str, browser: str) -> SignedIn:
    """Begin a session of *admin*, who is known; its secret is new, so that none can be foisted."""
    secret = secrets.token_urlsafe(32)
    now = desk.clock.now()
    own = replace(desk, actor=admin.acts(Way.CONSOLE))
    own.change(
        Deed(act="admin sign in", subject=f"admin:{admin.name}", detail={"peer": peer}),
        admins.begin_session,
        admin_id=admin.id,
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
    found = desk.database.read_now(admins.session, token_hash=hashed(secret))
    if found is None or found.expires_at <= now or found.seen_at + IDLE <= now:
        return None
    if now - found.seen_at >= _SEEN_EVERY:
        desk.note_use(admins.touch_session, token_hash=hashed(secret), now=now)
    return SignedIn(admin=found.admin, secret=secret)


def sign_out(desk: Desk, signed_in: SignedIn) -> None:
    """End the session."""
    deed = Deed(act="admin sign out", subject=f"admin:{signed_in.admin.name}")
    desk.change(deed, admins.end_session, token_hash=signed_in.session_hash)


def hashed(secret: str) -> str:
    """Return what is kept of a session's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
