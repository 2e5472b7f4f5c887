"""Statements that run for every file: compiled once, and on SQLite executed by the driver's own cursor.

SQLAlchemy's way to the driver takes ten times what SQLite then needs for a row.  On PostgreSQL, where the way
to the server is the longer one, they run as any other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

from bridge.ledger.rows import new_id


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    convert: Callable[[Any], Any] | None  # what its column's type does to a value on its way in
    default: Any


@dataclass(slots=True, eq=False)
class Prepared:
    """A SELECT, or an INSERT of one row's *columns*, with named parameters."""

    statement: sa.Select[Any] | sa.Insert
    columns: Sequence[str] = ()
    _text: str = ""
    _parameters: list[_Parameter] = field(default_factory=list)

    def is_empty(self, connection: Connection, values: Mapping[str, Any]) -> bool:
        """Whether the SELECT finds no row."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self.statement, values).first() is None
        return self._on_sqlite(connection, values).fetchone() is None

    def insert(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Insert a row."""
        if connection.dialect.name != "sqlite":
            connection.execute(self.statement, values)
        else:
            self._on_sqlite(connection, values)

    def insert_new(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Insert a row and return the id that it got."""
        if connection.dialect.name != "sqlite":
            return new_id(connection.execute(self.statement, values))
        row_id: int = self._on_sqlite(connection, values).lastrowid
        return row_id

    def insert_all(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert *rows*, which have the same columns."""
        if connection.dialect.name != "sqlite":
            connection.execute(self.statement, rows)
            return
        cursor = self._cursor(connection)
        with self._told_as_sqlalchemys():
            cursor.executemany(self._text, list(map(self._row, rows)))

    def _on_sqlite(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        cursor = self._cursor(connection)
        with self._told_as_sqlalchemys():
            return cursor.execute(self._text, self._row(values))

    def _cursor(self, connection: Connection) -> Any:
        if not self._text:
            self._compile(connection.dialect)
        return connection.connection.cursor()

    def _row(self, values: Mapping[str, Any]) -> list[Any]:
        return [
            value if one.convert is None else one.convert(value)
            for one in self._parameters
            for value in (values.get(one.name, one.default),)
        ]

    @contextmanager
    def _told_as_sqlalchemys(self) -> Iterator[None]:
        from pysqlite3 import dbapi2

        try:
            yield
        except dbapi2.Error as error:
            raise sa.exc.DBAPIError.instance(self._text, None, error, dbapi2.Error) from error

    def _compile(self, dialect: Dialect) -> None:
        compiled: Any = self.statement.compile(dialect=dialect, column_keys=list(self.columns) or None)
        types = {name: bind.type.dialect_impl(dialect) for bind, name in compiled.bind_names.items()}
        self._parameters = [
            _Parameter(name, _converter(types[name], dialect), compiled.params[name])
            for name in compiled.positiontup
        ]
        self._text = compiled.string


def _converter(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(kind, sa.Text):
        return _plain
    return kind.bind_processor(dialect)


def _plain(text: str | None) -> str | None:
    # The driver looks for an adapter of whatever is not just a `str`, which takes longer than all the rest.
    return text if text is None or type(text) is str else str.__str__(text)
