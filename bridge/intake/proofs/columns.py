"""What the columns of a data file say, counted batch by batch: a `Snapshot`.

Whole columns go through C functions; row by row is only what is odd, and only while examples are wanted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import compress
from operator import lt, not_

from bridge.domain.names import printable
from bridge.domain.snapshots import EXAMPLES, Oddity, Snapshot
from bridge.intake.proofs.amounts import Amounts
from bridge.intake.proofs.dates import Days
from bridge.intake.proofs.numbers import NumberSet, Repeats
from bridge.intake.proofs.records import FIELD_CHARACTERS, Batch

CODES = 10  # administration codes that are kept (bridge.domain.snapshots)
NUMBER = "invoice_number"
AMOUNT = "invoice_open_amount_inc_vat"
ISSUED = "invoice_date"
DUE = "invoice_due_date"
CODE = "administration_code"

_Lines = Callable[[], Sequence[int]]


@dataclass(slots=True)
class _Tally:
    """An oddity while it is counted."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        return len(self.examples) >= EXAMPLES

    def result(self) -> Oddity:
        return Oddity(count=self.count, examples=tuple(self.examples))


class ColumnCounts:
    """Counts rows, and what the columns with known names say."""

    def __init__(self) -> None:
        self.numbers = NumberSet()  # of the rows that are open
        self._settled = NumberSet()  # of the others
        self._names: tuple[str, ...] | None = None
        self._rows = 0
        self._open = 0
        self._amounts = Amounts()
        self._codes: dict[str, None] = {}
        self._repeats = Repeats()
        self._too_early = _Tally()
        self._too_long = _Tally()
        # What a batch's days are: before every other day, and behind, where they cannot be read.
        self._issued = Days(unreadable=0)
        self._due = Days(unreadable=date.max.toordinal() + 1)

    @property
    def width(self) -> int:
        """How many fields the header has."""
        return len(self._names or ())

    def start(self, names: Sequence[str]) -> None:
        """Take the header."""
        self._names = tuple(name.strip().casefold() for name in names)

    def add(self, batch: Batch, first_line: int) -> None:
        """Count *batch*, whose text begins in line *first_line*."""
        if not batch.rows:
            return
        self._rows += batch.rows
        lines = _memory(lambda: _moved(batch.lines(), first_line))
        amounts, numbers = self._column(batch, AMOUNT), self._column(batch, NUMBER)
        is_open = None
        if amounts is not None:
            is_open = self._amounts.add(amounts)
            self._open += sum(map(bool, is_open))
        if numbers is not None:
            self._add_numbers(numbers, is_open, lines)
        if (codes := self._column(batch, CODE)) is not None and len(self._codes) < CODES:
            self._codes.update(dict.fromkeys(filter(None, map(str.strip, dict.fromkeys(codes)))))
        issued, due = self._column(batch, ISSUED), self._column(batch, DUE)
        if issued is not None and due is not None:
            self._compare_days(issued, due, lines)
        if batch.has_long_lines:
            self._measure(batch.columns, lines)

    def snapshot(self) -> Snapshot:
        """Return what was counted."""
        names = self._names or ()
        has_amounts, has_numbers = AMOUNT in names, NUMBER in names
        repeats = self.numbers.repeated(self._settled)
        return Snapshot(
            rows=self._rows,
            columns=self._names,
            invoices=len(self.numbers) + len(self._settled) if has_numbers else None,
            open_invoices=self._open if has_amounts else None,
            open_amount=self._amounts.total if has_amounts else None,
            administration_codes=tuple(self._codes)[:CODES],
            repeated_numbers=Oddity(count=repeats, examples=tuple(self._repeats.examples)),
            due_before_invoice=self._too_early.result(),
            too_long=self._too_long.result(),
        )

    def _column(self, batch: Batch, name: str) -> Sequence[str] | None:
        names = self._names or ()
        return batch.columns[names.index(name)] if name in names else None

    def _add_numbers(self, column: Sequence[str], is_open: Sequence[object] | None, lines: _Lines) -> None:
        numbers = list(map(str.strip, column))
        if "" in numbers:
            given = [bool(number) for number in numbers]
            every, numbers = lines, list(filter(None, numbers))
            lines = lambda: list(compress(every(), given))  # noqa: E731 - a def would be no clearer
            is_open = None if is_open is None else list(compress(is_open, given))
        hashes = list(map(hash, numbers))
        self._repeats.see(numbers, hashes, lines)
        if is_open is None or all(is_open):
            self.numbers.add_hashes(hashes)
        else:
            self.numbers.add_hashes(compress(hashes, is_open))
            self._settled.add_hashes(compress(hashes, map(not_, is_open)))

    def _compare_days(self, issued: Sequence[str], due: Sequence[str], lines: _Lines) -> None:
        count = sum(map(lt, map(self._due.__getitem__, due), map(self._issued.__getitem__, issued)))
        if count and not self._too_early.is_full:
            for line, due_text, issued_text in zip(lines(), due, issued, strict=True):
                due_day, issued_day = self._due[due_text], self._issued[issued_text]
                if due_day < issued_day and not self._too_early.is_full:
                    first, last = date.fromordinal(issued_day), date.fromordinal(due_day)
                    self._too_early.examples.append(f"line {line:,}: due {last}, invoice {first}")
        self._too_early.count += count

    def _measure(self, columns: Sequence[Sequence[str]], lines: _Lines) -> None:
        """Look for fields that are too long."""
        found: list[tuple[int, int, int]] = []  # row, column, characters
        for position, column in enumerate(columns):
            if max(map(len, column)) > FIELD_CHARACTERS:
                lengths = enumerate(map(len, column))
                found += [(row, position, length) for row, length in lengths if length > FIELD_CHARACTERS]
        self._too_long.count += len(found)
        for row, position, length in sorted(found):
            if self._too_long.is_full:
                break
            name = printable((self._names or ())[position], 60)
            self._too_long.examples.append(f"line {lines()[row]:,}, {name}: {length:,} characters")


def _moved(lines: Sequence[int], by: int) -> Sequence[int]:
    if isinstance(lines, range):
        return range(lines.start + by, lines.stop + by)
    return [line + by for line in lines]


def _memory(work: _Lines) -> _Lines:
    """Return *work*, done at most once."""
    done: list[Sequence[int]] = []

    def once() -> Sequence[int]:
        if not done:
            done.append(work())
        return done[0]

    return once
