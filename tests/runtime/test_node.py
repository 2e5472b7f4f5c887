"""One server for each data folder, known by a name that outlives restarts."""

from pathlib import Path

import pytest

from bridge.domain.errors import Conflict, Unavailable
from bridge.runtime.node import Node


def test_a_second_server_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    first = Node(tmp_path / "data")

    with pytest.raises(Conflict, match="another server works on data_dir"):
        Node(tmp_path / "data")
    first.close()


def test_the_name_stays_over_restarts_and_differs_between_folders(tmp_path: Path) -> None:
    names = []
    for folder in ("one", "one", "two"):
        node = Node(tmp_path / folder)
        names.append(node.name)
        node.close()

    assert names[0] == names[1] != names[2]
    assert names[0]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Unavailable, match="data_dir"):
        Node(tmp_path / "file" / "data")
