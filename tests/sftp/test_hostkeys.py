"""The server's own keys."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncssh
import pytest

from bridge.domain.errors import Unavailable
from bridge.sftp import hostkeys


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    first = hostkeys.load(tmp_path / "keys")
    second = hostkeys.load(tmp_path / "keys")

    assert [key.get_algorithm() for key in first] == ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"]
    assert [key.public_data for key in first] == [key.public_data for key in second]


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    hostkeys.load(tmp_path / "keys")

    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    for path in (tmp_path / "keys").glob("*_key"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_none_is_said_and_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "ssh_host_ed25519_key").write_text("nonsense")
    with pytest.raises(Unavailable, match="host keys in"):
        hostkeys.load(tmp_path)

    assert (tmp_path / "ssh_host_ed25519_key").read_text() == "nonsense"


# Bug: two that started at once each made keys, and one answered with a key that was gone from the folder.
def test_of_two_that_start_at_once_both_have_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as threads:
        one, two = threads.map(lambda _: hostkeys.load(tmp_path), range(2))

    assert [key.public_data for key in one] == [key.public_data for key in two]
    shown = asyncssh.read_public_key(tmp_path / "ssh_host_rsa_key.pub")
    assert shown.public_data == one[2].public_data
