"""Bring a ledger's tables to what this code needs; refuse one that a newer version of the bridge made.

The steps themselves are in `bridge.ledger.migrations`.  Alembic is loaded only when there is a step to take.
"""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.errors import Conflict
from bridge.ledger.database import Database

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
)  # as in `migrations/versions`, the oldest first (a test compares)
HEAD = REVISIONS[-1]

_STEPS = Path(__file__).with_name("migrations")
_LOCK = 7237123447  # any number that no other program on the same PostgreSQL database uses as a lock


def upgrade(database: Database) -> None:
    """Take the steps that *database* lacks, all or none; one process at a time.

    Raises:
        Conflict: it was made by a newer version of the bridge.
        Unavailable: it cannot be reached.
    """
    if is_current(database):
        return
    database.write_now(_take_missing_steps)


def _take_missing_steps(connection: Connection) -> None:
    # Another process that starts now waits for the end of this transaction: on SQLite it began IMMEDIATE.
    if connection.dialect.name != "sqlite":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    if _revision(connection) != HEAD:
        _take_steps(connection)


def is_current(database: Database) -> bool:
    """Whether the tables are those that this code needs.

    Raises:
        Conflict: they are those of a newer version of the bridge.
        Unavailable: the database cannot be reached.
    """
    return database.read_now(_revision) == HEAD


def _revision(connection: Connection) -> str | None:
    """Return the last step taken; None for an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if revision is not None and revision not in REVISIONS:
        raise Conflict(
            f"the ledger is at revision {revision}, this version of the bridge knows up to {HEAD}: "
            "a newer version has used it; install that one, or restore a backup of the ledger"
        )
    return revision


def _take_steps(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")
