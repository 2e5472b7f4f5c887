"""``bridge audit list`` says who did what, when and why."""

import pytest

from bridge.config import operator_name
from tests.cli.conftest import Command


def test_an_act_is_told_with_the_person_and_the_reason(bridge: Command) -> None:
    bridge("administration", "add", "A1", "--why", "new client, T-7")

    [told] = bridge("audit", "list", "--json").json
    table = bridge("audit", "list").out

    assert told["who"] == operator_name()
    assert (told["way"], told["act"], told["subject"]) == ("cli", "administration add", "administration:A1")
    assert told["why"] == "new client, T-7"
    assert told["at"].endswith("Z")
    assert "new client, T-7" in table
    assert 'import_times ["01:00"]' in table


def test_the_person_behind_sudo_is_told(bridge: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "anna")
    bridge("lane", "pause", "--why", "maintenance at Payt")
    monkeypatch.setenv("SUDO_USER", "bob")
    bridge("lane", "resume")

    [by_anna] = bridge("audit", "list", "--who", "anna", "--json").json

    assert (by_anna["act"], by_anna["why"]) == ("lane pause", "maintenance at Payt")


def test_the_trail_is_narrowed_and_what_was_changed_is_shown(bridge: Command) -> None:
    bridge("administration", "add", "A1")
    bridge("administration", "add", "B2")
    bridge("administration", "change", "A1", "--import-time", "02:15")

    told = bridge("audit", "list", "--subject", "administration:A1", "--since", "1h", "--limit", "1")

    assert 'import_times ["01:00"] → ["02:15"]' in told.out
    assert "B2" not in told.out
    assert told.error == "These are the newest 1; --limit shows more.\n"
    assert bridge("audit", "list", "--subject", "A1").code == 2
    assert bridge("audit", "list", "--who", "nobody").out == "Nothing yet.\n"


def test_a_reason_that_says_nothing_changes_nothing(bridge: Command) -> None:
    refused = bridge("lane", "pause", "--why", " ")

    assert refused.code == 2
    assert "why: expected one line" in refused.error
    assert bridge("lane", "list", "--json").json[0]["stopped"] is False
