"""The main path with the ledger on PostgreSQL, a kill -9 included."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.conftest import StartBridge
from tests.flow.processes import Bridge, Destination, Sftp
from tests.flow.test_kill import rounds_of_kills
from tests.flow.test_main_path import check_main_path
from tests.flow.test_order import check_side_by_side
from tests.support.databases import PostgresServer


@pytest.fixture
def stopped_bridge(postgres: PostgresServer, make_bridge: StartBridge, key: Path) -> Iterator[Bridge]:
    """A bridge with its ledger on PostgreSQL, not started yet."""
    with postgres.database() as database:
        url = database.engine.url.render_as_string(hide_password=False)
        bridge = make_bridge(ledger={"url": url})
        bridge.add_people(key.with_name("id.pub"))
        yield bridge
        bridge.close()


def test_the_main_path_on_postgresql(
    stopped_bridge: Bridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    bridge = stopped_bridge.start()

    check_main_path(bridge, destination, Sftp(key, bridge.port), tmp_path)


def test_kill_9_under_load_loses_nothing_on_postgresql(
    stopped_bridge: Bridge, destination: Destination
) -> None:
    rounds_of_kills(stopped_bridge, destination, rounds=2, seed=20)


def test_data_files_closed_side_by_side_all_go_on_postgresql(
    stopped_bridge: Bridge, destination: Destination
) -> None:
    # Found by a kill -9 round: intake took them by time, and the overtaken were told by their ids.
    check_side_by_side(stopped_bridge.start(), destination)
