"""Fixtures of the flow tests: a key, a bridge with people in it, a destination."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.flow.processes import Bridge, Destination, Sftp, make_key
from tests.support.loaded import Loaded

StartBridge = Callable[..., Bridge]


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The private half of the sender's key."""
    path = tmp_path_factory.mktemp("key") / "id"
    make_key(path)
    return path


@pytest.fixture(scope="session")
def house(key: Path, loaded: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger and keys, made by the real commands; to be copied."""
    folder = tmp_path_factory.mktemp("house")
    bridge = Bridge(folder, "http://127.0.0.1:9", loaded=loaded)
    bridge.add_people(key.with_name("id.pub"))
    bridge.start()  # makes the host keys
    assert bridge.stop() == 0
    return folder


@pytest.fixture
def destination(tmp_path: Path) -> Iterator[Destination]:
    """A strict destination."""
    destination = Destination(tmp_path / "destination").start()
    yield destination
    destination.stop()


@pytest.fixture
def make_bridge(
    house: Path, loaded: Loaded, tmp_path: Path, destination: Destination
) -> Iterator[StartBridge]:
    """Make bridges that are not started yet, with an account and three administrations."""
    made: list[Bridge] = []

    def make(*, name: str = "bridge", data: Path | None = None, **options: Mapping[str, Any]) -> Bridge:
        folder = tmp_path / name
        shutil.copytree(house / "keys", folder / "keys")
        shutil.copytree(house / "data", data or folder / "data", dirs_exist_ok=True)
        bridge = Bridge(folder, destination.url, options, data=data, loaded=loaded)
        made.append(bridge)
        return bridge

    yield make
    for bridge in made:
        bridge.close()


@pytest.fixture
def bridge(make_bridge: StartBridge) -> Bridge:
    """A running bridge without a rate limit."""
    return make_bridge().start()


@pytest.fixture
def sftp(bridge: Bridge, key: Path) -> Sftp:
    """OpenSSH's client for the running bridge."""
    return Sftp(key, bridge.port)
