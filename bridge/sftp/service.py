"""The SFTP service: listeners, sessions, and their orderly end."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import asyncssh
import structlog
from asyncssh.stream import SSHReader, SSHWriter

from bridge.config.settings import SftpSettings
from bridge.domain.accounts import Account
from bridge.domain.clock import Clock
from bridge.domain.errors import Unavailable
from bridge.domain.reasons import Language
from bridge.ledger.database import Database
from bridge.runtime.doorbell import Doorbell
from bridge.runtime.service import Service
from bridge.sftp import connection, hostkeys
from bridge.sftp.allowance import Allowances
from bridge.sftp.batching import Batching
from bridge.sftp.channel import MAX_UNREAD, Start, unread_bytes
from bridge.sftp.directory import Directory
from bridge.sftp.handler import Handler
from bridge.sftp.inbox import Inbox
from bridge.sftp.logbook import Logbook
from bridge.sftp.login import Entrance, Login
from bridge.sftp.opened import InboxRules, Sender, Verdict
from bridge.sftp.policies import ANCIENT, COMPAT, MODERN, Policy
from bridge.sftp.proving import Prover
from bridge.sftp.rehashing import Rehashing
from bridge.sftp.status import Looks
from bridge.sftp.throttle import Throttle
from bridge.spool.protocol import Spool

REFRESH_SECONDS = 0.5  # how soon a change of accounts is seen; interface.md promises 2 s
DRAIN_SECONDS = 8.0  # at a stop, how long open uploads may still be finished
ABANDON_SECONDS = 3.0  # then, how long the rest may take to become partials; 12 s in all (bridge/app.py)
LAST_NOTES_SECONDS = 0.8  # and for the logbook's last page
HASHES_AT_ONCE = 2  # argon2 takes 19 MiB and 25 ms of a core each

log = structlog.get_logger()


class SftpService(Service):
    """Accepts SFTP clients and gives each the inbox of its account."""

    name = "sftp"

    def __init__(
        self,
        *,
        settings: SftpSettings,
        keys_dir: Path,
        settle_seconds: float,
        batch_quiet_seconds: float,
        database: Database,
        spool: Spool,
        clock: Clock,
        intake_doorbell: Doorbell,
        verdict: Verdict | None = None,
        language: Language = "en",
        node: str = "",
    ) -> None:
        super().__init__()
        self._settings = settings
        self._keys_dir = keys_dir
        self._directory = Directory(database)
        self._logbook = Logbook(database=database, clock=clock, node=node)
        # Threads of their own: each that ever hashed keeps the 19 MiB.
        hashing = ThreadPoolExecutor(HASHES_AT_ONCE, thread_name_prefix="login")
        self._prover = Prover(directory=self._directory, clock=clock, hashing=hashing)
        self._rehashing = Rehashing(database=database, hashing=hashing)
        self._rules = InboxRules(
            database=database,
            spool=spool,
            clock=clock,
            intake_doorbell=intake_doorbell,
            settle=timedelta(seconds=settle_seconds),
            max_file_bytes=settings.max_file_bytes,
            allowances=Allowances(database=database, clock=clock),
            min_free_bytes=settings.min_free_bytes,
            verdict=verdict,
            language=language,
        )
        self._looks = Looks(database=database, clock=clock, language=language)
        self._batch_quiet = timedelta(seconds=batch_quiet_seconds)
        self._logins: set[Login] = set()
        self._handlers: dict[Handler, Login] = {}
        self._listeners: list[asyncssh.SSHAcceptor] = []

    @property
    def host(self) -> str:
        """The address that it listens on."""
        return self._settings.host

    @property
    def port(self) -> int:
        """The port of the main listener, once ready."""
        return self._listeners[0].get_port()

    async def refresh(self) -> None:
        """See changes of accounts now rather than within half a second; raise `Unavailable`."""
        await self._directory.refresh()

    async def run(self) -> None:
        """Listen until asked to stop; then let open uploads finish, and abandon the rest."""
        await self._directory.refresh()
        await self._logbook.begin()
        noting = asyncio.create_task(self._logbook.run(self.stopping))
        try:
            await self._listen()
            self.ready.set()
            await self._watch()
        finally:
            await self._drain()
            await self._rehashing.stop()
            await self._note_the_last(noting)

    async def _note_the_last(self, noting: asyncio.Task[None]) -> None:
        try:
            async with asyncio.timeout(LAST_NOTES_SECONDS):
                if self.stopping.is_set():
                    await noting  # what it has begun to write, it writes
                await self._logbook.write_down()
        except TimeoutError:
            log.warning("the last log-ins were not noted: the ledger is busy")
        finally:
            noting.cancel()

    async def _listen(self) -> None:
        keys = await asyncio.to_thread(hostkeys.load, self._keys_dir)
        throttle = Throttle(
            max_connections=self._settings.max_connections,
            max_unauthenticated=self._settings.max_unauthenticated,
            now=asyncio.get_running_loop().time,
        )
        entrance = Entrance(
            directory=self._directory,
            prover=self._prover,
            throttle=throttle,
            logbook=self._logbook,
            rehashing=self._rehashing,
        )
        ports = [
            (self._settings.port, MODERN),
            (self._settings.compat_port, COMPAT),
            (self._settings.ancient_port, ANCIENT),
        ]
        for port, policy in ports:
            if port is not None:
                self._listeners.append(await self._listen_on(port, policy, keys, entrance))

    async def _listen_on(
        self,
        port: int,
        policy: Policy,
        keys: list[asyncssh.SSHKey],
        entrance: Entrance,
    ) -> asyncssh.SSHAcceptor:
        def greet() -> Login:
            login = Login(
                entrance=entrance,
                policy=policy,
                start_for=self._start_for,
                max_sessions=self._may_open_session,
                on_end=self._logins.discard,
            )
            self._logins.add(login)
            return login

        try:
            acceptor = await connection.listen(
                self._settings.host,
                port,
                server_factory=greet,
                server_host_keys=keys,
                server_version="bridge",
                has_cbc=policy.has_cbc,
                encoding=None,
                login_timeout=self._settings.login_seconds,
                compression_algs=None,
                gss_host=None,
                host_based_auth=False,
                allow_pty=False,
                line_editor=False,
                x11_forwarding=False,
                agent_forwarding=False,
                allow_scp=False,
                **policy.options(),
            )
        except OSError as error:
            raise Unavailable(
                f"cannot listen for SFTP on {self._settings.host}:{port}: {error.strerror}; "
                "is another server there? see sftp.port"
            ) from error
        log.info("listening for sftp", host=self._settings.host, port=acceptor.get_port(), policy=policy.name)
        return acceptor

    def _may_open_session(self, account: Account) -> bool:
        mine = sum(
            login.channels for login in self._logins if login.account and login.account.id == account.id
        )
        own = (self._directory.find(account.name) or account).max_sessions
        return mine < (self._settings.max_sessions_per_account if own is None else own)

    def _start_for(self, login: Login) -> Start:
        def start(reader: SSHReader[bytes], writer: SSHWriter[bytes]) -> Awaitable[None]:
            return self._serve(login, reader, writer)

        return start

    async def _serve(self, login: Login, reader: SSHReader[bytes], writer: SSHWriter[bytes]) -> None:
        if login.account is None:
            return
        structlog.contextvars.bind_contextvars(account=login.account.name, peer=login.peer)
        account = login.account
        sender = Sender(
            account_id=account.id,
            account=account.name,
            account_now=lambda: self._directory.find(account.name) or account,
            peer=login.peer,
            client=login.client,
            batching=Batching(self._batch_quiet),
        )
        inbox = Inbox(account=account, rules=self._rules, sender=sender, looks=self._looks)
        handler = Handler(inbox, reader, writer, max_open_files=self._settings.max_open_files)
        self._handlers[handler] = login
        try:
            await handler.run()
        finally:
            del self._handlers[handler]
            login.stir()

    async def _watch(self) -> None:
        """See changes of accounts, and end sessions that are idle or no longer allowed."""
        while not self.stopping.is_set():
            try:
                async with asyncio.timeout(REFRESH_SECONDS):
                    await self.stopping.wait()
            except TimeoutError:
                pass
            await self._directory.try_refresh()
            self._end_not_allowed()  # each time: what opened a session may have expired since
            self._end_idle()
            self._end_deaf()

    def _end_idle(self) -> None:
        """End logins of which no session asks for anything, or which have none."""
        active_at = {login: login.active_at for login in self._logins if login.account is not None}
        for handler, login in self._handlers.items():
            active_at[login] = max(active_at.get(login, 0.0), handler.last_request_at)
        latest = asyncio.get_running_loop().time() - self._settings.idle_seconds
        for login, moment in active_at.items():
            if moment < latest and login.connection is not None:
                log.info("session ended: idle", peer=login.peer)
                login.connection.abort()

    def _end_deaf(self) -> None:
        """End connections that ask and ask and read no answer: their answers fill the memory."""
        for login in list(self._logins):
            if login.connection is not None and unread_bytes(login.connection) > MAX_UNREAD:
                log.warning("connection ended: it does not read its answers", peer=login.peer)
                login.connection.abort()

    def _end_not_allowed(self) -> None:
        for login in list(self._logins):
            if login.proven is None or login.connection is None:
                continue
            why = self._prover.why_not(login.proven, peer=login.peer)
            if why is not None:
                account = login.proven.account.name
                log.info("session ended: it would not be let in now", why=why, account=account)
                login.connection.abort()

    async def _drain(self) -> None:
        for listener in self._listeners:
            listener.close()
        await self._wait_until(
            lambda: not any(handler.open_uploads for handler in self._handlers), DRAIN_SECONDS
        )
        for login in list(self._logins):
            if login.connection is not None:
                login.connection.abort()
        # They keep what is open as partials.
        await self._wait_until(lambda: not self._handlers and not self._logins, ABANDON_SECONDS)

    async def _wait_until(self, is_so: Callable[[], bool], seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not is_so():  # noqa: ASYNC110  nobody signals it, and it is asked only at a stop
                    await asyncio.sleep(0.02)
        except TimeoutError:
            log.warning("sftp sessions did not end in time", sessions=len(self._handlers))
