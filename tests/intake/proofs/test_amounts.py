"""Amounts: whichever way they are written, the sum is exact."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.intake.proofs.amounts import Amounts


def total(*column: str) -> Decimal | None:
    amounts = Amounts()
    amounts.add(column)
    return amounts.total


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        ("12.50", "12.50"),
        ("-12,5", "-12.5"),
        ("12,50-", "-12.50"),
        ("+1", "1"),
        (" 7.00 ", "7"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("-1.234.567", "-1234567"),
        ("1,234,567.8", "1234567.8"),
        ("0.125", "0.125"),
        ("1.234", "1.234"),
        (",5", "0.5"),
        ("12.", "12"),
        ("1234.567", "1234.567"),
        ("0.1234567", "0.1234567"),
        ("9" * 20 + ".99", "9" * 20 + ".99"),
    ],
)
def test_an_amount_is_read(text: str, value: str) -> None:
    assert total(text) == Decimal(value)
    assert total(text, "x\n") is None
    assert total("1", text, "2.25") == Decimal(value) + Decimal("3.25")


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "1e5", "NaN", "1_000", "--1", "-1-", "1.2.3", "1.23,4,5", "1,23.456.7", "€ 5", ".", "-",
     "\u0661", "1 000", "12.34,5", "1.234.56", "5\n6", "1" * 41, "1" * 100_000],
)  # fmt: skip
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    amounts = Amounts()

    assert all(amounts.add([text]))
    assert amounts.total is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (["1.234", "5,50"], "1239.50"),
        (["1.234", "5.50"], "6.734"),
        (["1,234", "5.50"], "1239.50"),
        (["1,234", "5,50"], "6.734"),
        (["1,234", "1,234,567"], "1235801"),
        (["1.234", "5"], "6.234"),
    ],
)
def test_a_mark_that_may_be_both_is_what_the_others_use_it_for(column: list[str], value: str) -> None:
    first, last = Amounts(), Amounts()
    for text in column:
        first.add([text])
    for text in reversed(column):
        last.add([text])

    assert total(*column) == first.total == last.total == Decimal(value)


def test_long_amounts_are_not_rounded() -> None:
    assert total("-" + "9" * 36 + ".99", "9" * 36 + ".98") == Decimal("-0.01")


@given(
    cents=st.lists(st.integers(-(10**13), 10**13), min_size=1),
    spelling=st.sampled_from(["{:.2f}", "{:,.2f}"]),
    is_dutch=st.booleans(),
    chunk=st.integers(1, 20),
)
def test_a_column_in_cents_adds_up_exactly(
    cents: list[int], spelling: str, is_dutch: bool, chunk: int
) -> None:
    column = [spelling.format(Decimal(each) / 100) for each in cents]
    if is_dutch:
        column = [text.translate({ord("."): ",", ord(","): "."}) for text in column]
    amounts = Amounts()

    open_ = [one for at in range(0, len(column), chunk) for one in amounts.add(column[at : at + chunk])]

    assert amounts.total == Decimal(sum(cents)).scaleb(-2)
    assert [bool(one) for one in open_] == [bool(each) for each in cents]


@given(st.lists(st.decimals(-(10**10), 10**10, places=1) | st.integers(-(10**10), 10**10), min_size=1))
def test_a_column_of_any_decimals_adds_up_exactly(values: list[Decimal | int]) -> None:
    assert total(*map(str, values)) == sum(map(Decimal, values), Decimal())
