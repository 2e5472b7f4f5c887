"""Fixtures for every test: ledgers on both databases, and a clock."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from bridge.ledger.database import Database
from tests.support.clock import FakeClock
from tests.support.databases import PostgresServer, SqliteTemplate
from tests.support.loaded import Loaded

BACKENDS = ["sqlite", "postgresql"]


def pytest_configure() -> None:
    """Say that there is no event loop yet.

    Otherwise pytest-asyncio asks for the current one before the first test, asyncio makes one, and nobody
    closes it: a ResourceWarning, which is an error here.
    """
    asyncio.set_event_loop(None)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name gzip by its size: its header holds the second of its making, and workers must find equal names."""
    return f"gzip of {len(val)} bytes" if isinstance(val, bytes) and val[:2] == b"\x1f\x8b" else None


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still."""
    return FakeClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """A ledger file to copy."""
    return SqliteTemplate(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def loaded() -> Iterator[Loaded]:
    """What starts the bridge's commands without importing all of it each time."""
    loaded = Loaded()
    yield loaded
    loaded.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, started by the first test that needs it."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture
def sqlite_database(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Database]:
    """A fresh ledger on SQLite."""
    with sqlite_template.database(tmp_path) as database:
        yield database


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh ledger, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        template: SqliteTemplate = request.getfixturevalue("sqlite_template")
        with template.database(tmp_path) as database:
            yield database
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        with server.database() as database:
            yield database


@pytest.fixture(scope="session", params=BACKENDS)
def shared_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A ledger in which nobody leaves anything behind: for `connection`."""
    if request.param == "sqlite":
        template: SqliteTemplate = request.getfixturevalue("sqlite_template")
        with template.database(tmp_path_factory.mktemp("shared")) as database:
            yield database
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        with server.database() as database:
            yield database


@pytest.fixture
def connection(shared_database: Database) -> Iterator[Connection]:
    """An open transaction on each database; undone after the test."""
    with shared_database.engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()
