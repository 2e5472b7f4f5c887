"""Lengths of time as people say them."""

from datetime import timedelta


def span(length: timedelta) -> str:
    """Return a length of time, its two greatest parts: ``2 h 10 min``, ``45 s``."""
    seconds = int(length.total_seconds())
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        parts = ((days, "d"), (hours, "h"))
    elif hours:
        parts = ((hours, "h"), (minutes, "min"))
    else:
        parts = ((minutes, "min"), (seconds % 60 if minutes < 10 else 0, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
