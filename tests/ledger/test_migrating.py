"""Migrations: they make what the schema says, once, whoever starts first."""

import multiprocessing
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DeliveryState
from bridge.domain.errors import Conflict, Unavailable
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.uploads import UploadState
from bridge.ledger import migrating
from bridge.ledger.database import Database
from bridge.ledger.schema import metadata
from tests.support.databases import PostgresServer


def test_the_migrations_make_the_tables_of_the_schema(connection: Connection) -> None:
    context = MigrationContext.configure(connection, opts={"compare_type": True})

    assert compare_metadata(context, metadata) == []


def test_checks_and_partial_indexes_are_those_of_the_schema(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    # compare_metadata looks at neither, so what the database keeps of both is compared as text.
    if database.is_sqlite:
        other = Database(f"sqlite:///{tmp_path}/by_schema.db")
        metadata.create_all(other.engine)
        made_by_schema = other.read_now(_definitions)
        other.close()
    else:
        postgres: PostgresServer = request.getfixturevalue("postgres")
        with postgres.empty_database() as other:
            metadata.create_all(other.engine)
            made_by_schema = other.read_now(_definitions)

    assert database.read_now(_definitions) == made_by_schema


def _definitions(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
        definitions = connection.exec_driver_sql(query).scalars()
        return {line for text in definitions for line in _lines(text)}
    checks = (
        "SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid <> 0 AND conrelid::regclass::text <> 'alembic_version'"
    )
    indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    return {
        *connection.exec_driver_sql(checks).scalars(),
        *connection.exec_driver_sql(indexes).scalars(),
    }


def _lines(definition: str) -> list[str]:
    # A column that was added later stands behind the last one, on its line.
    apart = re.sub(r", (?=\w+ (?:TEXT|BIGINT|INTEGER|BOOLEAN)\b)", "\n", definition)
    lines = [re.sub(r"\s+", " ", line).strip(" ,") for line in apart.splitlines()]
    return [line[:-1] if line.count(")") > line.count("(") else line for line in lines]


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("uploads", "state", UploadState),
        ("deliveries", "state", DeliveryState),
        ("documents", "kind", Kind),
        ("routes", "kind", Kind),
        ("attempts", "outcome", Outcome),
    ],
)
def test_the_database_takes_the_words_of_the_domain_and_no_others(
    connection: Connection, table: str, column: str, values: type[UploadState]
) -> None:
    [check] = [
        check["sqltext"]
        for check in sa.inspect(connection).get_check_constraints(table)
        if check["name"] == f"ck_{table}_{column}_is_known"
    ]

    assert set(re.findall(r"'(\w+)'", check)) == {str(value) for value in values}


def test_the_code_knows_every_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    steps = ScriptDirectory.from_config(config)

    assert steps.get_current_head() == migrating.HEAD
    assert [step.revision for step in steps.walk_revisions()][::-1] == list(migrating.REVISIONS)


def test_a_new_ledger_is_not_current_until_upgraded(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new.db")
    assert not migrating.is_current(database)

    migrating.upgrade(database)

    assert migrating.is_current(database)
    database.close()


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    before = database.read_now(_definitions)

    migrating.upgrade(database)

    assert database.read_now(_definitions) == before


def test_a_ledger_of_a_newer_version_is_refused(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(Conflict, match="newer version"):
        migrating.upgrade(database)
    with pytest.raises(Conflict, match="9999"):
        migrating.is_current(database)


def test_two_processes_that_start_at_once_make_one_ledger(
    tmp_path: Path, request: pytest.FixtureRequest, subtests: pytest.Subtests
) -> None:
    with subtests.test("sqlite"):
        assert _upgrade_in_processes(f"sqlite:///{tmp_path}/new.db") == [0, 0, 0]
    with subtests.test("postgresql"):
        postgres: PostgresServer = request.getfixturevalue("postgres")
        with postgres.empty_database() as database:
            url = database.url.render_as_string(hide_password=False)
            assert _upgrade_in_processes(url) == [0, 0, 0]
            assert migrating.is_current(database)


def _upgrade_in_processes(url: str) -> list[int | None]:
    # New processes, not forks: this one has threads.
    spawning = multiprocessing.get_context("spawn")
    started = [spawning.Process(target=_upgrade, args=(url,)) for _ in range(3)]
    for process in started:
        process.start()
    for process in started:
        process.join(60)
    return [process.exitcode for process in started]


def _upgrade(url: str) -> None:
    database = Database(url)
    migrating.upgrade(database)
    database.close()


def test_a_database_that_cannot_be_reached_is_unavailable() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=2")

    with pytest.raises(Unavailable):
        migrating.upgrade(database)
    database.close()
