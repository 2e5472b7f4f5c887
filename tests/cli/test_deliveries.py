"""``bridge delivery`` shows the queue."""

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from tests.cli.conftest import Command
from tests.support import builders


def test_attempts_are_shown(desk: Desk, account: Account, bridge: Command) -> None:
    number = str(desk.database.write_now(builders.an_accepted_upload, account, "/a.pdf").id)
    desk.database.write_now(builders.claim)

    assert "under way" in bridge("delivery", "show", number).out
    assert len(bridge("delivery", "show", number, "--json").json["attempt_list"]) == 1
    assert bridge("delivery", "cancel", number).code == 1
