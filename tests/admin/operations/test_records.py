"""Records are plain values: they become JSON as they are, and hold no secret."""

import json

from bridge.admin.operations import accounts, administrations, lanes, records
from bridge.admin.operations.desk import Desk
from bridge.domain.kinds import Kind
from bridge.domain.reasons import REASONS, ReasonCode
from tests.admin.operations.test_keys import ED25519


def test_no_secret_is_in_a_record(desk: Desk) -> None:
    place = administrations.change(desk, code="A1", token="canary")
    account = accounts.add(
        desk, name="sender", administration_codes=["A1"], password="canary", key_texts={"k": ED25519}
    ).account

    text = json.dumps([records.administration(place), records.account(account)])

    assert "canary" not in text
    assert (place.sealed_token or "?") not in text
    assert (account.password_hash or "?") not in text


def test_a_lane_becomes_json(desk: Desk) -> None:
    [record] = [records.lane(one) for one in lanes.listing(desk)]

    assert json.loads(json.dumps(record))["name"] == "destination"


def test_every_reason_says_what_to_do_with_the_numbers_filled_in() -> None:
    for code in ReasonCode:
        text = records.todo(code, upload_id=7, delivery_id=8, account="sender")
        assert bool(text) == bool(REASONS[code].todo)
        assert " ID" not in (text or "").replace("--kind", "")


def test_an_endpoint_is_payt_s() -> None:
    assert records.endpoint(Kind.DECLARATION) == "/import/files/declaration_file"
    assert records.endpoint(None) is None
