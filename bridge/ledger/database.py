"""The open database: SQLite (embedded) or PostgreSQL, behind one way to write and one to read.

SQLite has one writer thread.  Writes that wait are grouped into one commit, each in a savepoint of its own,
and answered after the commit, so that fifty clients cost one fsync and not fifty.  PostgreSQL groups
commits itself and gets a small pool of threads.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, make_url

from bridge.domain.errors import BridgeError, Invalid, Unavailable

P = ParamSpec("P")
T = TypeVar("T")
Question = Callable[Concatenate[Connection, P], T]

GROUP_LIMIT = 200  # writes in one commit; bounds how long the first of them waits
BUSY_SECONDS = 10  # how long SQLite waits for a command-line tool that writes at the same moment
READERS = 4
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # with NORMAL a simulated power cut lost 200 of 200 commits (threats B4)
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "wal_autocheckpoint=4000",  # pages, 16 MB: a quarter of the checkpoints, each of which syncs twice
)


@dataclass(slots=True)
class _Write:
    work: Callable[[Connection], Any]
    answer: Future[Any] = field(default_factory=Future)


class Database:
    """Runs ledger functions in transactions; safe to use from one event loop and from plain threads.

    Raises `Unavailable` from every method when the database cannot be reached, is locked or is full.
    """

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="ledger-read")
        if self.is_sqlite:
            self.engine = _sqlite_engine(self.url, begin="BEGIN IMMEDIATE")
            self._read_engine = _sqlite_engine(self.url, begin="BEGIN")
            self._inbox: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
            self._writer = threading.Thread(target=self._write_groups, name="ledger-write", daemon=True)
            self._writer.start()
        else:
            self.engine = sa.create_engine(self.url, pool_size=READERS * 2, pool_pre_ping=True)
            self._read_engine = self.engine
            self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="ledger-write")

    def close(self) -> None:
        """Finish the writes that wait, then close every connection."""
        self._readers.shutdown()
        if self.is_sqlite:
            self._inbox.put(None)
            self._writer.join()
        else:
            self._pool.shutdown()
        self.engine.dispose()
        self._read_engine.dispose()

    async def write(self, question: Question[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run *question* in a transaction; its answer comes after the commit is durable.

        Once begun it is finished even if the waiting task is cancelled.
        """
        return await _answer(self._submit(question, *args, **kwargs))

    def write_now(self, question: Question[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do as `write` does, for callers without an event loop."""
        return self._submit(question, *args, **kwargs).result()

    async def read(self, question: Question[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run *question*, which changes nothing, beside the writer."""
        call = partial(self.read_now, question, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._readers, call)

    def read_now(self, question: Question[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do as `read` does, for callers without an event loop."""
        with told_as_ours(), self._read_engine.begin() as connection:
            return question(connection, *args, **kwargs)

    def _submit(self, question: Question[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        def work(connection: Connection) -> T:
            return question(connection, *args, **kwargs)

        if not self.is_sqlite:
            return self._pool.submit(self._write_alone, work)
        write = _Write(work)
        self._inbox.put(write)
        return write.answer

    def _write_alone(self, work: Callable[[Connection], T]) -> T:
        with told_as_ours(), self.engine.begin() as connection:
            return work(connection)

    def _write_groups(self) -> None:
        """Run in the writer thread until the inbox gives None."""
        while (first := self._inbox.get()) is not None:
            group = [first]
            is_last = False
            while len(group) < GROUP_LIMIT:
                try:
                    following = self._inbox.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    is_last = True
                    break
                group.append(following)
            self._write_group(group)
            if is_last:
                return

    def _write_group(self, group: list[_Write]) -> None:
        group = [write for write in group if write.answer.set_running_or_notify_cancel()]
        if len(group) == 1:
            self._answer_alone(group[0])
            return
        try:
            with self.engine.begin() as connection:
                answers = [_in_savepoint(connection, write) for write in group]
        except Exception:  # noqa: BLE001  a bulkhead: one write broke the shared transaction
            # SQLite may have rolled everything back by itself (full disk, I/O error); each write is
            # repeatable, so each is tried alone and gets its own answer.
            for write in group:
                self._answer_alone(write)
            return
        for write, (result, refusal) in zip(group, answers, strict=True):
            if refusal is None:
                write.answer.set_result(result)
            else:
                write.answer.set_exception(refusal)

    def _answer_alone(self, write: _Write) -> None:
        try:
            write.answer.set_result(self._write_alone(write.work))
        except Exception as error:  # noqa: BLE001  a bulkhead: the error belongs to whoever waits
            write.answer.set_exception(error)


def _in_savepoint(connection: Connection, write: _Write) -> tuple[Any, BridgeError | None]:
    cursor = connection.connection.cursor()  # the driver's own: ten times cheaper for a savepoint
    try:
        cursor.execute("SAVEPOINT one")
        try:
            return write.work(connection), None
        except BridgeError as refusal:
            cursor.execute("ROLLBACK TO one")
            return None, refusal
        finally:
            cursor.execute("RELEASE one")
    finally:
        cursor.close()


async def _answer(pending: Future[T]) -> T:
    """Return what *pending* comes to; it goes on if the waiting task is cancelled.

    `asyncio.wrap_future` and `shield` do the same for twice the time, and this is done for every file.
    """
    loop = asyncio.get_running_loop()
    told: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not told.done():
            told.set_result(None)

    def tell(_pending: Future[T]) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(wake)

    pending.add_done_callback(tell)
    await told
    return pending.result()


def parse_url(url: str) -> URL:
    """Return the SQLAlchemy URL for a setting such as ``sqlite:////srv/ledger.db`` or ``postgresql://…``.

    Raises:
        Invalid: it is neither.
    """
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError:
        raise Invalid("ledger.url: expected sqlite:///FILE or postgresql://USER@HOST/NAME") from None
    drivers = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
    driver = drivers.get(parsed.get_backend_name())
    if driver is None or (driver.startswith("sqlite") and not parsed.database):
        raise Invalid("ledger.url: expected sqlite:///FILE or postgresql://USER@HOST/NAME")
    return parsed.set(drivername=driver)


def _sqlite_engine(url: URL, *, begin: str) -> sa.Engine:
    # Distributions ship SQLite up to 3.51.2, which can lose commits at a WAL reset; pysqlite3 brings its own.
    from pysqlite3 import dbapi2

    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        module=dbapi2,
        pool_size=READERS,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS, "isolation_level": None},
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def told_as_ours() -> Iterator[None]:
    """Raise `Unavailable` for an error of the database itself; let one that is a bug of ours pass."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
        raise Unavailable(f"ledger: {error.orig}") from error
    except sa.exc.TimeoutError as error:  # every connection of the pool is in use
        raise Unavailable(f"ledger: {error}") from error
    except sa.exc.DatabaseError as error:
        if type(error) is not sa.exc.DatabaseError:  # the kinds below it are bugs of ours
            raise
        # SQLite says so of a file that is damaged, or none of its own.
        raise Unavailable(f"ledger: {error.orig}; restore it from the backup") from error
