"""``bridge upload`` shows what was received, what became of it, and what a person can do."""

import json

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode, reason
from bridge.domain.uploads import UploadState
from bridge.ledger import uploads
from tests.cli.conftest import Command
from tests.support import builders
from tests.support.clock import NOON

HOSTILE = "/csv/\x1b[31mred\u202egnp.csv"


def hold(desk: Desk, account: Account) -> int:
    upload = desk.database.write_now(builders.an_upload, account, "/what.bin")
    desk.database.write_now(
        uploads.stop,
        upload=upload,
        to=UploadState.HELD,
        reason=ReasonCode.UNKNOWN_KIND,
        detail="no extension",
        now=NOON,
    )
    return upload.id


def test_json_tells_all_about_an_upload_and_its_deliveries(
    desk: Desk, account: Account, bridge: Command
) -> None:
    delivery = desk.database.write_now(builders.an_accepted_upload, account, "/csv/a.csv", Kind.DATA)

    [listed] = bridge("upload", "list", "--json", "--account", "sender", "--state", "accepted").json
    shown = bridge("upload", "show", str(listed["id"]), "--json").json

    assert listed["path"] == "/csv/a.csv"
    assert listed["outcome"] == "waiting"
    assert {key: shown[key] for key in listed} == listed
    [inner] = shown["deliveries"]
    assert {key: inner[key] for key in ("id", "name", "kind", "administration", "endpoint", "state")} == {
        "id": delivery.id,
        "name": "a.csv",
        "kind": "data",
        "administration": "A1",
        "endpoint": "/import/files/csv",
        "state": "pending",
    }


def test_people_see_local_time_sizes_and_reasons(desk: Desk, account: Account, bridge: Command) -> None:
    number = hold(desk, account)

    table = bridge("upload", "list").out
    page = bridge("upload", "show", str(number)).out

    assert "sender" in table
    assert "3 B" in table
    assert "Neither folder, extension nor content says what this file is." in table
    assert f"bridge upload retry {number} --kind KIND" in page


def test_an_archive_says_once_why_the_first_that_is_held_is(
    desk: Desk, account: Account, bridge: Command
) -> None:
    upload = desk.database.write_now(builders.an_upload, account, "/both.zip")
    desk.database.write_now(
        builders.accept,
        upload,
        builders.a_plan(upload, account.administrations[0], member="a.pdf"),
        builders.a_plan(upload, account.administrations[0], member="b.pdf", reason=ReasonCode.BROKEN_PDF),
    )
    why = reason(ReasonCode.BROKEN_PDF).admin

    page = bridge("upload", "show", str(upload.id)).out.partition("\n\n")[0]
    [listed] = bridge("upload", "list", "--json").json

    assert listed["outcome"] == f"0 of 2 delivered, 1 waiting, 1 held: {why}"
    assert listed["reason_text"] == why
    assert page.count(why) == 1


def test_a_hostile_name_is_inert_everywhere(desk: Desk, account: Account, bridge: Command) -> None:
    delivery = desk.database.write_now(builders.an_accepted_upload, account, HOSTILE, Kind.DATA)

    said = [
        bridge(*words).out
        for words in (
            ["upload", "list"],
            ["upload", "list", "--json"],
            ["upload", "show", "1"],
            ["delivery", "list"],
            ["delivery", "show", str(delivery.id)],
            ["delivery", "hold", str(delivery.id)],
        )
    ]

    assert all("\x1b" not in text and "\u202e" not in text for text in said)
    assert all("red" in text for text in said)


def test_a_wide_table_is_not_cut_where_there_is_no_terminal(
    desk: Desk, account: Account, bridge: Command
) -> None:
    name = "a very long name " * 20 + ".pdf"
    desk.database.write_now(builders.an_accepted_upload, account, f"/{name}")

    out = bridge("upload", "list").out

    assert name in out
    assert len(out.splitlines()) == 2


def test_an_upload_is_tried_again_with_a_decision(desk: Desk, account: Account, bridge: Command) -> None:
    number = hold(desk, account)

    again = bridge("upload", "retry", str(number), "--kind", "data", "--administration", "B2", "--json")
    twice = bridge("upload", "retry", str(number))

    assert again.json["state"] == "spooled"
    assert twice.code == 1
    assert f"upload {number} is spooled" in twice.error


def test_the_limit_is_told_when_there_may_be_more(desk: Desk, account: Account, bridge: Command) -> None:
    for name in ("/a.pdf", "/b.pdf"):
        desk.database.write_now(builders.an_accepted_upload, account, name)

    answer = bridge("upload", "list", "--limit", "1")

    assert len(answer.out.splitlines()) == 2
    assert "--limit" in answer.error
    assert "--before 2" in answer.error
    assert bridge("upload", "list", "--limit", "1", "--json").error == ""


def test_uploads_are_found_by_name_hash_and_day_and_paged(
    desk: Desk, account: Account, bridge: Command
) -> None:
    for name in ("/a.pdf", "/b.pdf"):
        desk.database.write_now(builders.an_accepted_upload, account, name)

    def found(*words: str) -> list[str]:
        listed = json.loads(bridge("upload", "list", "--json", *words).out)
        return [one["name"] for one in listed]

    assert found("--name", "B.P") == ["b.pdf"]
    assert found("--hash", "000000") == ["b.pdf", "a.pdf"]
    assert found("--day", "2026-11-21", "--before", "2") == ["a.pdf"]
    assert found("--day", "2026-11-20") == []
    assert bridge("upload", "list", "--day", "today").code == 2
    assert bridge("upload", "list", "--limit", "0").code == 2


def test_empty_lists_say_so_or_are_empty_documents(bridge: Command) -> None:
    assert bridge("upload", "list").out == "No uploads.\n"
    assert bridge("delivery", "list").out == "No deliveries.\n"
    assert bridge("upload", "list", "--json").json == []


def test_a_held_upload_is_released_as_a_kind_for_an_administration(
    desk: Desk, account: Account, bridge: Command
) -> None:
    number = str(hold(desk, account))

    released = bridge(
        "upload", "release", number, "--kind", "invoice_attachment", "--administration", "B2", "--json"
    ).json

    assert released["state"] == "spooled"
    [entry] = bridge("audit", "list", "--limit", "1", "--json").json
    assert entry["act"] == "upload release"
    assert (entry["detail"]["kind"], entry["detail"]["administration"]) == ("invoice_attachment", "B2")
