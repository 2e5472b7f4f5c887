"""An entry of the audit trail says who did what to what, and cannot be made without its subject."""

import pytest

from bridge.domain.audit import Actor, Deed, Way, changes, check_subject, check_why, signed
from bridge.domain.errors import Invalid
from tests.support.clock import NOON


def test_a_signed_deed_has_everything_of_the_deed_and_of_the_actor() -> None:
    deed = Deed(act="delivery hold", subject="delivery:42", detail={"from": "pending"})

    act = signed(deed, by=Actor(who="anna", way=Way.CONSOLE, why="T-1"), at=NOON)

    assert (act.at, act.who, act.way, act.why) == (NOON, "anna", Way.CONSOLE, "T-1")
    assert (act.act, act.subject, act.detail) == ("delivery hold", "delivery:42", {"from": "pending"})


@pytest.mark.parametrize("subject", ["", "42", "delivery", "delivery:", ":42", "delivery 42"])
def test_a_subject_is_a_noun_and_what_names_it(subject: str) -> None:
    with pytest.raises(ValueError, match="subject"):
        Deed(act="delivery hold", subject=subject)
    with pytest.raises(Invalid, match="delivery:42"):
        check_subject(subject)


def test_a_subject_may_have_any_name() -> None:
    assert check_subject("administration:Jan & Co: noord") == "administration:Jan & Co: noord"


@pytest.mark.parametrize("text", ["", "   ", "two\nlines", "\x1b[31m", "x" * 501])
def test_a_reason_is_one_line_that_says_something(text: str) -> None:
    with pytest.raises(Invalid, match="why: expected one line"):
        check_why(text)


def test_blanks_around_a_reason_are_not_kept() -> None:
    assert check_why("  Payt lost it, T-7 ") == "Payt lost it, T-7"


def test_only_what_differs_is_told_with_what_it_was() -> None:
    before = {"encoding": None, "at_close": "refuse"}

    told = changes(before, {"encoding": "cp850", "at_close": "refuse"})

    assert told == {"encoding": {"from": None, "to": "cp850"}}
