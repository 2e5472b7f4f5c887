"""``bridge account export`` and ``erase``, as they are typed."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bridge.admin.operations.desk import Desk, open_desk
from bridge.config import load
from bridge.domain.errors import NotFound
from bridge.ledger import accounts
from bridge.spool.local import LocalSpool
from tests.cli.conftest import Command
from tests.support.tenants import CANARY, NAME, a_tenant


@pytest.fixture
def desk(bridge: Command, folder: Path) -> Desk:
    """A ledger with the tenant, whose first upload has bytes."""
    del bridge
    spool = LocalSpool(folder / "data" / "spool")
    file = spool.new_file()
    file.write_bytes(CANARY.encode())
    [blob] = spool.adopt([file])
    spool.close()
    with open_desk(load()) as desk:
        desk.database.write_now(a_tenant, blob=blob)
    return desk


def blobs(folder: Path) -> list[Path]:
    """Return the files of the spool."""
    return list((folder / "data" / "spool" / "blobs").iterdir())


@pytest.mark.usefixtures("desk")
def test_an_export_has_records_and_contents(bridge: Command, folder: Path) -> None:
    answer = bridge("account", "export", NAME, "out.zip", "--with-files", "--why", "T-3")

    assert answer.code == 0, answer.error
    assert "1 file; the contents of 3 files were removed meanwhile" in answer.out
    assert (folder / "out.zip").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(folder / "out.zip") as archive:
        rows = [json.loads(line) for line in archive.read("uploads.jsonl").splitlines()]
        assert archive.read(f"files/{rows[0]['blob']}") == CANARY.encode()
        assert archive.testzip() is None
    acts = bridge("audit", "list", "--json").json
    assert [(act["act"], act["why"]) for act in acts if act["act"] == "account export"] == [
        ("account export", "T-3")
    ]


@pytest.mark.usefixtures("desk")
def test_an_export_goes_to_standard_output(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bridge", "account", "export", NAME, "-"],
        cwd=folder,
        capture_output=True,
        check=True,
    )

    with zipfile.ZipFile(io.BytesIO(done.stdout)) as archive:
        assert archive.read("account.jsonl").count(b"\n") == 1
        assert not [name for name in archive.namelist() if name.startswith("files/")]
    assert b"records, 0 files" in done.stderr


@pytest.mark.usefixtures("desk")
def test_an_export_takes_the_place_of_nothing(bridge: Command, folder: Path) -> None:
    (folder / "out.zip").write_text("mine")

    assert "is there already" in bridge("account", "export", NAME, "out.zip").error
    assert (folder / "out.zip").read_text() == "mine"
    assert bridge("account", "export", "nobody", "new.zip").code == 1
    assert not (folder / "new.zip").exists()


@pytest.mark.usefixtures("desk")
def test_an_erasure_wants_to_be_meant_and_nothing_to_wait(bridge: Command, folder: Path) -> None:
    assert "--yes" in bridge("account", "erase", NAME).error
    bridge("account", "disable", NAME)
    assert "wait or are under way" in bridge("account", "erase", NAME, "--yes").error

    answer = bridge("account", "erase", NAME, "--yes", "--cancel-waiting", "--json")

    assert answer.code == 0, answer.error
    assert answer.json["cancelled"] == 2
    assert answer.json["documents"] == 3
    assert blobs(folder) == []
    with open_desk(load()) as desk, pytest.raises(NotFound):
        desk.database.read_now(accounts.get, name=NAME)
    for words in (
        ["upload", "list"],
        ["delivery", "list"],
        ["audit", "list"],
        ["batch", "list"],
        ["alarm", "list"],
    ):
        listed = bridge(*words, "--json")
        assert listed.code == 0, listed.error
        assert CANARY not in listed.out, words
    assert is_gone_after_a_vacuum(folder)
    again = bridge("account", "erase", answer.json["name"], "--yes")
    assert again.code == 0, again.error


@pytest.mark.usefixtures("desk")
def test_a_removed_tenant_whose_name_was_reused_is_meant_by_its_number(bridge: Command, folder: Path) -> None:
    # The command took the living one, who was told of, or erased, in the place of the former.
    bridge("account", "remove", NAME)
    bridge("account", "add", NAME, "--administration", "A1")

    for command in (["export", NAME, "out.zip"], ["erase", NAME, "--yes", "--cancel-waiting"]):
        refused = bridge("account", *command)
        assert refused.code != 0
        assert "2 accounts were called" in refused.error
        assert f"{NAME}#1, made " in refused.error
        assert f"{NAME}#2, made " in refused.error
    assert not (folder / "out.zip").exists()

    assert bridge("account", "export", f"{NAME}#1", "out.zip").code == 0
    with zipfile.ZipFile(folder / "out.zip") as archive:
        assert len(archive.read("uploads.jsonl").splitlines()) == 2
    erased = bridge("account", "erase", f"{NAME}#1", "--yes", "--cancel-waiting", "--json").json
    assert (erased["name"], erased["uploads"]) == ("erased-1", 2)
    assert [one["name"] for one in bridge("account", "list", "--json").json] == [NAME]
    assert bridge("account", "export", NAME, "next.zip").code == 0


def is_gone_after_a_vacuum(folder: Path) -> bool:
    """Whether the ledger's file has nothing of it but in free pages, which VACUUM takes away."""
    from pysqlite3 import dbapi2

    connection = dbapi2.connect(str(folder / "data" / "ledger.db"), isolation_level=None)
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return CANARY.encode() not in (folder / "data" / "ledger.db").read_bytes()
