"""``bridge account key`` adds public keys and removes them by fingerprint."""

import pytest

from tests.admin.operations.test_keys import ED25519, FINGERPRINT
from tests.cli.conftest import Command


@pytest.mark.usefixtures("desk")
def test_a_key_is_added_from_standard_input_and_removed_by_fingerprint(bridge: Command) -> None:
    added = bridge("account", "key", "add", "sender", "--key-file", "-", stdin=ED25519.encode())
    again = bridge("account", "key", "add", "sender", "-", stdin=ED25519.encode())
    removed = bridge("account", "key", "remove", "sender", FINGERPRINT)

    assert FINGERPRINT in added.out
    assert again.code == 1
    assert removed.code == 0
    assert bridge("account", "show", "sender", "--json").json["keys"] == []


@pytest.mark.usefixtures("desk")
def test_what_is_no_public_key_is_refused_and_its_file_named(bridge: Command) -> None:
    answer = bridge(
        "account", "key", "add", "sender", "--key-file", "-", stdin=b"-----BEGIN PRIVATE KEY-----"
    )

    assert answer.code == 2
    assert bridge("account", "key", "add", "sender").code == 2
    assert answer.error.startswith("bridge: standard input: this is a private key")
