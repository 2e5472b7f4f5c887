"""``bridge check`` says a line for each part; exit 0 when all is well, else 1."""

import socket

import pytest

from tests.cli.conftest import Command

PARTS = ["configuration", "ledger", "spool", "keys", "destination"]


def test_a_line_for_each_part_and_exit_0_when_all_is_well(
    bridge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("BRIDGE_DESTINATION__BASE_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
        answer = bridge("check")

    assert answer.code == 0
    assert [line.split()[:2] for line in answer.out.splitlines()] == [["ok", part] for part in PARTS]


def test_one_bad_part_is_exit_1(bridge: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_DESTINATION__BASE_URL", "http://127.0.0.1:1")

    answer = bridge("check", "--json")

    assert answer.code == 1
    assert {one["part"]: one["ok"] for one in answer.json} == {part: part != "destination" for part in PARTS}
