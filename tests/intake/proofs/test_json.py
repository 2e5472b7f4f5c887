"""Whether JSON is one value to its end, and what it says."""

import contextlib
import gc
import json
import time
import tracemalloc
import weakref
from decimal import Decimal

import pytest

from bridge.domain.snapshots import Snapshot
from bridge.intake.plan import Flaw
from bridge.intake.proofs.json import JsonProof

DATA = {
    "administration-code": "NL01",
    "Invoices": [
        {"invoice_number": "1001", "invoice_open_amount_inc_vat": 100.5, "name": "Daniël"},
        {"invoice_open_amount_inc_vat": "0.00", "Invoice-Number": 1002, "administration_code": "NL02"},
        {"invoice_number": "1002", "invoice_open_amount_inc_vat": -1, "lines": [{"a": None}]},
    ],
}


def prove(content: bytes, step: int = 65536) -> JsonProof:
    proof = JsonProof()
    for at in range(0, len(content), step):
        proof.feed(content[at : at + step])
    proof.end()
    return proof


def flaw(content: bytes, step: int = 65536) -> str:
    with pytest.raises(Flaw) as caught:
        prove(content, step)
    return str(caught.value)


@pytest.mark.parametrize("step", [1, 7, 65536])
@pytest.mark.parametrize("escaped", [True, False])
def test_a_data_file_gives_its_records_open_amounts_and_administrations(escaped: bool, step: int) -> None:
    proof = prove(json.dumps(DATA, ensure_ascii=escaped).encode(), step)

    assert (proof.snapshot.rows, proof.snapshot.invoices) == (3, 3)
    assert (proof.snapshot.open_invoices, proof.snapshot.open_amount) == (2, Decimal("99.5"))
    assert proof.snapshot.administration_codes == ("NL01", "NL02")
    assert proof.snapshot.repeated_numbers.count == 1
    assert len(proof.numbers) == 2  # those that are open


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"[1, [2, 3], {}, null]", 4),
        (b'{"a": {"b": [{"c": [1, 2]}, {}]}, "d": [1, 2, 3]}', 2),
        (b'{"a": 1}', 0),
        (b"[]", 0),
        (b'"text"', 0),
        (b"\xef\xbb\xbf[1]\r\n\t ", 1),
    ],
)
@pytest.mark.parametrize("step", [1, 65536])
def test_without_invoice_numbers_the_items_of_the_first_array_are_the_rows(
    content: bytes, rows: int, step: int
) -> None:
    assert prove(content, step).snapshot == Snapshot(rows=rows)


def test_a_record_whose_number_is_null_is_a_row_but_no_invoice() -> None:
    snapshot = prove(b'[{"invoice_number": null}, {"invoice_number": ""}]').snapshot

    assert (snapshot.rows, snapshot.invoices) == (2, 0)


def test_an_open_amount_that_cannot_be_read_makes_the_sum_unknown() -> None:
    content = b'[{"invoice_number": 1, "invoice_open_amount_inc_vat": "1.5 euro"}]'

    assert prove(content).snapshot == Snapshot(rows=1, invoices=1, open_invoices=1)


