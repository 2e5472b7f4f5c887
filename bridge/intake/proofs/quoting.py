"""The quotes of RFC 4180: where records end, and where a quote stands that may not stand there.

Outside and inside are told by counting quotes: a doubled quote counts twice and changes nothing.
"""

import csv
import io
import re
from dataclasses import dataclass
from functools import cache

DELIMITERS = ";,\t"  # payt-imports §2 and §6; the first of them where a header has none
_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')


def whole_records(content: bytearray, limit: int) -> int:
    """Return how many bytes at the begin of *content* are whole records, at most *limit*.

    *content* begins with a record.
    """
    newline, carriage = content.rfind(b"\n", 0, limit), content.rfind(b"\r", 0, limit)
    cut = max(newline, carriage) + 1
    is_inside = content.count(b'"', 0, cut) & 1
    while is_inside and cut:
        before = content.rfind(b'"', 0, cut)  # this quote opened
        if newline >= before:
            newline = content.rfind(b"\n", 0, before)
        if carriage >= before:
            carriage = content.rfind(b"\r", 0, before)
        earlier = max(newline, carriage) + 1
        is_inside ^= content.count(b'"', earlier, cut) & 1
        cut = earlier
    return cut


def first_record(text: str) -> tuple[int, int]:
    """Return where the first record of *text* that is not blank begins and ends.

    Nothing but blank lines: both are the end of *text*.
    """
    begin = at = 0
    is_inside = False
    for line in io.StringIO(text, newline=""):
        at += len(line)
        if not is_inside and not line.strip("\r\n"):
            begin = at
            continue
        is_inside ^= bool(line.count('"') & 1)
        if not is_inside:
            break
    return begin, at


def likely_delimiter(header: str) -> str:
    """Return which delimiter occurs most in *header*, outside quotes."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def read_row(record: str, delimiter: str) -> list[str] | None:
    """Return the fields of one *record*, or None if its quotes are wrong."""
    if find_quote_flaw(record, delimiter):
        return None
    try:
        [fields] = csv.reader(io.StringIO(record, newline=""), delimiter=delimiter, strict=True)
    except csv.Error:  # a field above the csv module's own limit, 131,072 characters
        return None
    return fields


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteFlaw:
    """The first quote that may not stand where it does."""

    position: int  # in characters
    is_unclosed: bool = False
    text: str = ""


def find_quote_flaw(text: str, delimiter: str) -> QuoteFlaw | None:
    """Return the first flaw in the quotes of *text*.

    *text* begins with a record; its last line may not be ended.
    """
    good = _records(delimiter).match(text)
    at = good.end() if good else 0
    if text.startswith('"', at):
        field = _QUOTED.match(text, at)
        if field is None:
            return QuoteFlaw(position=at, is_unclosed=True)
        if field.end() == len(text):
            return None
        return QuoteFlaw(position=field.end(), text="text behind a quote that closes a field")
    quote = text.find('"', at)
    if quote < 0:
        return None
    return QuoteFlaw(position=quote, text="a quote inside a field that does not begin with one")


@cache
def _records(delimiter: str) -> re.Pattern[str]:
    """Return what matches fields that end in a delimiter or a line end; possessive, so in linear time."""
    plain = rf'[^"\r\n{delimiter}]*+'
    return re.compile(rf"(?:(?:{_QUOTED.pattern}|{plain})[\r\n{delimiter}])*+")
