"""What is gathered from XML and JSON alike."""

from decimal import Decimal

import pytest

from bridge.intake.proofs.gathering import BLOCK_BYTES, Blocks, Gathering, Record, column_of


def gather(*texts: tuple[str, str]) -> Gathering:
    gathering, record = Gathering(), Record()
    for column, text in texts:
        record = gathering.take(record, column, text)
    gathering.finish(record)
    return gathering


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("invoice_number", "invoice_number"),
        ("invoiceNumber", "invoice_number"),
        ("Invoice-Number", "invoice_number"),
        ("INVOICE_NUMBER", "invoice_number"),
        ("InvoiceOpenAmountIncVAT", "invoice_open_amount_inc_vat"),
        ("AdministrationCode", "administration_code"),
        ("invoice_numbers", None),
        ("number", None),
        ("x" * 1_000_000, None),
    ],
)
def test_a_column_is_known_in_any_spelling(name: str, column: str | None) -> None:
    assert column_of(name) == column


def test_a_column_met_again_begins_the_next_record() -> None:
    number, amount = "invoice_number", "invoice_open_amount_inc_vat"

    gathering = gather(
        (number, "1"), (amount, "5"), (number, "2"), (amount, "0"), (number, "1"), (amount, "7")
    )

    snapshot = gathering.snapshot(otherwise=99)
    assert (snapshot.rows, snapshot.open_invoices, snapshot.open_amount) == (3, 2, Decimal(12))
    assert snapshot.repeated_numbers.count == 1
    assert gathering.numbers.repeated() == 1


def test_an_amount_without_a_number_counts_for_nothing() -> None:
    gathering = gather(("invoice_open_amount_inc_vat", "5"))

    assert gathering.snapshot(otherwise=7).rows == 7


def test_the_first_ten_administrations_are_kept_once_each() -> None:
    gathering = gather(*(("administration_code", f"NL{n % 20:02}") for n in range(1000)))

    assert gathering.snapshot(otherwise=0).administration_codes == tuple(f"NL{n:02}" for n in range(10))


@pytest.mark.parametrize("step", [1000, BLOCK_BYTES - 1, BLOCK_BYTES, 3 * BLOCK_BYTES + 5])
def test_pieces_of_any_size_become_blocks_of_one(step: int) -> None:
    content = bytes(range(256)) * 1500
    blocks = Blocks()

    made = [block for at in range(0, len(content), step) for block in blocks.add(content[at : at + step])]

    assert b"".join([*made, blocks.rest()]) == content
    assert {len(block) for block in made} == {BLOCK_BYTES}