def test_an_amount_may_be_a_number_in_any_manner_of_json() -> None:
    rows = ",".join(
        f'{{"invoice_number": "{number}", "invoice_open_amount_inc_vat": {amount}}}'
        for number, amount in enumerate(["1e2", "0.5E1", "-3", "0e5", '"2,50"', "1.0"])
    )

    snapshot = prove(f"[{rows}]".encode()).snapshot

    assert (snapshot.open_invoices, snapshot.open_amount) == (5, Decimal("105.5"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"  \n", "byte 3: it ends within: the file may have been cut off"),
        (b"\xef\xbb\xbf", "byte 3: it ends within: the file may have been cut off"),
        (b'[{"a": 1},', "byte 10: it ends within: the file may have been cut off"),
        (b'["a\xc3', "byte 4: it ends within: the file may have been cut off"),
        (b"nul", "byte 3: it ends within: the file may have been cut off"),
        (b"[1] [2]", "byte 5: something follows after its end"),
        (b'{"a":1}x', "byte 8: something follows after its end"),
        # YAJL passes what follows if it is cut off within a token.
        (b'[1] "x]', "byte 7: something follows after its end"),
        (b'[1]"x\\', "byte 6: something follows after its end"),
        (b"[1] tru", "byte 7: something follows after its end"),
        (b"[1]-", "byte 4: something follows after its end"),
        (b"[1]1", "byte 4: something follows after its end"),
        (b"[1]\0", "something follows after its end"),
        (b"[/* x */ 1]", "a comment, which JSON does not have"),
        (b"[1,]", "byte 4: it is not JSON"),
        (b"[01]", "byte 3: it is not JSON"),
        (b"[+1]", "byte 2: it is not JSON"),
        (b"[1.]", "byte 3: it is not JSON"),
        (b"[NaN]", "byte 2: it is not JSON"),
        (b"[Infinity]", "byte 2: it is not JSON"),
        (b"{'a': 1}", "byte 2: it is not JSON"),
        (b"{a: 1}", "byte 2: it is not JSON"),
        (b'{"a" 1}', "it is not JSON"),
        (b'["\\x"]', "byte 3: it is not JSON"),
        (b'["a\nb"]', "it is not JSON"),
        (b"\v[1]", "byte 1: a control character"),
        (b"[1]\f", "byte 4: a control character"),
        (b'["\xff"]', "byte 3: it is not UTF-8"),
        (b'["\xc0\x80"]', "byte 3: it is not UTF-8"),
        (b'["\xed\xa0\x80"]', "byte 3: it is not UTF-8"),
        ('["é"]'.encode("utf-16"), "byte 1: it is not UTF-8"),
        (b"[1e99999999999999999999]", "a number out of range"),
        (b"1e99999999999999999999", "a number out of range"),
        (b"[" + b"1" * 4001 + b"]", "byte 2: more than 4,000 digits in a row"),
        (b"[" * 201, "more than 200 arrays and objects in each other"),
        (b"administration_code;invoice_number", "byte 1: it is not JSON"),
    ],
)
@pytest.mark.parametrize("step", [1, 65536])
def test_what_is_not_json_is_flawed_with_its_place(content: bytes, said: str, step: int) -> None:
    assert said in flaw(content, step)


def test_the_place_is_told_far_into_a_file_as_well() -> None:
    rows = b",".join(b'{"a": %d}' % number for number in range(50_000))
    at = rows.index(b'{"a": 40000')

    said = flaw(b"[" + rows[:at] + b"]" + rows[at:])

    place = int(said.removeprefix("byte ").partition(":")[0].replace(",", ""))
    assert abs(place - at) < 10


def test_no_flaw_shows_what_the_file_says() -> None:
    assert "Jansen" not in flaw(b'[{"name": "Jansen" "city": "Jansen"}]')


def test_a_file_that_was_cut_anywhere_is_flawed() -> None:
    whole = json.dumps(DATA, ensure_ascii=False).encode()

    for size in range(len(whole)):
        assert size == 0 or "cut off" in flaw(whole[:size])


def test_digits_in_a_row_are_counted_across_blocks() -> None:
    for before in range(65_536 - 4002, 65_537, 667):
        head = b"[" + b" " * before
        prove(head + b"1" * 4000 + b"]")
        assert f"byte {len(head) + 1:,}: more than 4,000 digits" in flaw(head + b"1" * 4001 + b"]")


@pytest.mark.parametrize(
    "text", [b'["' + b"x" * 6_000_000 + b'"]', b" " * 6_000_000 + b"1", b"9" * 6_000_000]
)
def test_what_the_parser_would_have_to_hold_is_flawed(text: bytes) -> None:
    began = time.process_time()

    assert "4 MiB" in (said := flaw(text)) or "digits" in said
    assert time.process_time() - began < 2


def test_a_text_of_three_megabytes_passes() -> None:
    prove(b'[{"pdf": "' + b"QUJD" * 750_000 + b'"}]')


def test_many_items_pass_in_little_memory() -> None:
    item = b'{"number": 12.5, "name": "Bakkerij", "lines": [1, 2, 3], "open": true},'
    proof = JsonProof()
    tracemalloc.start()

    proof.feed(b"[")
    for _ in range(200):
        proof.feed(item * 100)
    proof.feed(b"{}]")
    proof.end()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert proof.snapshot.rows == 20_001
    assert peak < 4 * 1024 * 1024


@pytest.mark.parametrize("content", [b"[1]", b"[1", b"]"])
def test_nothing_is_left_of_a_proof(content: bytes) -> None:
    # Its parser is invisible to the collector of cycles; a cycle with it once stayed for ever.
    proof = JsonProof()
    with contextlib.suppress(Flaw):
        proof.feed(content)
        proof.end()
    left = weakref.ref(proof)

    del proof
    gc.collect()

    assert left() is None
