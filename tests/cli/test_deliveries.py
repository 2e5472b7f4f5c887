"""``bridge delivery`` shows the queue."""

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.deliveries import DEFAULT_LANE
from bridge.ledger import leases
from tests.cli.conftest import Command
from tests.support import builders
from tests.support.clock import NOON


def test_attempts_are_shown(desk: Desk, account: Account, bridge: Command) -> None:
    number = str(desk.database.write_now(builders.an_accepted_upload, account, "/a.pdf").id)
    desk.database.write_now(builders.claim)

    assert "under way" in bridge("delivery", "show", number).out
    assert len(bridge("delivery", "show", number, "--json").json["attempt_list"]) == 1
    assert bridge("delivery", "cancel", number).code == 1


def test_it_is_said_plainly_which_attempts_are_unknown(desk: Desk, account: Account, bridge: Command) -> None:
    number = str(desk.database.write_now(builders.an_accepted_upload, account, "/a.pdf").id)
    assert bridge("delivery", "show", number, "--json").json["doubt"] is None
    for _ in range(2):
        desk.database.write_now(builders.claim)
        desk.database.write_now(leases.recover, lane=DEFAULT_LANE, now=NOON, expired_only=False)

    shown = bridge("delivery", "show", number)
    listed = bridge("delivery", "list")

    assert (
        "not certain     attempts 1, 2 are unknown: the request went out and no answer came, "
        "so the destination may have the file already\n" in shown.out
    )
    assert "may have arrived already" in listed.out
    assert bridge("delivery", "list", "--json").json[0]["unknown_attempts"] == 2
    bridge("delivery", "hold", number)
    assert "It may have arrived all the same." in bridge("delivery", "list").out


def test_what_keeps_a_delivery_back_is_shown(desk: Desk, account: Account, bridge: Command) -> None:
    number = str(desk.database.write_now(builders.an_accepted_upload, account, "/a.pdf").id)
    bridge("administration", "stop", "A1")

    page = bridge("delivery", "show", number).out
    record = bridge("delivery", "show", number, "--json").json

    assert "waits: administration A1 was stopped by an operator: bridge administration resume A1" in page
    assert [one["code"] for one in record["waits_for"]] == ["no_sender", "administration_stopped"]


def test_a_list_is_narrowed_as_in_the_console_and_goes_on(
    desk: Desk, account: Account, bridge: Command
) -> None:
    first, second = (desk.database.write_now(builders.an_accepted_upload, account, f"/{n}.pdf") for n in "ab")
    bridge("delivery", "hold", str(first.id))

    def found(*words: str) -> list[int]:
        return [one["id"] for one in bridge("delivery", "list", "--json", *words).json]

    assert found("--administration", "A1", "--kind", "invoice_pdf") == [second.id, first.id]
    assert found("--reason", "by_operator") == [first.id]
    assert found("--lane", "elsewhere") == []
    assert found("--state", "held", "--state", "pending", "--before", str(second.id)) == [first.id]
    assert f"--before {second.id} shows older ones" in bridge("delivery", "list", "--limit", "1").error
