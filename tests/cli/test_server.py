"""``bridge serve`` refuses a wrong configuration before it starts anything."""

from pathlib import Path

from tests.cli.conftest import Command


def test_serve_takes_the_configuration_on_either_side_and_tells_all_its_mistakes(
    bridge: Command, folder: Path
) -> None:
    (folder / "wrong.toml").write_text("[sftp]\nport = -1\nnope = 1\n")

    behind = bridge("serve", "--config", "wrong.toml", "--ready-file", "ready")
    before = bridge("--config", "wrong.toml", "serve")

    assert behind.code == before.code == 2
    assert behind.error == before.error
    assert len(behind.error.splitlines()) == 3
    assert not (folder / "ready").exists()
