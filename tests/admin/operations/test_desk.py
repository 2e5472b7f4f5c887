"""The desk opens a ledger that is there, or makes one that only its user can read."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import bridge.admin.operations
from bridge.admin.operations import accounts, administrations, lanes, trail
from bridge.admin.operations.desk import Desk, open_desk
from bridge.config import Settings
from bridge.config.settings import LedgerSettings
from bridge.domain.audit import Deed, Way
from bridge.domain.errors import AlreadyThere, Conflict, Unavailable
from bridge.ledger import administrations as ledger_administrations
from bridge.ledger import lanes as ledger_lanes
from bridge.ledger.database import Transaction
from tests.support.clock import NOON


def test_a_first_use_makes_the_ledger_in_a_folder_of_its_own(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "a" / "data", keys_dir=tmp_path / "keys")

    with open_desk(settings) as desk:
        administrations.add(desk, code="A1")
    with open_desk(settings) as desk:
        assert [one.code for one in administrations.listing(desk)] == ["A1"]

    assert (tmp_path / "a" / "data").stat().st_mode & 0o777 == 0o700
    assert not (tmp_path / "keys").exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Unavailable, match="data_dir"), open_desk(Settings(data_dir=tmp_path / "file" / "x")):
        pass
    url = LedgerSettings.model_validate({"url": f"sqlite:///{tmp_path}"})
    with pytest.raises(Unavailable, match="unable to open"), open_desk(Settings(ledger=url)):
        pass


def test_a_change_and_its_entry_are_there_together(desk: Desk) -> None:
    administrations.set_stopped(desk, code="A1", is_stopped=True)

    [newest, *_] = trail.listing(desk)

    assert (newest.who, newest.way, newest.why, newest.at) == ("tester", Way.CLI, "T-1", NOON)
    assert (newest.act, newest.subject) == ("administration stop", "administration:A1")


def test_what_is_refused_leaves_no_entry(desk: Desk) -> None:
    before = trail.listing(desk)

    with pytest.raises(AlreadyThere):
        administrations.add(desk, code="A1")

    assert trail.listing(desk) == before


def test_a_change_whose_entry_cannot_be_written_is_not_made(desk: Desk) -> None:
    unwritable = Deed(act="lane pause", subject="lane:destination", detail={"secret": object()})

    with pytest.raises(TypeError):
        desk.change(unwritable, ledger_lanes.stop, name="destination")

    assert not lanes.listing(desk)[0].is_stopped


def test_of_many_changes_one_that_refuses_is_undone_alone(desk: Desk) -> None:
    def stop(code: str) -> Callable[[Transaction], str]:
        def write(ledger: Transaction) -> str:
            ledger_administrations.set_stopped(ledger, code=code, is_stopped=True)
            if code == "B2":
                raise Conflict("not this one")
            return code

        return write

    def deed(code: str) -> Deed:
        return Deed(act="administration stop", subject=f"administration:{code}")

    before = len(trail.listing(desk))
    answers = desk.change_each([(deed, stop("A1")), (deed, stop("B2"))], note=deed("both"))

    assert [str(answer) for answer in answers] == ["A1", "not this one"]
    assert [one.is_stopped for one in administrations.listing(desk)] == [True, False]
    told = [one.subject for one in trail.listing(desk)[: len(trail.listing(desk)) - before]]
    assert told == ["administration:both", "administration:A1"]


def test_no_operation_writes_past_the_audit_trail() -> None:
    # What an operator changes goes through Desk.change or Desk.change_each, and nowhere else.
    folder = Path(bridge.admin.operations.__file__).parent

    writing = {
        path.name for path in folder.glob("*.py") if re.search(r"database\.write(_now)?\(", path.read_text())
    }

    assert writing == {
        "desk.py",
        "declaring.py",  # a rehearsal, which is rolled back
        "erasing.py",  # page by page, of an act that was noted when it began
        "restoring.py",  # a ledger that nobody works with yet
    }


SECRET = "canary-0123456789"


def test_no_secret_is_in_the_audit_trail(desk: Desk) -> None:
    administrations.add(desk, code="C3", token=SECRET)
    administrations.change(desk, code="C3", token=SECRET + "x")
    administrations.change(desk, code="C3", forget_token=True)
    accounts.add(desk, name="sender", administration_codes=["C3"], password=SECRET)
    made = accounts.set_password(desk, name="sender")
    hashes = [accounts.get(desk, name="sender").password_hash or ""]
    accounts.set_password(desk, name="sender", password=SECRET)

    told = json.dumps([trail.record(one) for one in trail.listing(desk)])

    assert [one.detail for one in trail.listing(desk, subject="administration:C3")][:2] == [
        {"token": {"from": "set", "to": None}},
        {"token": "given"},
    ]
    for secret in (SECRET, made.generated_password or "", "$argon2", *hashes):
        assert secret
        assert secret not in told
