"""Addresses of lists: every filter stands in them, so that what is seen can be passed on as a link."""

from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from bridge.domain.errors import Invalid
from bridge.domain.names import printable

E = TypeVar("E", bound=StrEnum)


def address(path: str, **wanted: object) -> str:
    """Return *path* with what is wanted; what is empty is left out."""
    given = {name: str(value) for name, value in wanted.items() if value not in {None, "", False}}
    return f"{path}?{urlencode(given)}" if given else path


def one_of(choices: type[E], text: str) -> E | None:
    """Return which of *choices* is meant, None for an empty *text*; raise `Invalid` for anything else."""
    if not text:
        return None
    try:
        return choices(text)
    except ValueError:
        raise Invalid(f"{printable(text, 60)!r}: expected one of {', '.join(choices)}") from None


def number(text: str) -> int | None:
    """Return the id that *text* says, None if it is empty; raise `Invalid` for anything else."""
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Invalid(f"{printable(text, 60)!r}: expected the number of a file")
    return int(text)
