"""What to do about what is held, in the console's words."""

import pytest

from bridge.admin.web import advice
from bridge.domain.reasons import ReasonCode, reason
from bridge.domain.roles import Role


@pytest.mark.parametrize("code", ReasonCode)
def test_no_command_stands_on_a_page(code: ReasonCode) -> None:
    for role in Role:
        text = advice.todo(code, role) or ""
        assert "bridge " not in text.replace("the bridge ", "")
        assert not {"ID", "NAME", "KIND", "CODE", "ENCODING"} & set(text.replace(".", " ").split())


def test_buttons_are_named_in_the_place_of_commands() -> None:
    text = advice.todo(ReasonCode.ROWS_FALLEN, Role.SUPPORT) or ""

    assert "If it is held and right as it is: Release below." in text
    assert "drop this one: Reject below." in text


def test_the_page_of_a_delivery_has_another_button() -> None:
    text = advice.todo(ReasonCode.OVERTAKEN, Role.OPERATOR, reject="Cancel below")

    assert (text or "").startswith("Drop it: Cancel below.")


def test_where_nothing_is_decided_no_button_is_below() -> None:
    assert "below" not in (advice.todo(ReasonCode.BROKEN_CSV, Role.OPERATOR, has_buttons=False) or "")


def test_a_viewer_reads_what_a_sender_does() -> None:
    assert advice.todo(ReasonCode.BROKEN_CSV, Role.VIEWER) == reason(ReasonCode.BROKEN_CSV).sender


def test_in_short_it_is_the_first_sentence_that_says_something() -> None:
    assert advice.in_short(ReasonCode.BROKEN_ARCHIVE, Role.SUPPORT) == "Ask the sender to send it again."
    assert advice.in_short(ReasonCode.SAME_NAME_TWICE, Role.SUPPORT) is None  # "Look at both."
    assert advice.in_short(ReasonCode.SENT_BEFORE, Role.SUPPORT) is None
    assert advice.todo(None, Role.SUPPORT) is None
