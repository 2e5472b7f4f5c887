"""What is wrong with records, said with the place: the slow way, gone only when a file is refused."""

import csv
import io

from bridge.intake.plan import Flaw
from bridge.intake.proofs.quoting import QuoteFlaw, find_quote_flaw, likely_delimiter


def line_ends(content: bytes) -> int:
    r"""Return how many line ends *content* has: \n, \r\n or \r."""
    carriages = content.count(b"\r")
    return content.count(b"\n") + (carriages - content.count(b"\r\n") if carriages else 0)


class Diagnosis:
    """Finds the flaw in *content*, which begins with a record."""

    def __init__(self, content: bytes, *, line: int, at: int, delimiter: str) -> None:
        self._content = content
        self._text = content.decode(errors="replace")
        self._line = line  # in which the content begins
        self._at = at  # where it begins in the file, in bytes
        self._delimiter = delimiter or likely_delimiter(self._text.partition("\n")[0])

    def at(self, offset: int, what: str) -> Flaw:
        """Return the flaw *what* at *offset* of the content, in bytes."""
        line = self._line + line_ends(self._content[:offset])
        return Flaw(f"line {line:,} (byte {self._at + offset:,}): {what}")

    def of_records(self, width: int) -> Flaw:
        """Return why these whole records cannot be read as rows of *width* fields."""
        if quote := find_quote_flaw(self._text, self._delimiter):
            return self._of_quote(quote, "never closed")
        lines = list(io.StringIO(self._text, newline=""))
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        before = 0  # lines
        try:
            for row in reader:
                if row and len(row) != width:
                    offset = len("".join(lines[:before]).encode())
                    return self.at(offset, f"{_fields(len(row))}, the header has {width:,}")
                before = reader.line_num
        except csv.Error:  # the only one that is left
            limit = f"a field longer than {csv.field_size_limit():,} characters"
            return self.at(len("".join(lines[:before]).encode()), limit)
        raise AssertionError("these records have no flaw")

    def unended(self) -> Flaw:
        """Return what is wrong with a last record that does not end."""
        if quote := find_quote_flaw(self._text, self._delimiter):
            return self._of_quote(quote, "never closed")
        line = self._line + line_ends(self._content)
        return Flaw(f"the last line (line {line:,}) has no line end: the export may have been cut off")

    def too_long(self, limit: int) -> Flaw:
        """Return what is wrong with a record that does not end within *limit* bytes."""
        if quote := find_quote_flaw(self._text, self._delimiter):
            return self._of_quote(quote, f"not closed within {limit:,} bytes")
        return self.at(0, f"a record longer than {limit:,} bytes")

    def _of_quote(self, quote: QuoteFlaw, not_closed: str) -> Flaw:
        offset = len(self._text[: quote.position].encode())
        if not quote.is_unclosed:
            return self.at(offset, quote.text)
        opened = self._line + line_ends(self._content[:offset])
        # The line end behind the last line begins no further one.
        last = self._line + line_ends(self._content[:-1])
        return Flaw(f"line {last:,}: a quote that opened in line {opened:,} is {not_closed}")


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count:,} fields"
