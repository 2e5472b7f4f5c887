"""One connection: who it is, and what it may open.

The identity is bound only when asyncssh says that authentication is complete, and only if it is the one
that was verified (threats A6).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

import asyncssh
import structlog

from bridge.domain.accounts import Account
from bridge.domain.admission import NoEntry
from bridge.domain.logins import PASSWORD
from bridge.domain.names import printable
from bridge.sftp.agreement import agreed
from bridge.sftp.channel import (
    MAX_SSH_PACKET,
    MAX_SSH_PACKET_BEFORE_LOGIN,
    BoundedChannel,
    SftpSession,
    Start,
    channels_of,
    limit_packets,
)
from bridge.sftp.connection import watch_for_death
from bridge.sftp.directory import Directory
from bridge.sftp.logbook import Logbook, Stay
from bridge.sftp.policies import Policy
from bridge.sftp.proving import Proven, Prover
from bridge.sftp.rehashing import Rehashing
from bridge.sftp.throttle import Throttle

MAX_PASSWORD_BYTES = 1024  # refused before hashing
MAX_ATTEMPTS = 6  # passwords on one connection; with the next one it is disconnected
LONGEST_NAME = 64  # characters that are noted of a name

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """What all connections share."""

    directory: Directory
    prover: Prover
    throttle: Throttle
    logbook: Logbook
    rehashing: Rehashing


class Login(asyncssh.SSHServer):
    """Authenticates one connection and hands out its sessions."""

    def __init__(
        self,
        *,
        entrance: Entrance,
        policy: Policy,
        start_for: Callable[["Login"], Start],
        max_sessions: Callable[[Account], bool],
        on_end: Callable[["Login"], None],
    ) -> None:
        self._entrance = entrance
        self._policy = policy
        self._throttle = entrance.throttle
        self._start_for = start_for
        self._may_open_session = max_sessions
        self._on_end = on_end
        self._is_admitted = False
        self._verified: Proven | None = None
        self._attempts = 0
        self._name: str | None = None  # the last that was asked for
        self._refusal: tuple[NoEntry, str | None] | None = (
            None  # the most telling so far, and by which method
        )
        self._stay: Stay | None = None
        self.account: Account | None = None  # set once logged in
        self.proven: Proven | None = None  # set with it: how; without the password
        self.active_at = 0.0  # when it logged in or a session began or ended, by the loop's clock
        self.connection: asyncssh.SSHServerConnection | None = None
        self.peer = "?"

    @property
    def client(self) -> str:
        """The client's version string."""
        return (
            printable(str(self.connection.get_extra_info("client_version", "?"))) if self.connection else "?"
        )

    @property
    def channels(self) -> int:
        """How many channels it has open."""
        return channels_of(self.connection) if self.connection else 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Admit the connection, or end it before the banner."""
        self.connection = conn
        peername = conn.get_extra_info("peername")
        self.peer = str(peername[0]) if peername else "?"
        if not self._throttle.admit(self.peer):
            is_waiting = self._throttle.is_waiting(self.peer)
            why = NoEntry.TOO_MANY_FAILURES if is_waiting else NoEntry.TOO_MANY_CONNECTIONS
            self._refusal = (why, None)
            log.info("connection refused", why=why, peer=self.peer)
            conn.abort()
            return
        self._is_admitted = True
        watch_for_death(conn)
        limit_packets(conn, MAX_SSH_PACKET_BEFORE_LOGIN)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        if self._is_admitted:
            self._throttle.leave(self.peer, was_logged_in=self.account is not None)
        if exc is not None and self.account is None:
            log.info("connection ended before the login", peer=self.peer, why=printable(str(exc)))
        self._note_end(exc)
        self._on_end(self)

    def _note_end(self, exc: Exception | None) -> None:
        """Note in the logbook that it left, or that it never came in, and why."""
        if self._stay is not None:
            self._entrance.logbook.left(self._stay)
            return
        if isinstance(exc, asyncssh.KeyExchangeFailed):
            self._refusal = (NoEntry.NO_COMMON_ALGORITHM, None)
        elif self._refusal is None and self._verified is not None:
            self._refusal = (NoEntry.SIGNATURE_NOT_TAKEN, self._verified.method)
        elif self._refusal is None and self._name is not None:
            self._refusal = (NoEntry.NO_PROOF, None)
        if self._refusal is not None:  # who asked for nobody only looked whether somebody is here
            self._note_refusal(*self._refusal)

    def _note_refusal(self, why: NoEntry, method: str | None) -> None:
        account = self._entrance.directory.known(self._name or "")
        self._entrance.logbook.refused(
            why,
            account_id=None if account is None else account.id,
            name=printable(self._name or "", LONGEST_NAME),
            peer=self.peer,
            client=self.client,
            method=method,
        )

    def begin_auth(self, username: str) -> bool:
        """Ask for proof, whoever it is."""
        self._name = username
        return True

    def password_auth_supported(self) -> bool:
        """Offer passwords; keyboard-interactive comes with it, for psftp."""
        return True

    def public_key_auth_supported(self) -> bool:
        """Offer keys."""
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """Whether *password* is right; as slow for an unknown name as for a known one."""
        self._count_attempt(username)
        # asyncssh cancels this when the client asks again before it is answered.  The comparison goes on:
        # otherwise its thread would outlive the limit of a few at once, and a wrong password go uncounted.
        proven = await asyncio.shield(self._compare(username, password))
        if proven is None:
            return False
        self._verified = proven
        return True

    def change_password(self, username: str, old_password: str, new_password: str) -> bool:
        """Refuse: passwords are changed by the operator."""
        self._count_attempt(username)
        return False

    def _count_attempt(self, username: str) -> None:
        self._attempts += 1
        if self._attempts > MAX_ATTEMPTS:
            self._refused(username, NoEntry.TOO_MANY_PASSWORDS)
            raise asyncssh.DisconnectError(
                asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "too many wrong passwords"
            )

    async def _compare(self, username: str, password: str) -> Proven | None:
        if len(password.encode("utf-8", "surrogatepass")) > MAX_PASSWORD_BYTES:
            self._refused(username, NoEntry.WRONG_PASSWORD)
            return None
        answer = await self._entrance.prover.by_password(username, password, peer=self.peer)
        if isinstance(answer, Proven):
            return answer
        self._refused(username, answer)
        return None

    def _refused(self, username: str, why: NoEntry) -> None:
        self._name, self._refusal = username, (why, PASSWORD)
        self._throttle.failed(self.peer)
        log.info("login refused", why=why, peer=self.peer, name=printable(username, LONGEST_NAME))

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether *key* may log in as *username*; also asked for probes, so nothing is bound here."""
        self._name = username
        answer, fingerprint = self._entrance.prover.by_key(username, key, peer=self.peer, policy=self._policy)
        if isinstance(answer, Proven):
            self._verified = answer
            return True
        # A client offers one key after the other: that none of the others is known says the least.
        if self._refusal is None or answer is not NoEntry.KEY_NOT_KNOWN:
            self._refusal = (answer, fingerprint)
        return False

    def auth_completed(self) -> None:
        """Bind the connection to the account that was verified, and to no other."""
        if self.connection is None:
            return
        name = self.connection.get_extra_info("username")
        proven = self._verified
        if proven is None or proven.account.name != name:
            log.error("login completed for another name than was verified", peer=self.peer)
            self.connection.abort()
            return
        if self._entrance.directory.find(name) is None:
            log.info("login refused: account disabled meanwhile", peer=self.peer)
            self._refusal = (NoEntry.ACCOUNT_DISABLED, proven.method)
            self.connection.abort()
            return
        self.account = proven.account
        self.proven = replace(proven, to_rehash=None)  # a password is in memory no longer than it must
        limit_packets(self.connection, MAX_SSH_PACKET)
        self.stir()
        self._throttle.logged_in(self.peer)
        self._note_login(self.connection, proven)

    def _note_login(self, connection: asyncssh.SSHServerConnection, proven: Proven) -> None:
        account = proven.account
        self._stay = self._entrance.logbook.came_in(
            agreed=agreed(connection, account_id=account.id, client=self.client, policy=self._policy),
            name=account.name,
            peer=self.peer,
            method=proven.method,
        )
        if proven.to_rehash is not None:
            self._entrance.rehashing.later(account, proven.to_rehash)
        self._verified = None
        log.info("logged in", account=account.name, method=proven.method, peer=self.peer, client=self.client)

    def stir(self) -> None:
        """Note that something happens."""
        self.active_at = asyncio.get_running_loop().time()

    def session_requested(self) -> tuple[BoundedChannel, SftpSession] | bool:
        """Open a session of the account, unless it has too many."""
        if self.account is None or self.connection is None:
            return False
        if not self._may_open_session(self.account):
            log.info("session refused: too many", account=self.account.name, peer=self.peer)
            self._note_refusal(NoEntry.TOO_MANY_SESSIONS, None)
            return False
        self.stir()
        return BoundedChannel(self.connection), SftpSession(self._start_for(self))
