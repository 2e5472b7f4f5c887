"""Addresses of lists."""

import pytest

from bridge.admin.web.addresses import address, number, one_of
from bridge.domain.errors import Invalid
from bridge.domain.kinds import Kind


def test_what_is_empty_is_left_out_and_the_rest_is_quoted() -> None:
    assert address("/files", name="a&b=c", account="", before=None) == "/files?name=a%26b%3Dc"
    assert address("/files") == "/files"


def test_a_choice_is_one_of_those_that_there_are() -> None:
    assert one_of(Kind, "data") is Kind.DATA
    assert one_of(Kind, "") is None
    with pytest.raises(Invalid, match="expected one of data, invoice_pdf"):
        one_of(Kind, "\u202emusic")


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "9" * 19])
def test_a_number_is_one(text: str) -> None:
    assert number("42") == 42
    assert number("") is None
    with pytest.raises(Invalid):
        number(text)
