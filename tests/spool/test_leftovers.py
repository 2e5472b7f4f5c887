"""Leftovers: what is there under another mark, some names at a time, and no question without need."""

from pathlib import Path

import pytest

from bridge.domain.errors import Unavailable
from bridge.spool import leftovers

MARK = "ours-"


@pytest.fixture
def blobs(tmp_path: Path) -> Path:
    for folder in ("drafts", "blobs"):
        (tmp_path / folder).mkdir()
    return tmp_path / "blobs"


class Ledger:
    """Needs some names, and remembers what it was asked."""

    def __init__(self, *needed: str) -> None:
        self.needed = set(needed)
        self.asked: list[set[str]] = []

    def unneeded(self, names: set[str]) -> set[str]:
        self.asked.append(names)
        return names - self.needed


def sweep(blobs: Path, ledger: Ledger, *, is_over: bool = False) -> int:
    return leftovers.sweep(
        drafts=blobs.with_name("drafts"),
        blobs=blobs,
        mark=MARK,
        unneeded=ledger.unneeded,
        is_over=lambda: is_over,
    )


def test_the_ledger_is_not_asked_where_nothing_was_left(blobs: Path) -> None:
    (blobs / f"{MARK}new").touch()
    (blobs.with_name("drafts") / f"{MARK}coming").touch()
    ledger = Ledger()

    assert sweep(blobs, ledger) == 0
    assert ledger.asked == []
    assert (blobs.with_name("drafts") / f"{MARK}coming").exists()


def test_many_names_are_asked_about_some_at_a_time(blobs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "AT_ONCE", 10)
    names = {f"{number}" for number in range(25)}
    for name in names:
        (blobs / name).touch()
    ledger = Ledger("3", "24")

    assert sweep(blobs, ledger) == 23
    assert {path.name for path in blobs.iterdir()} == {"3", "24"}
    assert sorted(map(len, ledger.asked)) == [5, 10, 10]
    assert set.union(*ledger.asked) == names


def test_a_stop_leaves_the_rest_to_the_next_start(blobs: Path) -> None:
    (blobs / "left").touch()
    ledger = Ledger()

    assert sweep(blobs, ledger, is_over=True) == 0
    assert sweep(blobs, ledger) == 1


def test_a_folder_that_cannot_be_read_is_said(blobs: Path) -> None:
    blobs.rmdir()

    with pytest.raises(Unavailable, match="spool"):
        sweep(blobs, Ledger())
