"""``bridge account`` adds, shows, changes; a password comes from a file, never as a word."""

from pathlib import Path

import pytest

from bridge.admin.operations.desk import Desk, open_desk
from bridge.config import load
from bridge.domain.accounts import Account
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.ledger import accounts, uploads
from bridge.runtime.passwords import is_right
from tests.admin.operations.test_keys import ED25519, FINGERPRINT
from tests.cli.conftest import Command
from tests.support import builders
from tests.support.clock import NOON


@pytest.fixture(autouse=True)
def _administrations(bridge: Command) -> None:
    bridge("administration", "add", "A1")
    bridge("administration", "add", "B2")


def password_hash(name: str) -> str:
    with open_desk(load()) as desk:
        return desk.database.read_now(accounts.get, name=name).password_hash or ""


def test_a_generated_password_is_printed_once(bridge: Command) -> None:
    answer = bridge("account", "add", "sender", "--administration", "A1", "--json")

    assert answer.json["name"] == "sender"
    assert is_right(password_hash("sender"), answer.json["password"])
    assert answer.json["password"] not in bridge("account", "show", "sender").out


def test_a_password_from_standard_input_loses_its_line_end_only(real_bridge: Command) -> None:
    answer = real_bridge(
        "account",
        "add",
        "sender",
        "--administration",
        "A1",
        "--password-file",
        "-",
        "--json",
        stdin=b" pw \n",
    )

    assert answer.json == {"name": "sender"}
    assert is_right(password_hash("sender"), " pw ")


def test_a_password_from_a_windows_file_loses_both_bytes_of_its_line_end(
    bridge: Command, folder: Path
) -> None:
    (folder / "pw").write_bytes(b"secret\r\n")

    bridge("account", "add", "sender", "--administration", "A1", "--password-file", "pw")

    assert is_right(password_hash("sender"), "secret")


def test_keys_and_administrations_can_be_several(bridge: Command, folder: Path) -> None:
    (folder / "k.pub").write_text(ED25519)

    added = bridge(
        "account", "add", "sender", "--administration", "B2", "--administration", "A1", "--key-file", "k.pub"
    )
    shown = bridge("account", "show", "sender", "--json").json

    assert added.out == "account sender added\n"
    assert shown["keys"][0].pop("added_at") is not None
    assert shown == {
        "name": "sender",
        "administrations": ["B2", "A1"],
        "has_password": False,
        "keys": [
            {
                "fingerprint": FINGERPRINT,
                "type": "ssh-ed25519",
                "comment": "anna@desk",
                "expires_at": None,
                "last_used_at": None,
            }
        ],
        "password_expires_at": None,
        "former_password_until": None,
        "encoding": None,
        "at_close": "refuse",
        "expects": "learned",
        "disabled": False,
        "stopped": False,
        "allowed_networks": [],
        "max_sessions": None,
        "max_file_bytes": None,
        "max_files_per_day": None,
        "quota_bytes": None,
        "language": None,
        "contact": None,
        "tells_ok": False,
        "erased_at": None,
        "routes": [],
    }


def test_codes_may_also_stand_in_a_row(bridge: Command) -> None:
    bridge("account", "add", "sender", "--administration", "A1", "B2")

    assert bridge("account", "show", "sender", "--json").json["administrations"] == ["A1", "B2"]


def test_it_is_listed_changed_disabled_enabled_and_removed(bridge: Command) -> None:
    bridge("account", "add", "sender", "--administration", "A1", "--encoding", "windows-1252")

    listed = bridge("account", "list").out
    assert listed.splitlines()[1].split() == ["sender", "A1", "password", "cp1252", "0", "active"]

    changed = bridge("account", "change", "sender", "--administration", "B2", "--encoding", "none", "--json")
    assert (changed.json["administrations"], changed.json["encoding"]) == (["B2"], None)

    assert bridge("account", "disable", "sender").out == "account sender disabled\n"
    assert bridge("account", "list", "--json").json[0]["disabled"] is True
    assert bridge("account", "enable", "sender", "--json").json["disabled"] is False
    assert bridge("account", "remove", "sender", "--json").json == {"name": "sender", "removed": True}
    assert "No accounts yet" in bridge("account", "list").out
    assert bridge("account", "list", "--json").json == []


def test_a_new_password_replaces_the_old_one(bridge: Command) -> None:
    bridge("account", "add", "sender", "--administration", "A1")

    assert bridge("account", "password", "sender", "--password-file", "-", stdin=b"new\n").code == 0
    assert is_right(password_hash("sender"), "new")
    generated = bridge("account", "password", "sender", "--json").json["password"]
    assert is_right(password_hash("sender"), generated)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["sender", "--administration", "Z9"], 1, "no administration Z9"),
        (["Sender", "--administration", "A1"], 2, "account name 'Sender'"),
        (["sender"], 2, "needs an administration"),
        (["sender", "--administration", "A1", "--password-file", "none"], 2, "none cannot be read"),
        (["sender", "--administration", "A1", "--key-file", "none"], 2, "none cannot be read"),
        (
            ["sender", "--administration", "A1", "--password-file", "-", "--key-file", "-"],
            2,
            "one option only",
        ),
        (["sender", "--administration", "A1", "--password-file", "-"], 2, "password: expected one line"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(bridge: Command, words: list[str], code: int, says: str) -> None:
    answer = bridge("account", "add", *words)

    assert answer.code == code
    assert says in answer.error
    assert len(answer.error.splitlines()) == 1
    assert bridge("account", "list", "--json").json == []


def test_the_same_account_twice_is_refused(bridge: Command) -> None:
    bridge("account", "add", "sender", "--administration", "A1")

    answer = bridge("account", "add", "sender", "--administration", "A1", "--json")

    assert (answer.code, answer.out, answer.error) == (1, "", "bridge: account sender exists already\n")


def test_what_a_client_is_told_at_close_can_be_said(bridge: Command) -> None:
    bridge("account", "add", "sender", "--administration", "A1", "--at-close", "hold")
    assert bridge("account", "show", "sender", "--json").json["at_close"] == "hold"

    bridge("account", "change", "sender", "--at-close", "refuse")

    assert "at close         refuse" in bridge("account", "show", "sender").out


def test_an_encoding_lets_go_what_waited_for_it(bridge: Command, desk: Desk, account: Account) -> None:
    for path in ("/a.csv", "/b.csv"):
        upload = desk.database.write_now(builders.an_upload, account, path)
        desk.database.write_now(
            uploads.stop,
            upload=upload,
            to=UploadState.HELD,
            reason=ReasonCode.UNKNOWN_ENCODING,
            detail="0x82",
            now=NOON,
        )

    changed = bridge("account", "change", "sender", "--encoding", "cp850")

    assert changed.out.splitlines() == [
        "account sender changed",
        "2 uploads that waited for it are looked at again",
    ]
    again = bridge("account", "change", "sender", "--encoding", "cp850", "--json").json
    assert (again["encoding"], again["retried"]) == ("cp850", 0)
