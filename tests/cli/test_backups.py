"""``bridge backup`` and ``bridge restore``, as they are typed."""

import shutil
from pathlib import Path

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from tests.cli.conftest import Command
from tests.support.builders import an_upload


def lose_the_machine(folder: Path) -> None:
    """Remove what the server had."""
    shutil.rmtree(folder / "data")


def test_there_and_back(bridge: Command, desk: Desk, account: Account, folder: Path) -> None:
    desk.database.write_now(an_upload, account, "/a.pdf")
    (folder / "keys").mkdir(mode=0o700)
    made = bridge("backup", "b.tar", "--why", "T-7")
    assert made.code == 0
    assert "Keys are not in it" in made.out
    assert "1 file went while it was taken" in made.out  # the builder makes no bytes
    desk.database.close()
    lose_the_machine(folder)

    assert "b.tar is whole" in bridge("restore", "b.tar", "--check").out
    answer = bridge("restore", "b.tar", "--why", "T-8")

    assert (answer.code, answer.error) == (0, "")
    assert "0 deliveries, 1 uploads" in answer.out
    assert "sender: last upload that is here: 2026-" in answer.out
    assert "bridge lane resume destination" in answer.out
    [upload] = bridge("upload", "list", "--json").json
    assert (upload["state"], upload["reason"]) == ("held", "restored")
    assert [act["why"] for act in bridge("audit", "list", "--json").json if act["act"] == "restore"] == [
        "T-8"
    ]


def test_json_says_all_of_it(bridge: Command, desk: Desk, folder: Path) -> None:
    made = bridge("backup", "b.tar", "--json").json
    assert made["has_ledger"]
    assert made["missing"] == []
    desk.database.close()
    lose_the_machine(folder)

    done = bridge("restore", "b.tar", "--without-keys", "--json").json

    assert done["taken_at"] == made["taken_at"]
    assert done["stopped_lanes"] == ["destination"]
    assert done["senders"] == [{"account": "sender", "last_upload_at": None}]


def test_a_second_restore_is_refused(bridge: Command, desk: Desk) -> None:
    del desk
    bridge("backup", "b.tar")

    answer = bridge("restore", "b.tar")

    assert answer.code == 1
    assert "a restore needs an empty place" in answer.error


def test_what_is_no_backup_is_told(bridge: Command, folder: Path) -> None:
    (folder / "x").write_text("no backup at all")

    assert "no backup" in bridge("restore", "x", "--check").error
    assert bridge("restore", "x", "--check").code == 2
    assert "cannot be read" in bridge("restore", "none").error


def test_it_comes_from_standard_input(bridge: Command, desk: Desk, folder: Path) -> None:
    del desk
    bridge("backup", "b.tar")

    answer = bridge("restore", "-", "--check", stdin=(folder / "b.tar").read_bytes())

    assert "standard input is whole" in answer.out
