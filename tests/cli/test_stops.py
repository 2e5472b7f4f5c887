"""``bridge account stop`` and ``bridge administration stop`` keep back what is whose, until resumed."""

import pytest

from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("desk")


def test_an_account_is_stopped_shown_and_resumed(bridge: Command) -> None:
    stopped = bridge("account", "stop", "sender", "--why", "test files")

    assert stopped.out.endswith("bridge account resume sender\n")
    assert bridge("account", "list", "--json").json[0]["stopped"] is True
    assert "active, sending stopped" in bridge("account", "list").out
    assert "active, sending stopped" in bridge("account", "show", "sender").out
    assert bridge("account", "resume", "sender", "--json").json["stopped"] is False
    assert "stopped" not in bridge("account", "list").out


def test_an_administration_is_stopped_shown_and_resumed(bridge: Command) -> None:
    stopped = bridge("administration", "stop", "A1")

    assert stopped.out.endswith("bridge administration resume A1\n")
    assert [one["stopped"] for one in bridge("administration", "list", "--json").json] == [True, False]
    assert "stopped by an operator" in bridge("administration", "show", "A1").out
    assert bridge("administration", "resume", "A1", "--json").json["stopped"] is False


def test_stopping_twice_does_no_harm_and_what_is_not_there_is_said(bridge: Command) -> None:
    for _ in range(2):
        assert bridge("administration", "stop", "A1").code == 0

    assert bridge("account", "stop", "nobody").code == 1
    assert bridge("administration", "stop", "Z9").code == 1
