"""A spool on a real disk."""

from pathlib import Path

import pytest

from bridge.spool.keys import SpoolKeys
from bridge.spool.local import LocalSpool


@pytest.fixture(params=["bare", "sealed"])
def spool(request: pytest.FixtureRequest, tmp_path: Path) -> LocalSpool:
    """An empty spool, once bare and once sealed."""
    if request.param == "bare":
        return LocalSpool(tmp_path / "spool")
    keys = SpoolKeys.from_folder(tmp_path / "keys", makes=True)
    return LocalSpool(tmp_path / "spool", keys=keys, seals=True)
