"""What is gathered from a data file in XML or JSON, by the names that Payt's columns have (payt-imports §2).

The schemas of Payt's XML and JSON could not be had: whatever is called ``invoice_number`` is a record.
Neither XML nor JSON is known here.
"""

import re
from collections.abc import Iterator

from bridge.domain.snapshots import Oddity, Snapshot
from bridge.intake.proofs.amounts import Amounts
from bridge.intake.proofs.numbers import NumberSet

INVOICE_NUMBER = "invoice_number"
OPEN_AMOUNT = "invoice_open_amount_inc_vat"
ADMINISTRATION_CODE = "administration_code"
GATHERED = frozenset({INVOICE_NUMBER, OPEN_AMOUNT, ADMINISTRATION_CODE})
MAX_TEXT = 1000  # characters of a gathered text that are kept; Payt takes 255 (payt-imports §2)
MAX_DEPTH = 200  # of elements, arrays and objects in each other; data files have some 5
BLOCK_BYTES = 64 * 1024

_CODES = 10  # that a snapshot keeps
_BATCH = 500  # records that are counted at once
_REMEMBERED = 1000  # names
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def column_of(name: str) -> str | None:
    """Return which gathered column *name* means: ``invoiceNumber``, ``Invoice-Number``; None: no such."""
    if len(name) > len(OPEN_AMOUNT):
        return None
    for spelling in (name, _HUMP.sub("_", name)):
        column = spelling.casefold().replace("-", "_")
        if column in GATHERED:
            return column
    return None


class Columns(dict[str, str | None]):
    """`column_of`, remembered for the first names of a file."""

    def __missing__(self, name: str) -> str | None:
        """Return which column *name* means."""
        column = column_of(name)
        if len(self) < _REMEMBERED and len(name) <= MAX_TEXT:
            self[name] = column
        return column


class Record:
    """The gathered columns of one object or one parent element."""

    __slots__ = ("amount", "number")

    def __init__(self) -> None:
        self.number: str | None = None
        self.amount: str | None = None


class Gathering:
    """Counts records and sums what is open, batch by batch."""

    def __init__(self) -> None:
        self._numbers = NumberSet()  # of the records that are open
        self._settled = NumberSet()  # of the others
        self._rows = 0
        self._open = 0
        self._amounts = Amounts()
        self._without_amount = 0
        self._codes: list[str] = []
        self._waiting: list[Record] = []

    def take(self, record: Record, column: str, text: str) -> Record:
        """Add *text* to *record*; return where the next text belongs: a column met again begins a record."""
        text = text[:MAX_TEXT].strip()
        if column == ADMINISTRATION_CODE:
            self._add_code(text)
            return record
        met = record.number if column == INVOICE_NUMBER else record.amount
        if met is not None:
            self.finish(record)
            record = Record()
        if column == INVOICE_NUMBER:
            record.number = text
        else:
            record.amount = text
        return record

    def finish(self, record: Record) -> None:
        """Count *record*, if it is one: it has an invoice number, even a blank one."""
        if record.number is not None:
            self._waiting.append(record)
            if len(self._waiting) >= _BATCH:
                self._count()

    @property
    def numbers(self) -> NumberSet:
        """The invoice numbers of the records that are open."""
        self._count()
        return self._numbers

    def snapshot(self, otherwise: int) -> Snapshot:
        """Return what was gathered; *otherwise* is the number of rows if nothing was called a record."""
        self._count()
        if not self._rows:
            return Snapshot(rows=otherwise, administration_codes=tuple(self._codes))
        has_amounts = self._without_amount < self._rows
        return Snapshot(
            rows=self._rows,
            invoices=len(self._numbers) + len(self._settled),
            open_invoices=self._open if has_amounts else None,
            open_amount=None if self._without_amount else self._amounts.total,
            administration_codes=tuple(self._codes),
            repeated_numbers=Oddity(count=self._numbers.repeated(self._settled)),
        )

    def _add_code(self, text: str) -> None:
        if text and len(self._codes) < _CODES and text not in self._codes:
            self._codes.append(text)

    def _count(self) -> None:
        """Count the records that wait; one without an amount, or with one that cannot be read, is open."""
        amounts = [record.amount for record in self._waiting if record.amount is not None]
        is_open = iter(self._amounts.add(amounts) if amounts else ())
        for record in self._waiting:
            counts = record.amount is None or bool(next(is_open))
            self._open += counts
            if record.number:
                (self._numbers if counts else self._settled).add(record.number)
        self._rows += len(self._waiting)
        self._without_amount += len(self._waiting) - len(amounts)
        self._waiting.clear()


class Blocks:
    """Cuts pieces of any size into blocks of one size.

    Parsers scan an unfinished token again with every piece: many small ones would take quadratic time, one
    big one much memory.
    """

    def __init__(self) -> None:
        self._waiting = bytearray()

    def add(self, piece: bytes) -> Iterator[bytes]:
        """Take the next bytes and give the blocks that are full."""
        for at in range(0, len(piece), BLOCK_BYTES):
            self._waiting += piece[at : at + BLOCK_BYTES]
            if len(self._waiting) >= BLOCK_BYTES:
                yield bytes(self._waiting[:BLOCK_BYTES])
                del self._waiting[:BLOCK_BYTES]

    def rest(self) -> bytes:
        """Give what is left."""
        rest = bytes(self._waiting)
        self._waiting.clear()
        return rest
