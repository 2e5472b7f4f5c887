"""Secrets at rest: opened by their key only."""

from pathlib import Path

import pytest

from bridge.domain.errors import Unavailable
from bridge.runtime.sealing import KEY_FILE, Sealer


def test_what_is_sealed_opens_again_after_a_restart(tmp_path: Path) -> None:
    sealed = Sealer.from_folder(tmp_path / "keys").seal("token-ü")

    assert "token" not in sealed
    assert Sealer.from_folder(tmp_path / "keys").open(sealed) == "token-ü"


def test_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    Sealer.from_folder(tmp_path / "keys")

    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "keys" / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_another_key_does_not_open_it(tmp_path: Path) -> None:
    sealed = Sealer.from_folder(tmp_path / "one").seal("token")

    with pytest.raises(Unavailable, match="another key"):
        Sealer.from_folder(tmp_path / "two").open(sealed)


def test_a_former_key_below_the_first_line_still_opens(tmp_path: Path) -> None:
    sealed = Sealer.from_folder(tmp_path / "old").seal("token")
    Sealer.from_folder(tmp_path / "new")
    both = (tmp_path / "new" / KEY_FILE).read_bytes() + (tmp_path / "old" / KEY_FILE).read_bytes()
    (tmp_path / "new" / KEY_FILE).write_bytes(both)

    assert Sealer.from_folder(tmp_path / "new").open(sealed) == "token"


def test_a_damaged_key_file_is_said(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("no key\n")

    with pytest.raises(Unavailable, match="restore it from the backup"):
        Sealer.from_folder(tmp_path)


def test_equal_secrets_have_one_mark_however_often_they_are_sealed(tmp_path: Path) -> None:
    sealer, other = Sealer.from_folder(tmp_path / "one"), Sealer.from_folder(tmp_path / "two")

    assert sealer.seal("secret") != sealer.seal("secret")
    assert sealer.mark(sealer.seal("secret")) == sealer.mark(sealer.seal("secret"))
    assert sealer.mark(sealer.seal("secret")) != sealer.mark(sealer.seal("another"))
    assert sealer.mark(other.seal("secret")) == "unreadable"
