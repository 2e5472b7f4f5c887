"""A desk with a real ledger, a folder for keys of its own, and a clock that stands still."""

from pathlib import Path

import pytest

from bridge.admin.operations import administrations
from bridge.admin.operations.desk import Desk
from bridge.config import Settings
from bridge.domain.audit import Actor, Way
from bridge.ledger.database import Database
from tests.support.clock import FakeClock


@pytest.fixture
def desk(sqlite_database: Database, clock: FakeClock, tmp_path: Path) -> Desk:
    """A desk with administrations A1 and B2."""
    settings = Settings(data_dir=tmp_path / "data", keys_dir=tmp_path / "keys")
    actor = Actor(who="tester", way=Way.CLI, why="T-1")
    desk = Desk(database=sqlite_database, clock=clock, settings=settings, actor=actor)
    administrations.add(desk, code="A1")
    administrations.add(desk, code="B2")
    return desk
