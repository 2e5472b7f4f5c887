"""``bridge account route`` adds rules, changes, moves and removes them, or only rehearses that."""

import pytest

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.kinds import Kind
from bridge.runtime.clock import SystemClock
from tests.cli.conftest import Command
from tests.support import builders

pytestmark = pytest.mark.usefixtures("desk")


def test_a_route_is_added_wins_and_is_removed(bridge: Command) -> None:
    added = bridge(
        "account", "route", "add", "sender", "/x/*.csv", "--kind", "data", "--administration", "B2", "--json"
    ).json
    trial = bridge("account", "route", "test", "sender", "x/a.csv", "--json").json
    shown = bridge("account", "show", "sender")
    removed = bridge("account", "route", "remove", "sender", str(added["id"]))

    assert (trial["route"], trial["kind"], trial["administration"]) == (added["id"], "data", "B2")
    assert trial["endpoint"] == "/import/files/csv"
    assert "/x/*.csv  →  data, B2" in shown.out
    assert removed.code == 0
    assert bridge("account", "route", "remove", "sender", str(added["id"])).code == 1


def test_a_rule_has_encoding_and_guards_which_are_shown_and_changed(bridge: Command) -> None:
    words = ["--kind", "data", "--encoding", "windows-1252", "--guard", "rows_fallen=hold:50%"]
    added = bridge("account", "route", "add", "sender", "*.txt", *words, "--json").json
    [listed] = bridge("account", "show", "sender", "--json").json["routes"]

    assert listed == {
        "id": added["id"],
        "pattern": "*.txt",
        "kind": "data",
        "administration": None,
        "encoding": "cp1252",
        "guards": {"rows_fallen": "hold:50%"},
    }
    assert "data, by folder, cp1252, rows_fallen=hold:50%" in bridge("account", "show", "sender").out

    words = ["--no-kind", "--encoding", "none", "--guard", "rows_fallen=default", "--administration", "B2"]
    changed = bridge("account", "route", "change", "sender", str(added["id"]), *words)
    [listed] = bridge("account", "show", "sender", "--json").json["routes"]
    assert changed.out == f"route {added['id']} changed in account sender\n"
    assert (listed["kind"], listed["administration"], listed["encoding"], listed["guards"]) == (
        None,
        "B2",
        None,
        {},
    )


def test_an_expression_reads_the_administration(bridge: Command) -> None:
    pattern = "re:/export/(?P<administration>[^/]+)/.*"
    bridge("account", "route", "add", "sender", pattern, "--kind", "data")

    trial = bridge("account", "route", "test", "sender", "/export/b2/a.csv", "--json").json

    assert (trial["kind"], trial["administration"]) == ("data", "B2")
    assert "data, by pattern" in bridge("account", "show", "sender").out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["re:/(a+)+"], 2, "can take hours"),
        (["*", "--guard", "rows_fallen"], 2, "NAME=RULE"),
        (["*", "--guard", "rows=warn"], 2, "no such guard"),
        (["*", "--encoding", "utf-16"], 2, "one-byte"),
        (["*", "--before", "77"], 1, "no route 77"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(bridge: Command, words: list[str], code: int, says: str) -> None:
    answer = bridge("account", "route", "add", "sender", *words)

    assert answer.code == code
    assert says in answer.error
    assert len(answer.error.splitlines()) == 1


def test_rules_are_put_in_order(bridge: Command) -> None:
    first = bridge("account", "route", "add", "sender", "*.1", "--json").json
    second = bridge("account", "route", "add", "sender", "*.2", "--before", str(first["id"]))

    assert "in their order the rules are now:" in second.out
    [two, one] = bridge("account", "show", "sender", "--json").json["routes"]
    assert (two["pattern"], one["pattern"]) == ("*.2", "*.1")
    moved = bridge("account", "route", "move", "sender", str(two["id"]), "--last", "--json").json
    assert [route["pattern"] for route in moved["routes"]] == ["*.1", "*.2"]
    assert bridge("account", "route", "move", "sender", str(moved["id"])).code == 2


def test_a_rehearsal_shows_what_would_go_elsewhere_and_saves_nothing(
    bridge: Command, desk: Desk, account: Account
) -> None:
    now = SystemClock().now()
    for path, kind in (("/x\x1b[31m.csv", Kind.DATA), ("/b.pdf", Kind.INVOICE_PDF)):
        desk.database.write_now(builders.an_accepted_upload, account, path, kind, now=now)
    words = ("account", "route", "add", "sender", "*.csv", "--administration", "B2", "--rehearse")

    shown, told = bridge(*words), bridge(*words, "--json").json

    assert shown.out.splitlines()[-1] == "1 of 2 files of the last 30 days would go elsewhere"
    assert "data, A1" in shown.out
    assert "data, B2" in shown.out
    assert "\x1b" not in shown.out
    assert told["files"] == 2
    [moved] = told["elsewhere"]
    assert moved["before"] == {"kind": "data", "administration": "A1", "held": None}
    assert moved["after"] == {"kind": "data", "administration": "B2", "held": None}
    assert bridge("account", "show", "sender", "--json").json["routes"] == []


def test_a_removal_can_be_rehearsed_too(bridge: Command) -> None:
    added = bridge("account", "route", "add", "sender", "*.csv", "--json").json

    answer = bridge("account", "route", "remove", "sender", str(added["id"]), "--rehearse")

    assert answer.out.splitlines() == [
        "Nothing would go elsewhere.",
        "0 of 0 files of the last 30 days would go elsewhere",
    ]
    assert len(bridge("account", "show", "sender", "--json").json["routes"]) == 1
