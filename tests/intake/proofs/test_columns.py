"""What the columns of a data file say."""

from decimal import Decimal

import pytest

from bridge.domain.snapshots import Oddity, Snapshot
from tests.intake.proofs.tables import prove, table


def test_a_snapshot_says_everything_that_guards_ask_for() -> None:
    proof = prove(
        table(
            "NL03;F-1;2026-07-01;2026-08-01;12.50",
            "NL03;F-2;2026-07-01;2026-06-30;0.00",
            "NL04; ;;;1.00",
            " NL03 ;F-1 ;01-07-2026;20260731;-2.25",
        )
    )

    assert proof.snapshot == Snapshot(
        rows=4,
        columns=(
            "administration_code",
            "invoice_number",
            "invoice_date",
            "invoice_due_date",
            "invoice_open_amount_inc_vat",
        ),
        invoices=3,
        open_invoices=3,
        open_amount=Decimal("11.25"),
        administration_codes=("NL03", "NL04"),
        repeated_numbers=Oddity(count=1, examples=("F-1 in line 2 and in line 5",)),
        due_before_invoice=Oddity(count=1, examples=("line 3: due 2026-06-30, invoice 2026-07-01",)),
    )


def test_what_has_no_column_cannot_be_told() -> None:
    snapshot = prove(b"debtor_code;name\n1;2\n").snapshot

    assert (snapshot.invoices, snapshot.open_invoices, snapshot.open_amount) == (None, None, None)


def test_names_of_columns_may_be_in_capitals_and_quotes_and_in_any_order() -> None:
    content = b'" Invoice_Number ";x;INVOICE_OPEN_AMOUNT_INC_VAT\nF-1;;1,50\n'

    snapshot = prove(content).snapshot

    assert snapshot.columns == ("invoice_number", "x", "invoice_open_amount_inc_vat")
    assert (snapshot.invoices, snapshot.open_amount) == (1, Decimal("1.50"))


def test_an_amount_that_cannot_be_read_is_open_and_leaves_no_sum() -> None:
    snapshot = prove(table("A;1;;;12.50", "A;2;;;twelve", "A;3;;;", "A;4;;;0")).snapshot

    assert (snapshot.open_invoices, snapshot.open_amount) == (3, None)


def test_the_numbers_are_those_of_open_rows() -> None:
    of = {row: prove(table(row)).numbers for row in ("A;F-1;;;5", "A;F-2;;;0", "A;F-3;;;?", "A;;;;5")}

    assert [len(numbers) for numbers in of.values()] == [1, 0, 1, 0]
    assert prove(table("A;F-1;;;5", "A;F-2;;;0")).numbers.missing_from(of["A;F-1;;;5"]) == 0


def test_without_an_amount_every_row_is_open() -> None:
    proof = prove(b"invoice_number;x\nF-1;\nF-2;\n")

    assert (len(proof.numbers), proof.snapshot.open_invoices) == (2, None)


def test_a_number_that_is_open_once_and_settled_once_is_repeated() -> None:
    snapshot = prove(table("A;F-1;;;5", "A;F-1;;;0")).snapshot

    assert snapshot.repeated_numbers.count == 1


def test_repeats_are_counted_across_pieces_and_three_are_shown() -> None:
    rows = [f"A;F-{number};;;5" for number in range(20_000)]
    content = table(*rows, *rows)

    repeats = prove(content).snapshot.repeated_numbers

    assert repeats.count == 20_000
    assert repeats.examples == tuple(f"F-{n} in line {n + 2:,} and in line {n + 20_002:,}" for n in range(3))


def test_a_number_is_shown_without_control_marks() -> None:
    [shown] = prove(table("A;F\x1b[1m;;;5", "A;F\x1b[1m;;;5")).snapshot.repeated_numbers.examples

    assert shown == "F\\u001b[1m in line 2 and in line 3"


@pytest.mark.parametrize("before", [[], ["", "A;1;;;5"], ['A;"\n";;;5']])
@pytest.mark.parametrize("quote", ["", '"'])
def test_fields_that_are_too_long_are_counted_and_shown_without_their_content(
    quote: str, before: list[str]
) -> None:
    long = f"{quote}{'é' * 256}{quote}"
    rows = [f"A;{long};{long};;5", "A;1;;;5", f"A;1;{long};;{'x' * 255}", f"A;1;{long};;5"]
    first = table(*before).count(b"\n") + 1

    assert prove(table(*before, *rows)).snapshot.too_long == Oddity(
        count=4,
        examples=(
            f"line {first}, invoice_number: 256 characters",
            f"line {first}, invoice_date: 256 characters",
            f"line {first + 2}, invoice_date: 256 characters",
        ),
    )


def test_a_field_of_several_lines_may_be_too_long() -> None:
    field = '"' + "x\n" * 200 + '"'

    assert prove(table("A;1;;;5", f"A;1;{field};;5")).snapshot.too_long == Oddity(
        count=1, examples=("line 3, invoice_date: 400 characters",)
    )


def test_three_early_due_dates_are_shown_and_all_are_counted() -> None:
    early = prove(
        table(*["A;1;02/07/2026;2026-07-01;5"] * 5, "A;1;x;2026-07-01;5")
    ).snapshot.due_before_invoice

    assert early == Oddity(
        count=5, examples=tuple(f"line {line}: due 2026-07-01, invoice 2026-07-02" for line in (2, 3, 4))
    )


def test_ten_administrations_are_kept() -> None:
    codes = prove(table(*(f"{code};1;;;5" for code in range(30)))).snapshot.administration_codes

    assert codes == tuple(map(str, range(10)))
