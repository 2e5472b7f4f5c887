"""Counts as people say them."""


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun: ``1 file``, ``5,120 files``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
