"""The one way in which services learn the time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; a test gives its own."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...
