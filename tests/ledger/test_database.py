"""The open database: grouped writes, and what a broken one answers."""

import asyncio
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.errors import Conflict, Invalid, Unavailable
from bridge.ledger import counters, migrating
from bridge.ledger import database as ledger_database
from bridge.ledger.database import Database, parse_url


def count(connection: Connection, name: str) -> int:
    """Raise a counter and give its value."""
    counters.raise_by_one(connection, name=name)
    return counters.value(connection, name=name)


def refuse_after_counting(connection: Connection, name: str) -> None:
    """Change something and then think better of it."""
    counters.raise_by_one(connection, name=name)
    raise Conflict("no")


def break_after_counting(connection: Connection, name: str) -> None:
    """Change something and then fail as a bug does."""
    counters.raise_by_one(connection, name=name)
    connection.exec_driver_sql("SELECT nonsense FROM nowhere")


class Gate:
    """Keeps the writer busy, so that the writes behind it wait as one group."""

    def __init__(self) -> None:
        self._open = threading.Event()

    def pass_through(self, _connection: Connection) -> None:
        """Wait until the gate is open."""
        self._open.wait(10)

    def open(self) -> None:
        """Let the writer go on."""
        self._open.set()


async def test_a_refused_write_takes_no_other_with_it(database: Database) -> None:
    gate = Gate()
    held = asyncio.ensure_future(database.write(gate.pass_through))
    writes = [
        asyncio.ensure_future(database.write(count, "before")),
        asyncio.ensure_future(database.write(refuse_after_counting, "refused")),
        asyncio.ensure_future(database.write(count, "after")),
    ]
    await asyncio.sleep(0)
    gate.open()
    before, refused, after = await asyncio.gather(*writes, return_exceptions=True)
    await held

    assert (before, after) == (1, 1)
    assert isinstance(refused, Conflict)
    assert await database.read(counters.value, name="refused") == 0


async def test_a_write_that_is_a_bug_takes_no_other_with_it(database: Database) -> None:
    gate = Gate()
    held = asyncio.ensure_future(database.write(gate.pass_through))
    writes = [
        asyncio.ensure_future(database.write(count, "before")),
        asyncio.ensure_future(database.write(break_after_counting, "broken")),
        asyncio.ensure_future(database.write(count, "after")),
    ]
    await asyncio.sleep(0)
    gate.open()
    before, broken, after = await asyncio.gather(*writes, return_exceptions=True)
    await held

    assert (before, after) == (1, 1)
    assert isinstance(broken, Unavailable | sa.exc.ProgrammingError)
    assert await database.read(counters.value, name="broken") == 0


async def test_a_write_whose_waiter_is_cancelled_is_still_done_once(database: Database) -> None:
    gate = Gate()
    held = asyncio.ensure_future(database.write(gate.pass_through))
    waiting = asyncio.ensure_future(database.write(count, "changes"))
    await asyncio.sleep(0)

    waiting.cancel()
    gate.open()
    await held
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.to_thread(database.close)

    reopened = Database(database.url.render_as_string(hide_password=False))
    assert reopened.read_now(counters.value, name="changes") == 1
    reopened.close()


async def test_many_writes_at_once_are_all_done(database: Database) -> None:
    answers = await asyncio.gather(*(database.write(count, f"counter {n}") for n in range(300)))

    assert answers == [1] * 300


async def test_closing_finishes_the_writes_that_wait(sqlite_database: Database) -> None:
    gate = Gate()
    writes = [
        asyncio.create_task(sqlite_database.write(gate.pass_through)),
        asyncio.create_task(sqlite_database.write(count, "changes")),
    ]
    await asyncio.sleep(0)
    gate.open()
    await asyncio.to_thread(sqlite_database.close)
    await asyncio.gather(*writes)

    reopened = Database(sqlite_database.url.render_as_string(hide_password=False))
    assert reopened.read_now(counters.value, name="changes") == 1
    reopened.close()


def test_a_full_database_is_unavailable_and_works_again_when_there_is_room(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/small.db")
    migrating.upgrade(database)

    def limit_pages(connection: Connection, pages: int) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def fill(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO counters VALUES (hex(randomblob(100000)), 1)")

    database.write_now(limit_pages, 1)  # SQLite takes as the limit what it has already
    with pytest.raises(Unavailable, match="full"):
        database.write_now(fill)
    database.write_now(limit_pages, 1_000_000)

    database.write_now(fill)
    database.close()


def test_a_locked_database_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_database, "BUSY_SECONDS", 0.05)
    database = Database(f"sqlite:///{tmp_path}/ledger.db")
    migrating.upgrade(database)

    with database.engine.begin(), pytest.raises(Unavailable, match="locked"):
        database.write_now(count, "changes")

    assert database.write_now(count, "changes") == 1
    database.close()


def test_reading_goes_on_while_a_write_is_under_way(database: Database) -> None:
    with database.engine.begin() as connection:
        counters.raise_by_one(connection, name="changes")

        assert database.read_now(counters.value, name="changes") == 0


def test_sqlite_is_the_one_that_brings_its_own_engine(sqlite_database: Database) -> None:
    def facts(connection: Connection) -> list[object]:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in pragmas]

    version = sqlite_database.read_now(lambda c: c.exec_driver_sql("SELECT sqlite_version()").scalar_one())

    # Older ones can lose commits at a reset of the write-ahead log (see pyproject.toml).
    assert tuple(int(part) for part in version.split(".")) >= (3, 53)
    assert sqlite_database.write_now(facts) == ["wal", 2, 1]  # 2: FULL


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///", "nonsense", ""])
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match=r"ledger\.url"):
        parse_url(url)
