"""What is there can be printed, and applied again: here or elsewhere."""

import tomllib
from dataclasses import replace
from pathlib import Path

from bridge.admin.operations import accounts, administrations, declaring, described
from bridge.admin.operations.declared import declaration
from bridge.admin.operations.desk import Desk
from bridge.config import Settings
from tests.admin.operations.test_declaring import WHOLE
from tests.support.databases import SqliteTemplate


def full(desk: Desk) -> None:
    """Put something of everything into the ledger."""
    declaring.apply(desk, declaration(WHOLE))
    accounts.add(desk, name="piet", administration_codes=["B2"], password="a word")
    accounts.set_disabled(desk, name="piet", is_disabled=True)
    administrations.add(desk, code='odd "code"', guards={"same_as_last": "off"})


def test_what_is_printed_changes_nothing_where_it_was_printed(desk: Desk) -> None:
    full(desk)
    text = described.as_toml(described.present(desk))

    applied = declaring.apply(desk, declaration(tomllib.loads(text)), prune=True)

    assert applied.changes == []
    assert applied.same == 6


def test_it_makes_the_same_elsewhere(desk: Desk, sqlite_template: SqliteTemplate, tmp_path: Path) -> None:
    full(desk)
    printed = described.present(desk, with_hashes=True)
    (tmp_path / "other").mkdir()
    with sqlite_template.database(tmp_path / "other") as database:
        elsewhere = replace(desk, database=database, settings=Settings(keys_dir=tmp_path / "other"))

        declaring.apply(elsewhere, declaration(tomllib.loads(described.as_toml(printed))))

        assert described.present(elsewhere, with_hashes=True) == printed


def test_no_secret_is_printed_and_hashes_only_if_asked_for(desk: Desk) -> None:
    full(desk)

    text = described.as_toml(described.present(desk))

    assert "import-token" not in text
    assert "$argon2id$" not in text
    assert "gAAAA" not in text  # what is sealed
    assert "$argon2id$" in described.as_toml(described.present(desk, with_hashes=True))
