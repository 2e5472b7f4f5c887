"""A door that is open during a test."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import asyncssh
import pytest
import structlog

from bridge.ledger.database import Database
from bridge.sftp import hostkeys, service
from tests.sftp.house import Door, opened

OpenDoor = Callable[..., AbstractAsyncContextManager[Door]]


@pytest.fixture(scope="session")
def host_keys(tmp_path_factory: pytest.TempPathFactory) -> list[asyncssh.SSHKey]:
    """Host keys, made and read once: an RSA key takes half a second each time."""
    return hostkeys.load(tmp_path_factory.mktemp("keys"))


@pytest.fixture(autouse=True)
def _plain_log() -> Iterator[None]:
    """Log lines without colours and drawn tracebacks, which take longer than most tests."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.KeyValueRenderer()],
    )
    yield
    structlog.reset_defaults()


@pytest.fixture
def open_door(
    sqlite_database: Database,
    tmp_path: Path,
    host_keys: list[asyncssh.SSHKey],
    monkeypatch: pytest.MonkeyPatch,
) -> OpenDoor:
    """Open a door with settings of its own; it has the account `sender`."""
    monkeypatch.setattr(service, "DRAIN_SECONDS", 0.5)
    monkeypatch.setattr(hostkeys, "load", lambda _folder: host_keys)

    def open_it(**settings: Any) -> AbstractAsyncContextManager[Door]:
        door = Door(sqlite_database, tmp_path, **settings)
        door.add("sender")
        return opened(door)

    return open_it


@pytest.fixture
async def door(open_door: OpenDoor) -> AsyncIterator[Door]:
    """A door as most tests want it: one account `sender`, nothing settles."""
    async with open_door() as door:
        yield door
