"""Copies of the ledger: of one moment, and with the blobs of that moment."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from bridge.ledger import copying
from bridge.ledger.database import Database, parse_url
from bridge.ledger.schema import uploads
from tests.support.builders import an_account, an_upload


def names_in(file: Path) -> set[str]:
    """Return the blobs that the copy names."""
    database = Database(f"sqlite:///{file}")
    try:
        return set(database.read_now(lambda ledger: ledger.execute(sa.select(uploads.c.blob)).scalars()))
    finally:
        database.close()


def test_what_is_written_after_the_look_is_not_in_the_copy(sqlite_database: Database, tmp_path: Path) -> None:
    account = sqlite_database.write_now(an_account)
    sqlite_database.write_now(an_upload, account, "/a.pdf", blob="before")

    def hold(blobs: set[str]) -> set[str]:
        sqlite_database.write_now(an_upload, account, "/b.pdf", blob="after")  # another process writes now
        assert blobs == {"before"}
        return set()

    gone = sqlite_database.read_now(copying.copy, file=tmp_path / "copy.db", hold=hold, is_last_try=False)

    assert gone == set()
    assert names_in(tmp_path / "copy.db") == {"before"}
    assert [path.name for path in tmp_path.glob("copy.db*")] == ["copy.db"]


@pytest.mark.parametrize("is_last_try", [False, True])
def test_nothing_is_copied_while_a_newer_look_may_need_less(
    sqlite_database: Database, tmp_path: Path, is_last_try: bool
) -> None:
    account = sqlite_database.write_now(an_account)
    sqlite_database.write_now(an_upload, account, "/a.pdf", blob="gone")

    gone = sqlite_database.read_now(
        copying.copy, file=tmp_path / "copy.db", hold=lambda blobs: blobs, is_last_try=is_last_try
    )

    assert gone == {"gone"}
    assert (tmp_path / "copy.db").exists() is is_last_try


def test_the_blobs_are_named_on_both_databases(database: Database) -> None:
    account = database.write_now(an_account)
    database.write_now(an_upload, account, "/a.pdf", blob="one")
    seen: list[set[str]] = []

    def hold(blobs: set[str]) -> set[str]:
        seen.append(blobs)
        return set()

    database.read_now(copying.copy, file=None, hold=hold, is_last_try=False)

    assert seen == [{"one"}]


def test_only_sqlite_has_a_file() -> None:
    assert copying.sqlite_file("sqlite:////srv/ledger.db") == Path("/srv/ledger.db")
    assert copying.sqlite_file("postgresql://bridge@db.example/bridge") is None
    assert parse_url("sqlite:////srv/ledger.db").database == "/srv/ledger.db"
