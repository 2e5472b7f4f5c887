"""A lane can be stopped and resumed."""

import pytest

from bridge.admin.operations import lanes
from bridge.admin.operations.desk import Desk
from bridge.domain.errors import NotFound


def test_a_stopped_lane_sends_nothing_until_it_is_resumed(desk: Desk) -> None:
    assert lanes.pause(desk, name="destination").is_stopped
    assert [lane.may_send(desk.clock.now()) for lane in lanes.listing(desk)] == [False]
    assert not lanes.resume(desk, name="destination").is_stopped

    with pytest.raises(NotFound, match="bridge lane list"):
        lanes.pause(desk, name="nowhere")
