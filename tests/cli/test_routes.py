"""``bridge account route`` adds rules, removes them, and shows which one wins."""

import gzip
from pathlib import Path

import pytest

from tests.cli.conftest import Command


@pytest.fixture(autouse=True)
def _account(bridge: Command) -> None:
    bridge("administration", "add", "A1")
    bridge("administration", "add", "B2")
    bridge("account", "add", "sender", "--administration", "A1", "--administration", "B2")


def test_a_route_is_added_wins_and_is_removed(bridge: Command) -> None:
    added = bridge(
        "account", "route", "add", "sender", "/x/*.csv", "--kind", "data", "--administration", "B2", "--json"
    ).json
    trial = bridge("account", "route", "test", "sender", "x/a.csv", "--json").json
    shown = bridge("account", "show", "sender")
    removed = bridge("account", "route", "remove", "sender", str(added["id"]))

    assert (trial["route"], trial["kind"], trial["administration"]) == (added["id"], "data", "B2")
    assert trial["endpoint"] == "/import/files/csv"
    assert "/x/*.csv  →  data, B2" in shown.out
    assert removed.code == 0
    assert bridge("account", "route", "remove", "sender", str(added["id"])).code == 1


def test_it_says_step_by_step_why_a_file_would_wait(bridge: Command) -> None:
    answer = bridge("account", "route", "test", "sender", "/y/a.csv")

    assert answer.code == 0
    assert "folder /y  does not say whom the file is for" in answer.out
    assert "held" in answer.out
    assert "what to do" in answer.out


def test_the_file_decides_where_the_path_leaves_it_open(bridge: Command, folder: Path) -> None:
    (folder / "a.gz").write_bytes(gzip.compress(b"administration_code;invoice_number\n"))

    unknown = bridge("account", "route", "test", "sender", "/export.gz", "--json").json
    known = bridge("account", "route", "test", "sender", "/export.gz", "a.gz", "--json").json

    assert (unknown["kind"], unknown["kind_by"]) == (None, "content")
    assert (known["kind"], known["kind_by"]) == ("data", "content")


def test_a_file_that_cannot_be_read_is_said(bridge: Command) -> None:
    answer = bridge("account", "route", "test", "sender", "/a.xml", "nowhere.xml")

    assert answer.code == 2
    assert "nowhere.xml" in answer.error
