"""Holds: what is held stays readable, whatever the spool removes; nothing stays when the hold ends."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from bridge.domain.errors import Conflict
from bridge.spool.holding import Hold, remove_leftover
from bridge.spool.local import LocalSpool
from tests.spool.writing import write


def put(spool: LocalSpool, content: bytes) -> str:
    """Keep *content*; return the blob's name."""
    file = spool.new_file()
    write(file, content)
    [name] = spool.adopt([file])
    return name


def test_a_held_blob_outlives_its_removal(spool: LocalSpool, tmp_path: Path) -> None:
    blob = put(spool, b"bytes")
    with Hold(tmp_path / "spool") as hold:
        gone = hold.take({blob, "no-such"})
        spool.remove_now([blob])

        assert gone == {"no-such"}
        assert hold.path(blob).stat().st_nlink == 1
    assert not hold.folder.exists()


def test_a_second_look_holds_what_it_names_and_nothing_else(spool: LocalSpool, tmp_path: Path) -> None:
    first, second = put(spool, b"1"), put(spool, b"2")
    with Hold(tmp_path / "spool") as hold:
        hold.take({first})
        hold.take({second})

        assert [file.name for file in hold.folder.iterdir()] == [second]


def test_two_at_once_are_told_apart(tmp_path: Path) -> None:
    with Hold(tmp_path / "spool"), pytest.raises(Conflict, match="under way"), Hold(tmp_path / "spool"):
        pass


def hold_and_die(folder: Path, blob: str) -> None:
    """Take a hold and be killed."""
    with Hold(folder) as hold:
        hold.take({blob})
        os.kill(os.getpid(), signal.SIGKILL)


def test_what_a_killed_backup_held_goes_at_the_next_start(spool: LocalSpool, tmp_path: Path) -> None:
    blob = put(spool, b"bytes")
    process = multiprocessing.get_context("spawn").Process(
        target=hold_and_die, args=(tmp_path / "spool", blob)
    )
    process.start()
    process.join(30)
    assert (tmp_path / "spool" / "held" / blob).exists()

    spool.sweep(lambda names: names, lambda: False)

    assert not (tmp_path / "spool" / "held").exists()


def test_a_start_leaves_a_hold_alone_that_is_in_use(spool: LocalSpool, tmp_path: Path) -> None:
    blob = put(spool, b"bytes")
    with Hold(tmp_path / "spool") as hold:
        hold.take({blob})

        remove_leftover(tmp_path / "spool")

        assert hold.path(blob).exists()
