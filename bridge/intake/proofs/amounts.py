"""Amounts in a column: read with point or comma, added up exactly, told from zero.

Most columns have two decimals throughout and are counted in whole cents, at once; the others value by value.
"""

import re
from collections.abc import Sequence
from decimal import Context, Decimal

AMOUNT_CHARACTERS = 40  # what is longer is no amount
_DIGITS = 120  # more than a sum of such amounts can have: nothing is rounded
_OTHER = {".": ",", ",": "."}
_CENTS = {
    mark: re.compile(
        rf"(?:-?(?:[0-9]{{1,15}}|[0-9]{{1,3}}(?:[{other}][0-9]{{3}}){{1,4}})[{mark}][0-9]{{2}}\n)*+"
    )
    for mark, other in _OTHER.items()
}
# Up to 12 digits before the mark: a batch of them adds up within the 28 digits of the default context.
_SIMPLE = {
    mark: re.compile(rf"(?:-?[0-9]{{1,12}}(?:[{mark}](?:[0-9]{{1,2}}|[0-9]{{4,6}}))?\n)*+") for mark in _OTHER
}
_PLAIN = re.compile(r"([0-9]*)(?:([.,])([0-9]*))?")
_GROUPED = re.compile(r"([0-9]{1,3}([.,])[0-9]{3}(?:\2[0-9]{3})*)(?:(?!\2)[.,]([0-9]*))?")


class Amounts:
    """The sum of a column.

    ``1.234`` may be more than one or more than a thousand: what the other amounts of the file do with their
    marks decides; where they say nothing, the mark is the decimal one.
    """

    def __init__(self) -> None:
        self._exact = Context(prec=_DIGITS)
        self._mark = "."  # the decimal mark that fitted last
        self._decimal_marks: set[str] = set()  # that surely are such
        self._cents = 0
        self._sum = Decimal()
        self._unclear = {".": Decimal(), ",": Decimal()}  # by mark, read as if it were the decimal one
        self._is_readable = True

    @property
    def total(self) -> Decimal | None:
        """The exact sum; None if any amount could not be read."""
        if not self._is_readable:
            return None
        total = self._exact.add(self._sum, Decimal(self._cents).scaleb(-2, self._exact))
        for mark, unclear in self._unclear.items():
            is_thousands = self._decimal_marks == {_OTHER[mark]}
            total = self._exact.add(total, unclear.scaleb(3, self._exact) if is_thousands else unclear)
        return total

    def add(self, column: Sequence[str]) -> Sequence[object]:
        """Add *column*; return for each amount something that is true unless it is zero."""
        joined = "\n".join(column) + "\n"
        if joined.count("\n") == len(column):  # else a field has a line end in it
            for mark in (self._mark, _OTHER[self._mark]):
                if _CENTS[mark].fullmatch(joined):
                    return self._add_cents(joined, mark)
                if _SIMPLE[mark].fullmatch(joined):
                    return self._add_simple(joined, mark)
        return [self._add_one(text) for text in column]

    def _add_cents(self, joined: str, mark: str) -> Sequence[object]:
        cents = list(map(int, joined.replace(".", "").replace(",", "").split()))
        self._cents += sum(cents)
        self._decimal_marks.add(mark)
        self._mark = mark
        return cents

    def _add_simple(self, joined: str, mark: str) -> Sequence[object]:
        values = list(map(Decimal, joined.replace(",", ".").split()))
        self._sum = self._exact.add(self._sum, sum(values, Decimal()))
        if mark in joined:
            self._decimal_marks.add(mark)
            self._mark = mark
        return values

    def _add_one(self, text: str) -> bool:
        """Add one amount; return whether it is not zero, or not readable."""
        text = text.strip()
        body = text[1:] if text.startswith(("-", "+")) else text.removesuffix("-")
        value = self._read(body) if len(body) <= AMOUNT_CHARACTERS else None
        if value is None:
            self._is_readable = False
            return True
        whole, mark, decimals = value
        number = Decimal(f"{whole}.{decimals}")
        if body != text and "-" in text:
            number = number.copy_negate()  # which does not round
        if mark is None:
            self._sum = self._exact.add(self._sum, number)
        else:
            self._unclear[mark] = self._exact.add(self._unclear[mark], number)
        return bool(number)

    def _read(self, body: str) -> tuple[str, str | None, str] | None:
        """Return the digits before the decimal mark, the mark if it is an unclear one, and those behind."""
        if found := _PLAIN.fullmatch(body):
            whole, mark, decimals = found.groups("")
            if not whole and not decimals:
                return None
            if len(decimals) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0":
                return whole, mark, decimals
            if decimals:
                self._decimal_marks.add(mark)
            return whole or "0", None, decimals or "0"
        if found := _GROUPED.fullmatch(body):
            whole, mark, decimals = found.groups("")
            self._decimal_marks.add(_OTHER[mark])
            return whole.replace(mark, ""), None, decimals or "0"
        return None
