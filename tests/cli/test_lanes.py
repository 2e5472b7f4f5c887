"""``bridge lane`` stops and resumes sending."""

from tests.cli.conftest import Command


def test_the_lane_is_stopped_shown_and_resumed(bridge: Command) -> None:
    stopped = bridge("lane", "pause")
    listed = bridge("lane", "list", "--json").json
    table = bridge("lane", "list").out
    resumed = bridge("lane", "resume", "destination", "--json").json

    assert "bridge lane resume destination" in stopped.out
    assert listed[0]["slow_downs"] == 0
    assert "429s" in table
    assert [(one["name"], one["stopped"]) for one in listed] == [("destination", True)]
    assert "stopped by an operator" in table
    assert resumed["stopped"] is False
    assert bridge("lane", "pause", "nowhere").code == 1
