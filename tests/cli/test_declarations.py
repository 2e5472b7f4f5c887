"""``bridge apply`` and ``bridge describe``, as an operator types them."""

import json
from pathlib import Path

import pytest

from tests.admin.operations.test_keys import ED25519
from tests.cli.conftest import Command

FILE = """
[[administrations]]
code = "A1"
token_file = "secrets/a1"

[[accounts]]
name = "jansen"
administrations = ["A1"]
encoding = "cp850"
key_files = ["jansen.pub"]
"""


@pytest.fixture
def declared(folder: Path) -> Path:
    """A file, with what it names beside it; not in the folder where the command is typed."""
    place = folder / "declared"
    (place / "secrets").mkdir(parents=True)
    (place / "secrets" / "a1").write_text("canary-token\n")
    (place / "jansen.pub").write_text(ED25519)
    (place / "all.toml").write_text(FILE)
    return place / "all.toml"


def test_a_dry_run_shows_and_then_it_is_made_once(bridge: Command, declared: Path) -> None:
    shown = bridge("apply", str(declared), "--dry-run")
    assert "account jansen: would be added; administrations A1" in shown.out
    assert bridge("account", "list", "--json").json == []

    made = bridge("apply", str(declared), "--why", "T-17")
    again = bridge("apply", str(declared), "--json")

    assert made.out.splitlines()[-1] == "added: 2, changed: 0, removed: 0; already so: 0"
    assert again.json == {"dry_run": False, "changes": [], "unchanged": 2, "notes": [], "not_declared": []}
    assert {one["why"] for one in bridge("audit", "list", "--json").json} == {"T-17"}
    assert "canary" not in made.out + shown.out


def test_a_change_says_what_it_was_and_what_it_is(bridge: Command, declared: Path) -> None:
    bridge("apply", str(declared))
    declared.write_text(FILE.replace("cp850", "windows-1252").replace('["jansen.pub"]', "[]"))

    told = bridge("apply", str(declared)).out

    assert "account jansen: encoding cp850 → cp1252; key SHA256:" in told
    assert "removed" in told
    assert "it cannot log in yet: bridge account password jansen" in told


def test_json_from_standard_input_and_back(bridge: Command, declared: Path) -> None:
    bridge("apply", str(declared))
    printed = bridge("describe", "--json")

    again = bridge("apply", "-", "--prune", stdin=printed.out.encode())

    assert [one["name"] for one in printed.json["accounts"]] == ["jansen"]
    assert again.out == "added: 0, changed: 0, removed: 0; already so: 2\n"


def test_toml_is_printed_for_the_version_control(bridge: Command, declared: Path) -> None:
    bridge("apply", str(declared))

    printed = bridge("describe").out

    assert 'encoding = "cp850"' in printed
    assert bridge("apply", "-", stdin=printed.encode()).out.endswith("already so: 2\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[administrations]]\ncode = "A1"\ntoken = "canary"', "A1: a secret does not stand in this file"),
        ('[[administrations]]\ncode = "A1"\ntoken_file = "none"', "A1: token_file"),
        ('[[accounts]]\nname = "x"\nkey_files = "one"', "x: key_files: expected a list"),
        ('[[accounts]]\nname = "x"\nkey_files = [1]', "x: key_files: expected the name of a file"),
        ("accounts = [", "this is no TOML"),
        ("{", "this is no JSON"),
        ("{}x", "this is no JSON"),
        ('[[accounts]]\nname = "x"\nencodng = "y"', "account x: administrations: Field required"),
    ],
)
def test_a_file_that_is_wrong_is_refused_as_wrong_use(bridge: Command, text: str, told: str) -> None:
    answer = bridge("apply", "-", stdin=text.encode())

    assert answer.code == 2
    assert told in answer.error
    assert "canary" not in answer.error


def test_a_json_file_by_its_name(bridge: Command, folder: Path) -> None:
    (folder / "all.json").write_text(json.dumps({"administrations": [{"code": "B2"}]}))

    assert bridge("apply", "all.json").code == 0
    assert bridge("administration", "list", "--json").json[0]["code"] == "B2"
