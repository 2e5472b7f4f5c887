"""The doorkeeper of the console: proves who somebody is, and lets nobody guess for long.

An attempt counts before it is judged, and not after all if it was right: a burst of many at once is no better
than one after another.  Counted are, each until an hour after the last failure:

    a name from a peer   six wrong are free, then 5 s, doubling up to 10 min
    a peer               likewise, whatever the names
    a name               twenty wrong from all peers are free, then one guess in 5 s from all of them together

No stranger can lock an admin out: the name alone makes nobody wait who comes from a peer from which this
admin has signed in within a month.  Guessing from any number of addresses is bounded by the name: 17,280
guesses a day at most, which finds no password of twelve characters that is not on a list of known ones,
and nothing where one-time passwords are asked for.  What is left to such a guesser is to keep an admin
waiting who comes from a new address meanwhile.  A peer is an IPv4 address or an IPv6 /64; names that can be
nobody's count as one.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from bridge.admin.operations import signing_in
from bridge.admin.operations.admins import check_totp
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.signing_in import SignedIn
from bridge.domain.admins import LONGEST_PASSWORD, Admin, check_admin_name
from bridge.domain.errors import BridgeError, Conflict, Invalid, NotFound, Refused
from bridge.domain.names import printable
from bridge.domain.penalties import FREE_FAILURES, Penalties, peer_of
from bridge.ledger import admins, audit
from bridge.runtime import passwords
from bridge.runtime.turns import Turns

HASHES_AT_ONCE = 2  # argon2 takes 19 MiB and 25 ms of a core each, in the process that receives and delivers
HASHES_WAITING = 8  # a third of a second
FREE_OF_NAME = 20  # from all peers together
LONGEST_OF_NAME_SECONDS = 5.0
LATELY = timedelta(days=30)
_ACTS_LOOKED_AT = 200  # of an admin's, the latest
_WRONG = "name, password or one-time password is not right"  # never which
_NOBODY = "?"  # all names that can be nobody's; it is none itself


class SessionEnded(Refused):
    """Too many wrong passwords were given in a session; it has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Who:
    """Who tries."""

    name: str
    peer: str
    session: str | None = None  # its hash, in which somebody proves itself again

    @property
    def hard(self) -> list[str]:
        """What makes wait up to ten minutes."""
        own = [] if self.session is None else [f"session {self.session}"]
        return [f"pair {self.name} {self.peer}", f"peer {self.peer}", *own]


class Doorkeeper:
    """One for the process; called in threads."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._lock = threading.Lock()
        self._hard = Penalties(now)
        self._by_name = Penalties(now, free=FREE_OF_NAME, longest_seconds=LONGEST_OF_NAME_SECONDS)
        self._turns = Turns(at_once=HASHES_AT_ONCE, waiting=HASHES_WAITING, name="sign-in")

    def sign_in(
        self, desk: Desk, *, name: str, password: str, code: str, peer: str, browser: str
    ) -> SignedIn:
        """Begin a session.

        Raises:
            Refused: it is not said whether there is such an admin, nor what is wrong.
            Unavailable: too many sign in at this moment, or one-time passwords cannot be checked.
        """
        who = _Who(name=_countable(name), peer=peer_of(peer))
        told = f"sign-in of {printable(name[:64], 64)} from {printable(peer, 64)}"
        with self._attempt(desk, who, told):
            admin = _admin(desk, who.name)
            stored = passwords.DUMMY_HASH if admin is None else admin.password_hash  # both take equally long
            right = self._is_password(stored, password)
            if admin is None or not right or admin.is_disabled or not check_totp(desk, admin, code):
                raise Refused(f"{told}: {_WRONG}", public=_WRONG)
        try:
            return signing_in.begin(desk, admin, peer=peer, browser=browser)
        except Conflict as error:  # password, telephone or right changed while they were compared
            raise Refused(f"{told}: {error}", public=_WRONG) from error

    def prove_again(
        self, desk: Desk, signed_in: SignedIn, *, password: str, code: str | None = None, peer: str
    ) -> None:
        """Prove that who is signed in is still the one who has signed in.

        Args:
            desk: of the session's admin.
            signed_in: the session; it ends after six failures.
            password: the admin's.
            code: a one-time password, where one is asked for and the admin has them; None: not asked for.
            peer: the address that asks.

        Raises:
            Invalid: it is not right.
            Refused: too many were not.
            SessionEnded: likewise, and the session has ended.
            Unavailable: too many are compared at this moment, or one-time passwords cannot be checked.
        """
        admin = signed_in.admin
        who = _Who(name=admin.name, peer=peer_of(peer), session=signed_in.session_hash)
        try:
            with self._attempt(desk, who, f"password of {admin.name} from {printable(peer, 64)}"):
                self._check_own(desk, admin, password, code)
        except Invalid as error:
            if self._hard.failures(who.hard[-1]) < FREE_FAILURES:
                raise
            signing_in.sign_out(desk, signed_in)
            self._hard.forget(who.hard[-1])
            text = "too many wrong passwords: your session has ended, sign in again"
            raise SessionEnded(f"{admin.name}: {text}", public=text) from error

    @contextmanager
    def _attempt(self, desk: Desk, who: _Who, told: str) -> Iterator[None]:
        """Count an attempt as failed unless the block ends well, or for no fault of *who*."""
        self._count(desk, who, told)
        try:
            yield
        except (Refused, Invalid):
            raise
        except BridgeError:
            self._take_back(who)
            raise
        with self._lock:
            for one in who.hard:
                self._hard.forget(one)
            self._by_name.take_back(who.name)

    def _count(self, desk: Desk, who: _Who, told: str) -> None:
        is_known = self._by_name.seconds_left(who.name) > 0 and _was_here_lately(desk, who)
        with self._lock:
            left = max(self._hard.seconds_left(one) for one in who.hard)
            if not is_known:
                left = max(left, self._by_name.seconds_left(who.name))
            if not left:
                for one in who.hard:
                    self._hard.failed(one)
                self._by_name.failed(who.name)
                return
        text = f"too many wrong passwords; try again in {max(1.0, left):.0f} s"
        raise Refused(f"{told}: {text}", public=text)

    def _check_own(self, desk: Desk, admin: Admin, password: str, code: str | None) -> None:
        if not self._is_password(admin.password_hash, password):
            raise Invalid("this is not your password now")
        if code is not None and not check_totp(desk, admin, code):
            raise Invalid("this is not your one-time password now, or it was used; take the next one")

    def _is_password(self, password_hash: str, text: str) -> bool:
        return len(text) <= LONGEST_PASSWORD and self._turns.run(passwords.is_right, password_hash, text)

    def _take_back(self, who: _Who) -> None:
        with self._lock:
            for one in who.hard:
                self._hard.take_back(one)
            self._by_name.take_back(who.name)


def _countable(name: str) -> str:
    try:
        return check_admin_name(name) if len(name) <= 64 else _NOBODY
    except Invalid:
        return _NOBODY


def _admin(desk: Desk, name: str) -> Admin | None:
    try:
        return desk.database.read_now(admins.get, name=name)
    except NotFound:
        return None


def _was_here_lately(desk: Desk, who: _Who) -> bool:
    """Whether this admin has signed in from this peer, as the audit trail has it."""
    acts = desk.database.read_now(
        audit.listing,
        subject=f"admin:{who.name}",
        since=desk.clock.now() - LATELY,
        limit=_ACTS_LOOKED_AT,
    )
    return any(
        act.act == "admin sign in" and peer_of(str(act.detail.get("peer", ""))) == who.peer for act in acts
    )
