"""What a sender can do, and may read, about each reason."""

import pytest

from bridge.domain.reasons import ReasonCode
from bridge.domain.status_advice import advice, telling
from bridge.domain.status_texts import EN, NL, Advice


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_has_an_advice(code: ReasonCode) -> None:
    assert advice(code) in Advice


def test_what_nobody_gave_a_reason_for_is_asked_about() -> None:
    assert advice(None) is Advice.ASK


@pytest.mark.parametrize(
    "code",
    [
        ReasonCode.DUPLICATE,  # names uploads and deliveries, perhaps of another account
        ReasonCode.DECLARATION_NUMBER_USED,
        ReasonCode.REJECTED,  # has words of the destination's answer
        ReasonCode.AMBIGUOUS,
        ReasonCode.GIVEN_UP,
        ReasonCode.SAME_AS_LAST,  # names the last file of the administration, whoever sent it
        ReasonCode.OUTDATED,
        ReasonCode.ROWS_FALLEN,
        ReasonCode.OPEN_AMOUNT_CHANGED,
        ReasonCode.FOREIGN_ADMINISTRATION,  # names the id at Payt
        ReasonCode.UNKNOWN_ADMINISTRATION,
        None,
    ],
)
def test_a_detail_that_may_be_about_others_stays_here(code: ReasonCode | None) -> None:
    assert telling(code, "upload 5, delivery 7 (delivered)") is None


def test_the_place_of_a_fault_in_the_own_file_is_told() -> None:
    assert telling(ReasonCode.BROKEN_CSV, "line 3, byte 60") == "line 3, byte 60"
    assert telling(ReasonCode.BROKEN_CSV, None) is None


def test_a_sender_is_told_no_commands() -> None:
    assert not any("bridge " in text for words in (EN, NL) for text in words.advice.values())
