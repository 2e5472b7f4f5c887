"""``bridge admin``: who may sign in to the console."""

from tests.cli.conftest import Command


def test_an_admin_is_added_changed_and_removed_and_scripts_read_what_came_of_it(bridge: Command) -> None:
    added = bridge("admin", "add", "anna", "--role", "operator", "--json").json
    bridge("admin", "add", "ben", "--role", "support")

    changed = bridge("admin", "change", "ben", "--role", "operator", "--json").json
    disabled = bridge("admin", "disable", "ben", "--json").json
    enabled = bridge("admin", "enable", "ben", "--json").json
    without = bridge("admin", "totp-off", "ben", "--json").json
    removed = bridge("admin", "remove", "ben", "--json").json

    assert len(added["password"]) == 20
    assert (changed["name"], changed["role"]) == ("ben", "operator")
    assert (disabled["disabled"], enabled["disabled"]) == (True, False)
    assert without["one_time_password"] is False
    assert removed == {"name": "ben", "removed": True}
    assert [one["name"] for one in bridge("admin", "list", "--json").json] == ["anna"]


def test_people_read_sentences(bridge: Command) -> None:
    said = bridge("admin", "add", "anna", "--role", "operator").out
    last = bridge("admin", "disable", "anna")

    assert "This is the only time it is shown." in said
    assert last.code == 1
    assert "nobody would be left" in last.error.lower()


def test_a_viewer_is_of_an_account(bridge: Command) -> None:
    assert bridge("admin", "add", "vera", "--role", "viewer").code == 2
    assert bridge("admin", "add", "vera", "--role", "viewer", "--account", "nobody").code == 1
