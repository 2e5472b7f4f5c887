"""Records are plain values: they become JSON as they are, and hold no secret."""

import json
import re

import pytest

from bridge.admin.operations import accounts, administrations, lanes, records
from bridge.admin.operations.desk import Desk
from bridge.domain.kinds import Kind
from bridge.domain.reasons import LANGUAGES, Language, ReasonCode, reason
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_says_what_to_do_with_the_numbers_filled_in(language: Language) -> None:
    for code in ReasonCode:
        text = records.todo(code, upload_id=7, delivery_id=8, account="sender", language=language)
        assert bool(text) == bool(reason(code, language).todo)
        assert " ID" not in (text or "")
        assert " NAME" not in (text or "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_held_delivery_the_whole_upload_is_not_let_go(language: Language) -> None:
    # A command for the upload would let go all that is held of an archive, or send it all as data files.
    for code in ReasonCode:
        text = records.todo(code, upload_id=7, delivery_id=8, account="sender", language=language) or ""
        assert not ("bridge upload" in text and "bridge delivery" in text), text
    guarded = records.todo(
        ReasonCode.ROWS_FALLEN, upload_id=7, delivery_id=8, account="sender", language=language
    )
    assert "bridge delivery release 8." in (guarded or "")
    assert "bridge delivery cancel 8" in (guarded or "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_an_upload_that_is_held_as_a_whole_no_delivery_is_spoken_of(language: Language) -> None:
    for code in (ReasonCode.ROWS_FALLEN, ReasonCode.UNKNOWN_KIND, ReasonCode.NO_ADMINISTRATION):
        text = records.todo(code, upload_id=7, delivery_id=None, account="sender", language=language)
        assert re.search("bridge upload (retry|release) 7", text or "")
        assert "bridge delivery" not in (text or "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_alone_in_its_upload_is_rejected_by_the_command_that_support_may_use(
    language: Language,
) -> None:
    for code in (ReasonCode.AMBIGUOUS, ReasonCode.OVERTAKEN, ReasonCode.BY_OPERATOR, ReasonCode.ROWS_FALLEN):
        text = records.todo(
            code, upload_id=7, delivery_id=8, account="sender", language=language, is_alone=True
        )
        assert "bridge upload reject 7" in (text or "")
        assert "bridge delivery cancel" not in (text or "")


def test_a_reason_is_told_in_the_language_that_is_asked_for() -> None:
    english = records.reason_text(ReasonCode.EMPTY_DATA_FILE)
    dutch = records.reason_text(ReasonCode.EMPTY_DATA_FILE, "nl")

    assert "as paid" in (english or "")
    assert "op betaald" in (dutch or "")


def test_an_endpoint_is_payt_s() -> None:
    assert records.endpoint(Kind.DECLARATION) == "/import/files/declaration_file"
    assert records.endpoint(None) is None
