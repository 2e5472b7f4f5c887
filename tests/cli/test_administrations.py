"""``bridge administration`` adds, shows, changes and removes."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command


def test_it_is_added_listed_changed_and_removed(bridge: Command, folder: Path) -> None:
    (folder / "token").write_text("t0ken\n")

    added = bridge(
        "administration", "add", "A1", "--id", "7", "--token-file", "token", "--import-time", "02:30"
    )
    shown = bridge("administration", "show", "A1", "--json").json

    assert added.out == "administration A1 added\n"
    assert shown == {
        "code": "A1",
        "id": 7,
        "token": "set",
        "import_time": "02:30",
        "import_times": ["02:30"],
        "timezone": "Europe/Amsterdam",
        "guards": {},
        "paused_until": None,
        "paused_reason": None,
        "stopped": False,
    }
    changed = bridge("administration", "change", "A1", "--no-id", "--no-token", "--json").json
    assert (changed["id"], changed["token"], changed["import_time"]) == (None, "not set", "02:30")
    assert bridge("administration", "list").out.splitlines()[1].split()[:3] == ["A1", "not", "set"]
    assert bridge("administration", "remove", "A1", "--json").json == {"code": "A1", "removed": True}
    assert bridge("administration", "list", "--json").json == []


def test_a_token_comes_from_standard_input(bridge: Command) -> None:
    answer = bridge("administration", "add", "A1", "--token-file", "-", "--json", stdin=b"t0ken\n")

    assert answer.json["token"] == "set"


def test_guards_are_set_shown_and_given_back(bridge: Command) -> None:
    bridge("administration", "add", "A1", "--guard", "rows_fallen=hold:50%", "--guard", "same_as_last=off")
    assert (
        "guards        rows_fallen=hold:50%, same_as_last=off\n" in bridge("administration", "show", "A1").out
    )

    changed = bridge("administration", "change", "A1", "--guard", "rows_fallen=default", "--json").json
    bridge("administration", "change", "A1", "--guard", "same_as_last=default")

    assert changed["guards"] == {"same_as_last": "off"}
    assert bridge("administration", "show", "A1", "--json").json["guards"] == {}
    assert "guards        as in the settings\n" in bridge("administration", "show", "A1").out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["add", "csv"], 2, "folder that the bridge itself provides"),
        (["add", "A1", "--import-time", "1 o'clock"], 2, "HH:MM"),
        (["add", "A1", "--timezone", "Mars"], 2, "Europe/Amsterdam"),
        (["add", "A1", "--id", "seven"], 2, "--id"),
        (["add", "A1", "--guard", "rows_fallen"], 2, "NAME=RULE"),
        (["add", "A1", "--guard", "rows_falen=off"], 2, "did you mean rows_fallen?"),
        (["add", "A1", "--guard", "outdated=hold:30%"], 2, "expected hold alone"),
        (["add", "A1", "--guard", "outdated=off", "--guard", "outdated=hold"], 2, "given twice"),
        (["show", "A1"], 1, "no administration A1"),
        (["change", "A1", "--id", "7"], 1, "no administration A1"),
        (["remove", "A1"], 1, "no administration A1"),
    ],
)
def test_what_is_wrong_is_said(bridge: Command, words: list[str], code: int, says: str) -> None:
    answer = bridge("administration", *words)

    assert answer.code == code
    assert says in answer.error


def test_several_import_times_are_kept_in_order_and_replaced_together(bridge: Command) -> None:
    bridge("administration", "add", "A1", "--import-time", "18:00", "--import-time", "01:00")

    shown = bridge("administration", "show", "A1", "--json").json
    assert (shown["import_time"], shown["import_times"]) == ("01:00", ["01:00", "18:00"])
    assert "import times  01:00, 18:00 Europe/Amsterdam\n" in bridge("administration", "show", "A1").out
    assert "01:00, 18:00 Europe/Amsterdam" in bridge("administration", "list").out

    bridge("administration", "change", "A1", "--id", "7")
    assert bridge("administration", "show", "A1", "--json").json["import_times"] == ["01:00", "18:00"]
    bridge("administration", "change", "A1", "--import-time", "03:30")
    assert bridge("administration", "show", "A1", "--json").json["import_times"] == ["03:30"]
