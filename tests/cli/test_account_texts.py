"""How an account looks to people: what is as the settings say is left out."""

from pathlib import Path

import pytest

from tests.admin.operations.test_keys import ED25519
from tests.cli.conftest import Command


@pytest.fixture(autouse=True)
def _administration(bridge: Command) -> None:
    bridge("administration", "add", "A1")


def test_terms_are_shown_where_there_are_some(bridge: Command) -> None:
    bridge("account", "add", "sender", "--administration", "A1")
    assert "quota" not in bridge("account", "show", "sender").out

    bridge(
        "account", "change", "sender", "--quota", "20GB", "--max-sessions", "3", "--allow-from", "192.0.2.1"
    )

    shown = bridge("account", "show", "sender").out
    assert "quota            at most 20 GB\n" in shown
    assert "sessions         at most 3\n" in shown
    assert "allowed from     192.0.2.1/32\n" in shown


def test_a_key_says_when_it_expires(bridge: Command, folder: Path) -> None:
    (folder / "k.pub").write_text(ED25519)
    bridge("account", "add", "sender", "--administration", "A1")

    said = bridge("account", "key", "add", "sender", "k.pub", "--expires", "90").out

    assert " may log in as sender until 20" in said
    [line] = [line for line in bridge("account", "show", "sender").out.splitlines() if line.startswith("key")]
    assert "anna@desk  expires 20" in line
