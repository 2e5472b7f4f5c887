"""The day that a file's name says: of which day an export is."""

import re
from datetime import date

PLAUSIBLE_YEARS = range(2000, 2100)  # of an export; 10020815 is a number, not a day of the year 1002
_DAY = re.compile(
    r"""(?<![0-9])(?:
        (?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?:[0-9]{4}|[0-9]{6})?     # 20220728, 202207280100
      | (?P<y2>[0-9]{4})(?P<s>[-_. ])(?P<m2>[0-9]{1,2})(?P=s)(?P<d2>[0-9]{1,2})   # 2022-07-28
      | (?P<d3>[0-9]{1,2})(?P<s3>[-_. ])(?P<m3>[0-9]{1,2})(?P=s3)(?P<y3>[0-9]{4}) # 28-07-2022
    )(?![0-9])""",
    re.VERBOSE,
)


def day_in_name(name: str) -> date | None:
    """Return the day that a file's *name* says; None unless it says exactly one, of a plausible year."""
    days = {day for found in _DAY.finditer(name) if (day := _day_of(found)) is not None}
    return days.pop() if len(days) == 1 else None


def _day_of(found: re.Match[str]) -> date | None:
    year, month, day = (found[f"{part}"] or found[f"{part}2"] or found[f"{part}3"] for part in "ymd")
    told = _date(year, month, day)
    if told is None and found["y"] and len(found[0]) == 8:  # 28072022; no day is right read both ways
        digits = found[0]
        told = _date(digits[4:], digits[2:4], digits[:2])
    return told


def _date(year: str, month: str, day: str) -> date | None:
    try:
        told = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return told if told.year in PLAUSIBLE_YEARS else None
