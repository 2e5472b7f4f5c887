"""``bridge batch`` tells files that came together as one."""

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from tests.cli.conftest import Command
from tests.support import builders


def a_batch(desk: Desk, account: Account) -> list[int]:
    first = desk.database.write_now(builders.an_upload, account, "/1.pdf")
    second = desk.database.write_now(builders.an_upload, account, "/2.pdf", batch=first.id)
    return [first.id, second.id]


def test_a_batch_is_a_line_with_its_outcome(desk: Desk, account: Account, bridge: Command) -> None:
    a_batch(desk, account)

    lines = bridge("batch", "list").out.splitlines()
    [listed] = bridge("batch", "list", "--json", "--account", "sender").json

    assert len(lines) == 2
    assert "0 of 2 delivered, 2 waiting" in lines[1]
    assert (listed["files"], listed["outcome"]) == (2, "0 of 2 delivered, 2 waiting")


def test_a_batch_is_shown_with_its_uploads(desk: Desk, account: Account, bridge: Command) -> None:
    first, second = a_batch(desk, account)

    page = bridge("batch", "show", str(second))
    shown = bridge("batch", "show", str(second), "--json").json
    one = bridge("batch", "show", str(first), "--limit", "1")

    assert f"batch    {first}" in page.out
    assert "/1.pdf" in page.out
    assert shown["id"] == first
    assert [upload["path"] for upload in shown["uploads"]] == ["/2.pdf", "/1.pdf"]
    assert "newest 1" in one.error


def test_an_upload_names_its_batch_if_it_did_not_come_alone(
    desk: Desk, account: Account, bridge: Command
) -> None:
    first, second = a_batch(desk, account)
    alone = desk.database.write_now(builders.an_upload, account, "/3.pdf")

    page = bridge("upload", "show", str(second)).out

    assert f"batch    {first}: 0 of 2 delivered, 2 waiting" in page
    assert bridge("upload", "show", str(second), "--json").json["batch"] == first
    assert "batch" not in bridge("upload", "show", str(alone.id)).out


def test_without_any_that_is_said(bridge: Command) -> None:
    assert bridge("batch", "list").out == "No batches.\n"
    assert bridge("batch", "show", "1").code == 1
