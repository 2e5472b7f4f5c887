"""Administrations are checked before they are kept, and their tokens are sealed."""

from datetime import time, timedelta

import pytest

from bridge.admin.operations import accounts, administrations
from bridge.admin.operations.desk import Desk
from bridge.domain.errors import AlreadyThere, Conflict, Invalid, NotFound
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import Action, Rule
from bridge.ledger import administrations as ledger
from bridge.runtime.sealing import Sealer
from tests.support.clock import NOON


def test_what_is_added_can_be_read_again(desk: Desk) -> None:
    added = administrations.add(
        desk, code="C3", payt_id=7, import_times=["13:30"], timezone="Europe/Brussels"
    )

    assert administrations.get(desk, code="C3") == added
    assert (added.payt_id, added.import_times, added.timezone) == (7, (time(13, 30),), "Europe/Brussels")
    assert [one.code for one in administrations.listing(desk)] == ["A1", "B2", "C3"]


def test_a_token_is_kept_sealed_and_opens_with_the_key_in_keys(desk: Desk) -> None:
    added = administrations.add(desk, code="C3", token="canary-token")

    assert added.sealed_token is not None
    assert "canary" not in added.sealed_token
    assert Sealer.from_folder(desk.settings.keys_dir).open(added.sealed_token) == "canary-token"


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "csv"},
        {"code": "a/b"},
        {"code": "C3", "payt_id": 0},
        {"code": "C3", "payt_id": 2**63},
        {"code": "C3", "token": "two words"},
        {"code": "C3", "token": ""},
        {"code": "C3", "import_times": ["25:00"]},
        {"code": "C3", "import_times": ["01:00", "1:00"]},
        {"code": "C3", "import_times": []},
        {"code": "C3", "import_times": [f"01:{minute:02}" for minute in range(25)]},
        {"code": "C3", "timezone": "Europe/Atlantis"},
        {"code": "C3", "guards": {"rows_falen": "off"}},
        {"code": "C3", "guards": {"rows_fallen": "never"}},
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_is_kept(desk: Desk, wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        administrations.add(desk, **wrong)  # type: ignore[arg-type]

    assert len(administrations.listing(desk)) == 2


def test_a_code_is_taken_once(desk: Desk) -> None:
    with pytest.raises(AlreadyThere, match="A1"):
        administrations.add(desk, code="A1")


def test_only_what_is_given_changes(desk: Desk) -> None:
    administrations.change(desk, code="A1", payt_id=7, token="t1")

    changed = administrations.change(desk, code="A1", import_times=["18:00", "02:15", "18:00"])

    assert changed.payt_id == 7
    assert changed.sealed_token is not None
    assert changed.import_times == (time(2, 15), time(18))


def test_a_guard_gets_a_rule_of_its_own_and_the_others_keep_theirs(desk: Desk) -> None:
    added = administrations.add(
        desk, code="C3", guards={"same_as_last": "off", "rows_fallen": "hold:50%", "outdated": "default"}
    )
    assert added.guards == {
        ReasonCode.ROWS_FALLEN: Rule(Action.HOLD, 0.5),
        ReasonCode.SAME_AS_LAST: Rule(Action.OFF),
    }

    administrations.change(desk, code="C3", guards={"rows_fallen": "default", "outdated": "warn"})
    left = administrations.change(desk, code="C3", payt_id=7)

    assert left.guards == {
        ReasonCode.SAME_AS_LAST: Rule(Action.OFF),
        ReasonCode.OUTDATED: Rule(Action.WARN),
    }


def test_a_wrong_rule_changes_nothing(desk: Desk) -> None:
    with pytest.raises(Invalid, match="same_as_last"):
        administrations.change(desk, code="A1", payt_id=7, guards={"outdated": "off", "same_as_last": "x"})

    one = administrations.get(desk, code="A1")
    assert (one.payt_id, one.guards) == (None, {})


def test_id_and_token_can_be_forgotten(desk: Desk) -> None:
    administrations.change(desk, code="A1", payt_id=7, token="t1")

    changed = administrations.change(desk, code="A1", forget_payt_id=True, forget_token=True)

    assert changed.payt_id is None
    assert changed.sealed_token is None
    with pytest.raises(Invalid, match="not both"):
        administrations.change(desk, code="A1", token="t2", forget_token=True)


def test_a_change_lets_a_locked_out_administration_try_again(desk: Desk) -> None:
    one = administrations.get(desk, code="A1")
    until = NOON + timedelta(hours=1)
    desk.database.write_now(ledger.pause, administration_id=one.id, until=until, reason="401")

    assert administrations.change(desk, code="A1", token="t2").paused_until is None


def test_one_in_use_is_not_removed(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1"], password="x")

    with pytest.raises(Conflict, match="sender"):
        administrations.remove(desk, code="A1")
    administrations.remove(desk, code="B2")
    with pytest.raises(NotFound):
        administrations.get(desk, code="B2")
