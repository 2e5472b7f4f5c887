"""Sizes as people write and say them: 500MB is 500,000,000 bytes, 500MiB is 524,288,000."""

import re
from decimal import Decimal

from bridge.domain.errors import Invalid

_SIZE = re.compile(r"(\d{1,15})(?:\.(\d{1,3}))?\s*(|B|[KMGT]i?B?)", re.IGNORECASE)
_UNITS = {
    "": 1,
    "K": 1000,
    "M": 1000**2,
    "G": 1000**3,
    "T": 1000**4,
    "KI": 1024,
    "MI": 1024**2,
    "GI": 1024**3,
    "TI": 1024**4,
}


def parse_size(text: str) -> int:
    """Return the bytes that *text* says: ``1048576``, ``500MB``, ``1.5 GB``, ``2GiB``.

    Raises:
        Invalid: it is no size, or nothing at all.
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise Invalid(f"size {text!r}: expected bytes, or a number with kB, MB, GB, TB, MiB or GiB")
    whole, decimals, unit = found[1], found[2] or "", found[3].upper().removesuffix("B")
    size = int(Decimal(f"{whole}.{decimals}") * _UNITS[unit])
    if size < 1:
        raise Invalid(f"size {text!r}: expected at least one byte")
    return size


def size(count: int, decimal: str = ".") -> str:
    """Return *count* bytes as people say it: ``999 B``, ``20 kB``, ``1.5 MB``; *decimal* is the mark."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 999.5:
            is_whole = unit == "B" or amount >= 99.5
            return f"{amount:.{0 if is_whole else 3}{'f' if is_whole else 'g'}} {unit}".replace(".", decimal)
        amount /= 1000
    return f"{amount:.3g} TB".replace(".", decimal)
