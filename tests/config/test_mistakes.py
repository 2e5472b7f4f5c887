"""A variable that names no section is told, others' variables are not."""

from bridge.config.mistakes import explain, unknown_variables


def test_only_what_looks_like_a_setting_is_unknown() -> None:
    names = ["BRIDGE_SFTP__PORT", "BRIDGE_SFPT__PORT", "BRIDGE_PORT", "PATH", "bridge_x__y"]

    assert unknown_variables(names) == ["BRIDGE_SFPT__PORT", "bridge_x__y"]


def test_one_mistake_is_one() -> None:
    text = explain([], ["BRIDGE_QQQ__ZZZ"], source=None)

    assert text.splitlines() == [
        "1 mistake in the configuration (the environment):",
        "  BRIDGE_QQQ__ZZZ: no such setting; see deploy/bridge.toml for all of them",
    ]
