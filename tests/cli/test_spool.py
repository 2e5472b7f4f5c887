"""``bridge spool``: the keys that seal stored files."""

from pathlib import Path

from tests.cli.conftest import Command


def test_a_new_key_is_put_first_and_the_former_still_opens(folder: Path, bridge: Command) -> None:
    bridge("spool", "rotate")
    first = bridge("spool", "keys", "--json").json

    rotated = bridge("spool", "rotate", "--json", "--why", "T-1").json
    then = bridge("spool", "keys", "--json").json

    former = [one["key"] for one in first]
    assert rotated["key"] not in former
    assert [one["key"] for one in then] == [rotated["key"], *former]
    assert [one["seals"] for one in then] == [True, *(False for _ in former)]
    assert all(one["is_here"] for one in then)
    assert len((folder / "keys" / "spool.key").read_text().splitlines()) == len(then)


def test_without_a_key_it_is_said_why(bridge: Command) -> None:
    assert "spool.encrypt is off" in bridge("spool", "keys").out
