"""bridge alert: targets are managed, and tried, from the command line."""

from pathlib import Path

from tests.cli.conftest import Command

URL = "https://hooks.example.com/T0/PATH"


def test_a_target_is_added_shown_changed_and_removed(bridge: Command) -> None:
    added = bridge("alert", "add", "hook", "--webhook", URL, "--kind", "disk_low", "--kind", "files_held")
    assert added.code == 0
    assert "bridge alert test hook" in added.out
    assert "secret (shown only now): " in added.out

    [listed] = bridge("alert", "list", "--json").json
    assert listed["kinds"] == ["disk_low", "files_held"]
    assert "https://hooks.example.com/…" in bridge("alert", "list").out
    changed = bridge("alert", "change", "hook", "--all-kinds", "--language", "nl", "--disable", "--json").json
    assert (changed["kinds"], changed["language"], changed["disabled"]) == (None, "nl", True)
    assert bridge("alert", "show", "hook", "--json").json == changed
    assert "nl" in bridge("alert", "show", "hook").out
    assert bridge("alert", "remove", "hook").out == "alert hook removed\n"
    assert "bridge alert add NAME" in bridge("alert", "list").out


def test_a_secret_comes_from_a_file_or_standard_input_and_is_not_repeated(
    bridge: Command, folder: Path
) -> None:
    (folder / "secret").write_text("a secret of some length\n")

    from_file = bridge("alert", "add", "one", "--webhook", URL, "--secret-file", "secret", "--json")
    from_input = bridge(
        "alert", "add", "two", "--webhook", URL, "--secret-file", "-", stdin=b"another long secret!\n"
    )

    assert "generated_secret" not in from_file.json
    assert from_input.code == 0
    assert "secret" not in from_input.out


def test_mail_needs_a_server(bridge: Command) -> None:
    answer = bridge("alert", "add", "ops", "--mail", "ops@example.com")

    assert answer.code == 2
    assert "mail.host" in answer.error


def test_a_test_that_does_not_arrive_says_why(bridge: Command) -> None:
    bridge("alert", "add", "hook", "--webhook", "http://127.0.0.1:1/x")

    tested = bridge("alert", "test", "hook")

    assert tested.code == 1
    assert "not sent: could not connect" in tested.error
    assert bridge("alert", "test", "hook", "--json").json["sent"] is False
    assert "could not connect" in bridge("alert", "list", "--json").json[0]["last_error"]


def test_a_secret_url_comes_from_a_file_and_the_language_goes_back(folder: Path, bridge: Command) -> None:
    (folder / "url").write_text("https://hooks.example/s3cret\n")

    added = bridge("alert", "add", "hook", "--webhook-file", "url", "--language", "nl", "--json").json
    both = bridge("alert", "change", "hook", "--webhook-file", "url", "--webhook", "https://hooks.example/x")
    twice = bridge("alert", "change", "hook", "--webhook-file", "-", "--secret-file", "-")
    moved = bridge("alert", "change", "hook", "--webhook-file", "-", stdin=b"https://other.example/x\n")
    back = bridge("alert", "change", "hook", "--language", "default", "--json").json

    assert (added["address"], added["language"]) == ("https://hooks.example/…", "nl")
    assert added["secret"] == added["generated_secret"]
    assert both.code == twice.code == 2
    assert "not both" in both.error
    assert moved.code == 0
    assert (back["address"], back["language"]) == ("https://other.example/…", None)
