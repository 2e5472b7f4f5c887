"""A spool on a real disk."""

from pathlib import Path

import pytest

from bridge.spool.local import LocalSpool


@pytest.fixture
def spool(tmp_path: Path) -> LocalSpool:
    """An empty spool."""
    return LocalSpool(tmp_path / "spool")
