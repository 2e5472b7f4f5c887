"""A delivery that waits says why; one that does not wait says nothing."""

from bridge.admin.operations import accounts, deliveries, lanes, waits
from bridge.admin.operations.desk import Desk
from tests.support import builders


def test_what_operators_stopped_is_said_until_the_delivery_waits_no_more(desk: Desk) -> None:
    account = accounts.add(desk, name="sender", administration_codes=["A1"]).account
    delivery = desk.database.write_now(builders.an_accepted_upload, account)
    accounts.set_stopped(desk, name="sender", is_stopped=True)
    lanes.pause(desk, name="destination")

    told = waits.record(waits.of(desk, delivery=delivery))

    assert [one["code"] for one in told] == ["lane_stopped", "no_sender", "account_stopped"]
    assert {one["until"] for one in told} == {None}
    held = deliveries.hold(desk, delivery_id=delivery.id).delivery
    assert waits.of(desk, delivery=held) == []
