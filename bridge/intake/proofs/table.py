"""Proof that a CSV data file is a whole table, and the count of what it says.

A table is whole when its last line is ended, its quotes are those of RFC 4180 and every row is as wide as the
header.  Bytes are only read, never changed; what the counts mean is judged elsewhere, an empty table too.
"""

import codecs

from bridge.domain.snapshots import Snapshot
from bridge.intake.proofs.columns import ColumnCounts
from bridge.intake.proofs.diagnosis import Diagnosis, line_ends
from bridge.intake.proofs.numbers import NumberSet
from bridge.intake.proofs.quoting import first_record, likely_delimiter, read_row, whole_records
from bridge.intake.proofs.records import read_batch

LOOK_BYTES = 64 * 1024  # read at once: a sixth faster than 256 KiB, and a quarter of what the loop waits
RECORD_BYTES = 1 << 20  # of one record with its line end; nothing longer is gathered


class TableProof:
    """Takes a CSV file, UTF-8, piece by piece; holds one record and one piece of it at a time."""

    def __init__(self) -> None:
        self._rest = bytearray()  # not yet taken: the beginning of a record, and new bytes behind it
        self._seen = 0  # bytes of the rest that were already looked at
        self._at = 0  # where the rest begins in the file
        self._line = 1  # in which the rest begins
        self._delimiter = ""  # empty until the header is read
        self._counts = ColumnCounts()

    @property
    def snapshot(self) -> Snapshot:
        """What the file says; complete after `end`."""
        return self._counts.snapshot()

    @property
    def numbers(self) -> NumberSet:
        """The invoice numbers of the rows that are open; complete after `end`."""
        return self._counts.numbers

    def feed(self, piece: bytes) -> None:
        """Take the next bytes; raise `Flaw` if the table cannot be whole."""
        for start in range(0, len(piece), LOOK_BYTES):
            self._rest += piece[start : start + LOOK_BYTES]
            if len(self._rest) - self._seen >= LOOK_BYTES:
                self._look()

    def end(self) -> None:
        """Take what is left; raise `Flaw` if the table is not whole."""
        if self._rest:
            self._look(is_end=True)
        if self._rest:
            raise self._diagnosis(bytes(self._rest)).unended()

    def _look(self, *, is_end: bool = False) -> None:
        """Take the whole records of the rest."""
        if not self._at and self._rest.startswith(codecs.BOM_UTF8):
            del self._rest[: len(codecs.BOM_UTF8)]
            self._at = len(codecs.BOM_UTF8)
        nul = self._rest.find(0, self._seen)
        if nul >= 0:
            raise self._diagnosis(bytes(self._rest)).at(nul, "a NUL byte: this is no text file in UTF-8")
        # A carriage return at the end may be half of a line end.
        limit = len(self._rest) - (not is_end and self._rest.endswith(b"\r"))
        cut = whole_records(self._rest, limit)
        if len(self._rest) > RECORD_BYTES and not whole_records(self._rest, RECORD_BYTES):
            raise self._diagnosis(bytes(self._rest[:RECORD_BYTES])).too_long(RECORD_BYTES)
        if cut:
            self._take(bytes(self._rest[:cut]))
            del self._rest[:cut]
        self._seen = len(self._rest)

    def _take(self, content: bytes) -> None:
        """Read whole records."""
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise self._diagnosis(content).at(error.start, "this is not UTF-8") from None
        if not self._delimiter:
            taken = self._take_header(text)
            text, content = text[taken:], content[len(text[:taken].encode()) :]
        if not text:
            return
        batch = read_batch(text, self._delimiter, self._counts.width)
        if batch is None:
            raise self._diagnosis(content).of_records(self._counts.width)
        self._counts.add(batch, self._line)
        self._at += len(content)
        self._line += batch.line_ends

    def _take_header(self, text: str) -> int:
        """Read the header, the first record that is not blank; return how many characters were taken."""
        begin, end = first_record(text)
        if end > begin:
            self._delimiter = likely_delimiter(text[begin:end])
            names = read_row(text[begin:end], self._delimiter)
            if names is None:
                raise self._diagnosis(text.encode()).of_records(0)
            self._counts.start(names)
        content = text[:end].encode()
        self._at += len(content)
        self._line += line_ends(content)
        return end

    def _diagnosis(self, content: bytes) -> Diagnosis:
        return Diagnosis(content, line=self._line, at=self._at, delimiter=self._delimiter)
