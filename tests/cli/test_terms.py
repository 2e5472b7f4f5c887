"""Terms of an account on the command line: set, shown, and taken away by a word."""

import pytest

from tests.cli.conftest import Command


@pytest.fixture(autouse=True)
def _administration(bridge: Command) -> None:
    bridge("administration", "add", "A1")


SET = [
    *("--password-expires", "90"),
    *("--allow-from", "192.0.2.0/24", "--allow-from", "2001:db8::1"),
    *("--max-sessions", "3", "--max-file-size", "500MB"),
    *("--max-files-per-day", "1000", "--quota", "20GB"),
    *("--language", "nl", "--contact", "it@example.com", "--tell-ok"),
]
AWAY = [
    *("--password-expires", "never", "--allow-from", "any"),
    *("--max-sessions", "default", "--max-file-size", "default"),
    *("--max-files-per-day", "none", "--quota", "none"),
    *("--language", "default", "--contact", "none", "--no-tell-ok"),
]


def test_terms_are_set_at_add_and_at_change_and_taken_away(bridge: Command) -> None:
    bridge("account", "add", "sender", "--administration", "A1", *SET)
    bridge("account", "add", "other", "--administration", "A1")
    bridge("account", "change", "other", *SET)

    for name in ("sender", "other"):
        shown = bridge("account", "show", name, "--json").json
        assert shown["allowed_networks"] == ["192.0.2.0/24", "2001:db8::1/128"]
        assert (shown["max_sessions"], shown["max_file_bytes"]) == (3, 500_000_000)
        assert (shown["max_files_per_day"], shown["quota_bytes"]) == (1000, 20_000_000_000)
        assert (shown["language"], shown["contact"], shown["tells_ok"]) == ("nl", "it@example.com", True)
        assert shown["password_expires_at"] is not None

    bridge("account", "change", "sender", *AWAY)
    shown = bridge("account", "show", "sender", "--json").json
    assert not any(
        shown[name]
        for name in (
            "password_expires_at",
            "allowed_networks",
            "max_sessions",
            "max_file_bytes",
            "max_files_per_day",
            "quota_bytes",
            "language",
            "contact",
            "tells_ok",
        )
    )


def test_a_wrong_term_is_said_and_nothing_is_added(bridge: Command) -> None:
    answer = bridge("account", "add", "sender", "--administration", "A1", "--allow-from", "192.0.2.7/24")

    assert (answer.code, answer.out) == (2, "")
    assert "did you mean 192.0.2.0/24?" in answer.error
    assert bridge("account", "list", "--json").json == []
