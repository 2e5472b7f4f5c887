"""A declaration of Dutch health care (MZ301, AP304) is whole when its closing record counts what was there.

Records of one length, from 01 to 99 (payt-imports §4).  The last count is of the *detail* records, those
between 01 and 99 (Vektis ANT265); a sender that counts the two in is believed as well, for the counts of each
type prove the same.  What a record says is personal health data and never in a `Flaw`.
"""

import re
from collections import Counter

from bridge.intake.plan import Flaw

_FIRST = re.compile(rb"01(176|250|106|193)\d{4}[PT]")
_RETURN = re.compile(rb"01(177|251|143|194)\d{4}")
_KNOWN_BY_BYTES = 10
_RECORD_BYTES = {b"193": 360}  # by EI code
_OTHER_RECORD_BYTES = 310
_PRACTICE = slice(46, 54)
_INVOICE_NUMBER = slice(80, 92)
_COUNTS = {b"02": slice(2, 8), b"03": slice(8, 14), b"04": slice(14, 20), b"98": slice(20, 26)}
_TOTAL = slice(26, 33)
_DOS_END = b"\x1a"


def looks_like_return(head: bytes) -> bool:
    """Whether a file that begins with *head* is an insurer's answer, which is never submitted."""
    return _RETURN.match(head) is not None


class DeclarationProof:
    """Counts records and compares with the closing record."""

    def __init__(self) -> None:
        self.is_test = False
        self.is_return = False  # then nothing else is proved
        self.identity: str | None = None  # practice/invoice number of the sender; None: both are blank
        self._waiting = bytearray()  # less than a record, and what was just fed
        self._at = 0  # where the first byte of it is in the file
        self._record_bytes = 0  # 0: the first record was not seen yet
        self._separator: bytes | None = None  # None: not known yet
        self._records = 0
        self._counted: Counter[bytes] = Counter()
        self._closing = b""  # record 99, once it was seen

    def feed(self, piece: bytes) -> None:
        """Take the next bytes; raise `Flaw` if the file cannot be whole."""
        if self.is_return:
            return
        self._waiting += piece
        if not self._record_bytes and len(self._waiting) >= _KNOWN_BY_BYTES:
            self._begin()
        if self._record_bytes and not self.is_return:
            self._take_records(ended=False)

    def end(self) -> None:
        """Take note that there are no more; raise `Flaw` if the file is not whole."""
        if self.is_return:
            return
        if not self._record_bytes:
            self._begin()
        if self.is_return:
            return
        self._take_records(ended=True)
        if bytes(self._waiting) not in {b"", _DOS_END}:
            raise Flaw(
                f"record {self._records + 1:,} at byte {self._at + 1:,} has {len(self._waiting):,} bytes,"
                f" not {self._record_bytes}: the file may have been cut off"
            )
        if not self._closing:
            raise Flaw(f"its last record, number {self._records:,}, is no 99: the file may have been cut off")
        self._compare()

    def _begin(self) -> None:
        head = bytes(self._waiting[:_KNOWN_BY_BYTES])
        if looks_like_return(head):
            self.is_return = True
            self.is_test = head[9:10] == b"T"
            self._waiting.clear()
            return
        found = _FIRST.match(head)
        if found is None:
            raise Flaw("its first record is none of a declaration (MZ301 or AP304)")
        self.is_test = head.endswith(b"T")
        self._record_bytes = _RECORD_BYTES.get(found[1], _OTHER_RECORD_BYTES)

    def _take_records(self, *, ended: bool) -> None:
        """Take the records that are complete with their line end, of which the last may lack all or half."""
        start = 0
        length = self._record_bytes
        while True:
            spare = len(self._waiting) - start - length
            if spare < 0 or (spare < 2 and not ended):  # a line end may yet come
                break
            start = self._take_record(start, ended=ended)
        del self._waiting[:start]
        self._at += start

    def _take_record(self, start: int, *, ended: bool) -> int:
        """Take the record at *start* of what waits; return where the next one starts."""
        end = start + self._record_bytes
        self._count(bytes(self._waiting[start:end]), self._at + start)
        after = bytes(self._waiting[end : end + 2])
        if self._separator is None:
            self._separator = b"\r\n" if after == b"\r\n" else b"\n" if after[:1] == b"\n" else b""
        if after.startswith(self._separator):
            return end + len(self._separator)
        if ended and self._closing and after in {b"", _DOS_END}:
            return end
        raise Flaw(
            f"record {self._records:,} at byte {self._at + start + 1:,} does not end like the ones before"
        )

    def _count(self, record: bytes, at: int) -> None:
        self._records += 1
        where = f"record {self._records:,} at byte {at + 1:,}"
        if self._closing:
            raise Flaw(f"{where} comes after the closing record 99")
        if b"\n" in record or b"\r" in record:
            raise Flaw(f"{where} is shorter than {self._record_bytes} bytes")
        kind = record[:2]
        if not kind.isdigit() or (kind == b"01") != (self._records == 1):
            raise Flaw(f"{where} does not begin as a record does: one before may be too long or too short")
        self._counted[kind] += 1
        if self._records == 1:
            self.identity = _identity(record)
        if kind == b"99":
            self._closing = record

    def _compare(self) -> None:
        for kind, place in _COUNTS.items():
            said, counted = self._said(place), self._counted[kind]
            if said != counted:
                raise Flaw(
                    f"record 99 says {said:,} records {kind.decode()}, counted {counted:,}:"
                    " the file may have been cut off"
                )
        said = self._said(_TOTAL)
        if said not in {self._records - 2, self._records}:
            raise Flaw(
                f"record 99 says {said:,} records in all, counted {self._records - 2:,} between 01 and 99:"
                " the file may have been cut off"
            )

    def _said(self, place: slice) -> int:
        """Return a count of the closing record; blanks are 0, for a count of nothing may be left out."""
        digits = self._closing[place].strip(b" ")
        if digits and not digits.isdigit():
            raise Flaw(f"record 99 has no number at positions {place.start + 1}-{place.stop}")
        return int(digits or b"0")


def _identity(first: bytes) -> str | None:
    practice, number = (first[place].decode("latin-1").strip() for place in (_PRACTICE, _INVOICE_NUMBER))
    return f"{practice}/{number}" if practice or number else None
