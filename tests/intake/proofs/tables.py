"""Tables for tests, and their way through a proof."""

from collections.abc import Iterable

from bridge.intake.proofs.table import TableProof

HEADER = b"administration_code;invoice_number;invoice_date;invoice_due_date;invoice_open_amount_inc_vat\n"
ROW = b"NL03;F-1;2026-07-01;2026-08-01;12.50\n"


def prove(content: bytes, ends: Iterable[int] = ()) -> TableProof:
    """Feed *content* in pieces that end at *ends*."""
    proof = TableProof()
    at = 0
    for end in [*sorted(ends), len(content)]:
        proof.feed(content[at:end])
        at = end
    proof.end()
    return proof


def table(*rows: str) -> bytes:
    """Return a table of *rows* under `HEADER`."""
    return HEADER + "".join(f"{row}\n" for row in rows).encode()
