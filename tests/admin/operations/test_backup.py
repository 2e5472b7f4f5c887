"""Taking a backup: of one moment, whatever goes meanwhile; keys only when they are wanted."""

import io
from pathlib import Path
from typing import Any

import pytest

from bridge.admin.operations import backup, backup_file, trail
from bridge.admin.operations.desk import Desk
from bridge.config import Settings
from bridge.domain.audit import Actor, Way
from bridge.domain.errors import Refused
from bridge.domain.roles import Role
from bridge.ledger.database import Database
from bridge.spool.local import LocalSpool
from tests.support.builders import an_account, an_upload
from tests.support.clock import FakeClock


@pytest.fixture
def desk(sqlite_database: Database, clock: FakeClock, tmp_path: Path) -> Desk:
    """A desk of a server with keys and one upload, whose bytes are ``bytes``."""
    data = tmp_path / "data"
    spool = LocalSpool(data / "spool")
    file = spool.new_file()
    file.write_bytes(b"bytes")
    [blob] = spool.adopt([file])
    spool.close()
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "secrets.key").write_text("a long random key\n")
    account = sqlite_database.write_now(an_account)
    sqlite_database.write_now(an_upload, account, "/a.pdf", blob=blob)
    settings = Settings(data_dir=data, keys_dir=keys)
    return Desk(
        database=sqlite_database, clock=clock, settings=settings, actor=Actor(who="tester", way=Way.CLI)
    )


def contents(file: Path) -> tuple[dict[str, bytes], Any]:
    """Return the files and the manifest of a backup."""
    found: dict[str, bytes] = {}
    manifest = backup_file.read(
        io.BytesIO(file.read_bytes()),
        name="it",
        sink=lambda name, content: found.update({name: content.read()}),
    )
    return found, manifest


def test_ledger_and_files_are_in_it_and_keys_are_not(desk: Desk, tmp_path: Path) -> None:
    done = backup.take(desk, target=tmp_path / "b.tar")

    found, manifest = contents(done.path)
    assert sorted(name.partition("/")[0] for name in found) == ["ledger.db", "spool"]
    assert b"bytes" in found.values()
    assert found["ledger.db"].startswith(b"SQLite format 3")
    assert b"a long random key" not in done.path.read_bytes()
    assert list(manifest["keys"]) == ["secrets.key"]
    assert not done.has_keys


def test_keys_are_in_it_when_they_are_wanted(desk: Desk, tmp_path: Path) -> None:
    done = backup.take(desk, target=tmp_path / "b.tar", with_keys=True)

    found, _ = contents(done.path)
    assert found["keys/secrets.key"] == b"a long random key\n"


def test_in_a_folder_it_is_named_by_the_moment(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()

    done = backup.take(desk, target=tmp_path / "backups")

    assert done.path.name == f"bridge-{desk.clock.now():%Y%m%d-%H%M%S}.tar"


def test_bytes_that_are_gone_are_told(desk: Desk, tmp_path: Path) -> None:
    [blob] = (desk.settings.spool_folder / "blobs").iterdir()
    blob.unlink()

    done = backup.take(desk, target=tmp_path / "b.tar")

    assert done.missing == (blob.name,)
    assert contents(done.path)[1]["missing"] == [blob.name]


def test_who_took_it_is_noted(desk: Desk, tmp_path: Path) -> None:
    backup.take(desk, target=tmp_path / "b.tar")

    [act] = trail.listing(desk, subject="backup:b.tar")
    assert (act.act, act.who) == ("backup", "tester")


def test_only_an_operator_may_take_one(desk: Desk, tmp_path: Path) -> None:
    other = Desk(
        database=desk.database,
        clock=desk.clock,
        settings=desk.settings,
        actor=Actor(who="s", way=Way.API, role=Role.SUPPORT),
    )

    with pytest.raises(Refused):
        backup.take(other, target=tmp_path / "b.tar")
    assert not (tmp_path / "b.tar").exists()


def test_nothing_stays_beside_it(desk: Desk, tmp_path: Path) -> None:
    backup.take(desk, target=tmp_path / "b.tar")

    assert sorted(path.name for path in desk.settings.spool_folder.iterdir()) == ["blobs", "drafts"]
