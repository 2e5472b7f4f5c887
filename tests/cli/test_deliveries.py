"""``bridge delivery`` shows the queue, and does what a person decided."""

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from tests.cli.conftest import Command
from tests.support import builders


def test_several_deliveries_are_held_and_one_that_refuses_does_not_keep_the_others_back(
    desk: Desk, account: Account, bridge: Command
) -> None:
    first = desk.database.write_now(builders.an_accepted_upload, account, "/a.pdf").id
    second = desk.database.write_now(builders.an_accepted_upload, account, "/b.pdf").id

    held = bridge("delivery", "hold", str(first), "99", str(second), "--json")

    assert held.code == 1
    assert [one["id"] for one in held.json] == [first, second]
    assert {one["state"] for one in held.json} == {"held"}
    assert held.error == "bridge: no delivery 99; see: bridge delivery list\n"
    assert [one["id"] for one in bridge("delivery", "list", "--state", "held", "--json").json] == [
        second,
        first,
    ]


def test_a_delivery_is_released_retried_and_cancelled(desk: Desk, account: Account, bridge: Command) -> None:
    number = str(desk.database.write_now(builders.an_accepted_upload, account, "/a.pdf").id)
    bridge("delivery", "hold", number)

    released = bridge("delivery", "release", number, "--kind", "invoice_attachment", "--administration", "B2")
    shown = bridge("delivery", "show", number, "--json").json

    assert released.out == f"delivery {number} (a.pdf) is pending\n"
    assert (shown["kind"], shown["administration"], shown["attempts"]) == ("invoice_attachment", "B2", 0)
    assert shown["attempt_list"] == []
    assert bridge("delivery", "retry", number).code == 0
    assert bridge("delivery", "cancel", number).out == f"delivery {number} (a.pdf) is cancelled\n"
    assert bridge("delivery", "release", number).code == 1


def test_attempts_are_shown(desk: Desk, account: Account, bridge: Command) -> None:
    number = str(desk.database.write_now(builders.an_accepted_upload, account, "/a.pdf").id)
    desk.database.write_now(builders.claim)

    assert "under way" in bridge("delivery", "show", number).out
    assert len(bridge("delivery", "show", number, "--json").json["attempt_list"]) == 1
    assert bridge("delivery", "cancel", number).code == 1
