"""``bridge account status`` shows what the sender reads."""

from datetime import UTC, datetime

import sqlalchemy as sa

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.ledger.database import Transaction
from bridge.ledger.schema import uploads
from tests.cli.conftest import Command
from tests.support import builders


def a_refused_file(desk: Desk, account: Account) -> None:
    def work(ledger: Transaction) -> None:
        upload = builders.an_upload(ledger, account, "/scan\x1b.zip", now=datetime.now(UTC))
        ledger.execute(
            sa.update(uploads)
            .where(uploads.c.id == upload.id)
            .values(state="refused", reason="broken_archive", finished_at=upload.closed_at)
        )

    desk.database.write_now(work)


def test_today_s_page_is_printed_and_the_others_are_named(
    desk: Desk, account: Account, bridge: Command
) -> None:
    a_refused_file(desk, account)

    shown = bridge("account", "status", "sender")

    assert shown.out.startswith("sender: received on ")
    assert "1 file: 1 refused." in shown.out
    assert "  scan\\u001b.zip.rejected.txt" in shown.error
    assert "\x1b" not in shown.out + shown.error


def test_one_of_the_others_is_printed(desk: Desk, account: Account, bridge: Command) -> None:
    a_refused_file(desk, account)

    shown = bridge("account", "status", "sender", "scan\x1b.zip.rejected.txt")

    assert shown.out.startswith("scan\\u001b.zip: not delivered\n")
    assert shown.error == ""


def test_as_json_all_are_there(desk: Desk, account: Account, bridge: Command) -> None:
    a_refused_file(desk, account)

    found = bridge("account", "status", "sender", "--json").json

    assert [one["name"] for one in found] == ["today.txt", "scan\x1b.zip.rejected.txt"]
    assert "please send it again" in found[1]["text"]


def test_what_is_not_there_is_said(desk: Desk, account: Account, bridge: Command) -> None:
    assert desk.database
    assert (
        bridge("account", "status", "nobody").code,
        bridge("account", "status", account.name, "x").code,
    ) == (
        1,
        1,
    )
