"""A form as it was typed, with each mistake at its field: nothing that was typed is lost.

Passwords and tokens are never given back to a page: who mistypes another field types them again.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from bridge.admin.web.asking import Visit
from bridge.domain.errors import BridgeError, Refused

T = TypeVar("T")
_UNITS = (
    ("TB", 1000**4),
    ("TiB", 1024**4),
    ("GB", 1000**3),
    ("GiB", 1024**3),
    ("MB", 1000**2),
    ("MiB", 1024**2),
    ("kB", 1000),
    ("KiB", 1024),
)
_SEE = "; see: bridge "  # a command is no help here
WHOLE = ""  # the name under which stands what is wrong with the form as a whole


class Form:
    """What stands in the fields, and what is wrong."""

    def __init__(self, fields: Mapping[str, object] | None = None, ticked: Iterable[str] = ()) -> None:
        self._fields = {name: "" if value is None else str(value) for name, value in (fields or {}).items()}
        self._ticked = set(ticked)
        self.mistakes: dict[str, str] = {}

    @classmethod
    def typed(cls, visit: Visit) -> "Form":
        """Return what the visitor typed."""
        fields = {name: values[0].strip() for name, values in visit.form.items()}
        ticked = {f"{name}={value}" for name, values in visit.form.items() for value in values}
        return cls(fields, ticked)

    def __getitem__(self, name: str) -> str:
        return self._fields.get(name, "")

    def is_ticked(self, name: str, value: str = "on") -> bool:
        """Whether a box is ticked."""
        return f"{name}={value}" in self._ticked

    def lines(self, name: str) -> list[str]:
        """Return a field that has something in each line."""
        return [line.strip() for line in self[name].splitlines() if line.strip()]

    def check(self, name: str, question: Callable[[], T]) -> T | None:
        """Return the answer; if it is that something cannot be right, note that at the field *name*."""
        try:
            return question()
        except Refused:
            raise
        except BridgeError as error:
            self.mistakes.setdefault(name, str(error).split(_SEE)[0])
            return None

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong so far."""
        return not self.mistakes


def size_typed(count: int | None) -> str:
    """Return a size as a person types it, exactly: ``500 MB``; nothing for None."""
    if count is None:
        return ""
    for unit, size in _UNITS:
        if count % size == 0:
            return f"{count // size} {unit}"
    return str(count)
