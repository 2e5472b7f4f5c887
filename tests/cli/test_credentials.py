"""``bridge account password``: rotation, hashes from other servers, no secret on the screen."""

from pathlib import Path

import bcrypt
import pytest

from tests.cli.conftest import Command

FOREIGN = bcrypt.hashpw(b"brought", bcrypt.gensalt(4)).decode()


@pytest.fixture(autouse=True)
def _sender(bridge: Command) -> None:
    bridge("administration", "add", "A1")
    bridge("account", "add", "sender", "--administration", "A1")


def test_rotation_says_until_when_the_old_one_is_right(bridge: Command) -> None:
    said = bridge("account", "password", "sender", "--keep-old", "7", "--expires", "90").out

    assert "account sender has a new password; it expires 20" in said
    assert "; the old one is right as well until 20" in said
    assert "old password" in bridge("account", "show", "sender").out
    shown = bridge("account", "show", "sender", "--json").json
    assert shown["former_password_until"] < shown["password_expires_at"]


def test_a_hash_is_taken_from_a_file_and_shown_nowhere(bridge: Command, folder: Path) -> None:
    (folder / "hash").write_text(FOREIGN + "\n")

    said = bridge("account", "password", "sender", "--hash-file", "hash")
    added = bridge("account", "add", "other", "--administration", "A1", "--hash-file", "hash")

    assert (said.out, added.out) == ("account sender has a new password\n", "account other added\n")
    assert FOREIGN not in bridge("account", "show", "sender", "--json").out
    assert FOREIGN not in bridge("audit", "list", "--json").out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--hash-file", "plain"], "password hash: expected bcrypt"),
        (["--hash-file", "plain", "--password-file", "plain"], "not both"),
        (["--hash-file", "-", "--password-file", "-"], "one option only"),
        (["--keep-old", "forever"], "expected days"),
        (["--hash-file", "none"], "none cannot be read"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    bridge: Command, folder: Path, words: list[str], says: str
) -> None:
    (folder / "plain").write_text("canary")

    answer = bridge("account", "password", "sender", *words)

    assert answer.code == 2
    assert says in answer.error
    assert len(answer.error.splitlines()) == 1
    assert "canary" not in answer.error
