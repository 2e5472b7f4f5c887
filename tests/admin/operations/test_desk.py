"""The desk opens a ledger that is there, or makes one that only its user can read."""

from pathlib import Path

import pytest

from bridge.admin.operations import administrations
from bridge.admin.operations.desk import open_desk
from bridge.config import Settings
from bridge.config.settings import LedgerSettings
from bridge.domain.errors import Unavailable


def test_a_first_use_makes_the_ledger_in_a_folder_of_its_own(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "a" / "data", keys_dir=tmp_path / "keys")

    with open_desk(settings) as desk:
        administrations.add(desk, code="A1")
    with open_desk(settings) as desk:
        assert [one.code for one in administrations.listing(desk)] == ["A1"]

    assert (tmp_path / "a" / "data").stat().st_mode & 0o777 == 0o700
    assert not (tmp_path / "keys").exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Unavailable, match="data_dir"), open_desk(Settings(data_dir=tmp_path / "file" / "x")):
        pass
    url = LedgerSettings.model_validate({"url": f"sqlite:///{tmp_path}"})
    with pytest.raises(Unavailable, match="unable to open"), open_desk(Settings(ledger=url)):
        pass
