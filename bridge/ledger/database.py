"""The open database: SQLite (embedded) or PostgreSQL, behind one way to write and one to read.

SQLite takes one writer at a time.  A thread that writes waits for its turn, and the one that has the turn
does the work of all that wait, each in a savepoint of its own, in one commit: fifty clients cost one fsync
and not fifty.  PostgreSQL groups commits itself.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPICursor

from bridge.domain.errors import BridgeError, Invalid, Unavailable
from bridge.runtime.threads import in_thread

P = ParamSpec("P")
T = TypeVar("T")
Question = Callable[Concatenate[Connection, P], T]
Transaction = Connection  # the name by which whoever joins several ledger functions in one write knows it

GROUP_LIMIT = 200  # writes in one commit; bounds how long the first of them waits
BUSY_SECONDS = 10  # how long SQLite waits for a command-line tool that writes at the same moment
READERS = 4
WRITERS = 16  # threads that wait for their turn at the same time, and share its commit
_BEGINS_ITSELF = "begins_itself"  # an option of connections: SQLAlchemy is not to begin for them
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # with NORMAL a simulated power cut lost 200 of 200 commits (threats B4)
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "wal_autocheckpoint=4000",  # pages, 16 MB: a quarter of the checkpoints, each of which syncs twice
)
_FOR_READERS = (*_PRAGMAS, "cache_size=-512")  # KiB instead of 2,000: the system has the pages too


@dataclass(slots=True, eq=False)
class _Write:
    """One caller's work, and what came of it."""

    work: Callable[[Connection], Any]
    is_done: bool = False
    answer: Any = None
    error: Exception | None = None


class Database:
    """Runs ledger functions in transactions; safe to use from one event loop and from plain threads.

    Raises `Unavailable` from every method when the database cannot be reached, is locked or is full.
    """

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="ledger-read")
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="ledger-write")
        if self.is_sqlite:
            self.engine = _sqlite_engine(self.url, begin="BEGIN IMMEDIATE")
            self._read_engine = _sqlite_engine(self.url, begin="BEGIN", pragmas=_FOR_READERS)
            self._waiting: deque[_Write] = deque()
            self._turn = threading.Lock()
            self._writing: Connection | None = None  # kept open, as the pool's care costs as much as a write
        else:
            self.engine = sa.create_engine(self.url, pool_size=WRITERS, pool_pre_ping=True)
            self._read_engine = self.engine

    def close(self) -> None:
        """Finish the writes that wait, then close every connection."""
        self._readers.shutdown()
        self._writers.shutdown()
        if self.is_sqlite and self._writing is not None:
            self._writing.close()
        self.engine.dispose()
        self._read_engine.dispose()

    async def write(self, question: Question[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run *question* in a transaction; its answer comes after the commit is durable.

        Once begun it is finished even if the waiting task is cancelled.
        """
        return await in_thread(self._writers, partial(self.write_now, question, *args, **kwargs))

    def write_now(self, question: Question[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do as `write` does, in the calling thread, which has to wait."""
        if not self.is_sqlite:
            with told_as_ours(), self.engine.begin() as connection:
                return question(connection, *args, **kwargs)

        def work(connection: Connection) -> T:
            return question(connection, *args, **kwargs)

        write = _Write(work)
        self._waiting.append(write)
        with self._turn:
            while not write.is_done:
                self._write_group()
        if write.error is not None:
            raise write.error
        answer: T = write.answer
        return answer

    async def read(self, question: Question[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run *question*, which changes nothing, beside the writer."""
        return await in_thread(self._readers, partial(self.read_now, question, *args, **kwargs))

    def read_now(self, question: Question[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do as `read` does, in the calling thread."""
        with told_as_ours(), self._read_engine.begin() as connection:
            return question(connection, *args, **kwargs)

    def _write_group(self) -> None:
        """Do the work of all that wait, in one commit; called by the thread that has the turn."""
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP_LIMIT))]
        if len(group) == 1:
            self._write_alone(group[0])
            return
        try:
            with self._transaction() as connection:
                for write in group:
                    _in_savepoint(connection, write)
        except Exception:  # noqa: BLE001  a bulkhead: one write broke the shared transaction
            # SQLite may have rolled everything back by itself (full disk, I/O error); each write is
            # repeatable, so each is tried alone and gets its own answer.
            for write in group:
                self._write_alone(write)
            return
        for write in group:
            write.is_done = True

    def _write_alone(self, write: _Write) -> None:
        write.answer = write.error = None
        try:
            with told_as_ours(), self._transaction() as connection:
                write.answer = write.work(connection)
        except Exception as error:  # noqa: BLE001  a bulkhead: the error belongs to whoever waits
            write.error = error
        write.is_done = True

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Begin and commit by the driver's own cursor: SQLAlchemy's way costs as much as the work between."""
        if self._writing is None:
            self._writing = self.engine.connect().execution_options(**{_BEGINS_ITSELF: True})
        connection = self._writing
        try:
            with closing(connection.connection.cursor()) as cursor:
                _command(cursor, "BEGIN IMMEDIATE")
                try:
                    yield connection
                except BridgeError:  # a refusal: nothing is wrong with the connection
                    _command(cursor, "ROLLBACK")
                    raise
                _command(cursor, "COMMIT")
        except BridgeError:
            raise
        except BaseException:
            self._writing = None
            connection.invalidate()  # closes it, and so undoes whatever had begun
            connection.close()
            raise


def _in_savepoint(connection: Connection, write: _Write) -> None:
    with closing(connection.connection.cursor()) as cursor:
        _command(cursor, "SAVEPOINT one")
        try:
            write.answer = write.work(connection)
        except BridgeError as refusal:
            _command(cursor, "ROLLBACK TO one")
            write.error = refusal
        _command(cursor, "RELEASE one")


def _command(cursor: DBAPICursor, words: str) -> None:
    """Execute *words* by the driver, with the errors that SQLAlchemy would raise."""
    from pysqlite3 import dbapi2

    try:
        cursor.execute(words)
    except dbapi2.Error as error:
        raise sa.exc.DBAPIError.instance(words, None, error, dbapi2.Error) from error


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


def _sqlite_engine(url: URL, *, begin: str, pragmas: Sequence[str] = _PRAGMAS) -> sa.Engine:
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
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        if not connection.get_execution_options().get(_BEGINS_ITSELF):
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
