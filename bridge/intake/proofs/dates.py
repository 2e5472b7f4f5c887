"""Days as exports write them, read into numbers that compare; each spelling is read once."""

import re
from datetime import date

REMEMBERED = 10_000  # spellings; a file has a few hundred days in it
_YEAR_FIRST = re.compile(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})")  # 2026-07-28, 20260728
_DAY_FIRST = re.compile(r"([0-9]{2})([-/])([0-9]{2})\2([0-9]{4})")  # 28-07-2026, 28/07/2026


class Days(dict[str, int]):
    """The ordinal of each day by its spelling; *unreadable* for what is none."""

    def __init__(self, *, unreadable: int) -> None:
        super().__init__()
        self._unreadable = unreadable

    def __missing__(self, text: str) -> int:
        if len(self) >= REMEMBERED:
            self.clear()
        day = read_day(text.strip())
        ordinal = self._unreadable if day is None else day.toordinal()
        if len(text) <= 16:  # room for blanks; longer ones are no days and not worth their memory
            self[text] = ordinal
        return ordinal


def read_day(text: str) -> date | None:
    """Return the day that *text* says, as yyyy-mm-dd, yyyymmdd, dd-mm-yyyy or dd/mm/yyyy."""
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found[1], found[3], found[4]
    elif found := _DAY_FIRST.fullmatch(text):
        year, month, day = found[4], found[3], found[1]
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
