"""``bridge lane`` stops and resumes sending."""

from datetime import timedelta

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.ledger import lanes
from tests.cli.conftest import Command
from tests.support import builders


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


def test_an_outage_is_shown_with_its_beginning_and_the_next_probe(desk: Desk, bridge: Command) -> None:
    now = desk.clock.now()
    for probe_at in (now, now + timedelta(minutes=1)):
        desk.database.write_now(
            lanes.fail, name="destination", since=now, probe_at=probe_at, reason="Last: status 503."
        )
        table = bridge("lane", "list").out
        assert f"destination does not answer since {now.astimezone():%Y-%m-%d %H:%M:%S}" in table
        assert "Last: status 503." in table
        assert ("next probe now" in table) == (probe_at == now)

    assert bridge("lane", "list", "--json").json[0]["failing_since"].startswith(f"{now:%Y-%m-%dT%H:%M:%S}")


def test_a_lane_is_drained_or_it_is_said_what_is_still_under_way(
    desk: Desk, account: Account, bridge: Command
) -> None:
    quiet = bridge("lane", "drain", "--why", "maintenance")
    bridge("lane", "resume")
    desk.database.write_now(builders.an_accepted_upload, account)
    now = desk.clock.now()
    desk.database.write_now(builders.claim, now=now)

    busy = bridge("lane", "drain", "--timeout", "0")

    assert (quiet.code, quiet.error) == (0, "")
    assert "bridge lane resume destination" in quiet.out
    assert busy.code == 1
    assert busy.error.startswith("lane destination: 1 under way\nbridge: lane destination: 1 still under way")
    assert bridge("lane", "list", "--json").json[0]["stopped"] is True
