"""Moments as plain values."""

from datetime import datetime


def moment(value: datetime | None) -> str | None:
    """Return a moment as ``2026-11-21T20:25:00.123456Z``."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")
