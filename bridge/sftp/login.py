"""One connection: who it is, and what it may open.

The identity is bound only when asyncssh says that authentication is complete, and only if it is the one
that was verified (threats A6).
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

import asyncssh
import structlog

from bridge.domain.accounts import Account
from bridge.domain.names import printable
from bridge.runtime.passwords import DUMMY_HASH, is_right
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
from bridge.sftp.policies import Policy
from bridge.sftp.throttle import Throttle

MAX_PASSWORD_BYTES = 1024  # refused before hashing
MAX_ATTEMPTS = 6  # passwords on one connection; with the next one it is disconnected

log = structlog.get_logger()


class Login(asyncssh.SSHServer):
    """Authenticates one connection and hands out its sessions."""

    def __init__(
        self,
        *,
        directory: Directory,
        policy: Policy,
        throttle: Throttle,
        hashing: Executor,
        start_for: Callable[["Login"], Start],
        max_sessions: Callable[[Account], bool],
        on_end: Callable[["Login"], None],
    ) -> None:
        self._directory = directory
        self._policy = policy
        self._throttle = throttle
        self._hashing = hashing
        self._start_for = start_for
        self._may_open_session = max_sessions
        self._on_end = on_end
        self._is_admitted = False
        self._verified: Account | None = None
        self._attempts = 0
        self.account: Account | None = None  # set once logged in
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
            log.info("connection refused: too many, or too many wrong passwords", peer=self.peer)
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
        self._on_end(self)

    def begin_auth(self, username: str) -> bool:
        """Ask for proof, whoever it is."""
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
        account = await asyncio.shield(self._compare(username, password))
        if account is None:
            return False
        self._verified = account
        return True

    def change_password(self, username: str, old_password: str, new_password: str) -> bool:
        """Refuse: passwords are changed by the operator."""
        self._count_attempt(username)
        return False

    def _count_attempt(self, username: str) -> None:
        self._attempts += 1
        if self._attempts > MAX_ATTEMPTS:
            self._refused(username)
            raise asyncssh.DisconnectError(
                asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "too many wrong passwords"
            )

    async def _compare(self, username: str, password: str) -> Account | None:
        if len(password.encode("utf-8", "surrogatepass")) > MAX_PASSWORD_BYTES:
            self._refused(username)
            return None
        account = self._directory.find(username)
        stored = account.password_hash if account is not None else None
        loop = asyncio.get_running_loop()
        right = await loop.run_in_executor(self._hashing, is_right, stored or DUMMY_HASH, password)
        if account is None or stored is None or not right:
            self._refused(username)
            return None
        return account

    def _refused(self, username: str) -> None:
        self._throttle.failed(self.peer)
        log.info("login refused", peer=self.peer, name=printable(username, 64))

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether *key* may log in as *username*; also asked for probes, so nothing is bound here."""
        account = self._directory.find(username)
        if account is None or not self._policy.admits(key) or not self._directory.has_key(username, key):
            return False
        self._verified = account
        return True

    def auth_completed(self) -> None:
        """Bind the connection to the account that was verified, and to no other."""
        if self.connection is None:
            return
        name = self.connection.get_extra_info("username")
        if self._verified is None or self._verified.name != name:
            log.error("login completed for another name than was verified", peer=self.peer)
            self.connection.abort()
            return
        if self._directory.find(name) is None:
            log.info("login refused: account disabled meanwhile", peer=self.peer)
            self.connection.abort()
            return
        self.account = self._verified
        limit_packets(self.connection, MAX_SSH_PACKET)
        self.stir()
        self._throttle.logged_in(self.peer)
        log.info("logged in", account=self.account.name, peer=self.peer, client=self.client)

    def stir(self) -> None:
        """Note that something happens."""
        self.active_at = asyncio.get_running_loop().time()

    def session_requested(self) -> tuple[BoundedChannel, SftpSession] | bool:
        """Open a session of the account, unless it has too many."""
        if self.account is None or self.connection is None or not self._may_open_session(self.account):
            log.info("session refused: too many", peer=self.peer)
            return False
        self.stir()
        return BoundedChannel(self.connection), SftpSession(self._start_for(self))
