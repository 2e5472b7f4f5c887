"""Moments as people type them: a date, a time, or how long ago."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from bridge.domain.errors import Invalid

Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="MOMENT",
        help="Only then or later: 2h, 30m or 3d ago, 2026-11-21, or '2026-11-21 14:30' (local time).",
        show_default=False,
    ),
]

_AGO = re.compile(r"(\d{1,5})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def since(text: str | None, *, now: datetime) -> datetime | None:
    """Return the moment that *text* means, in UTC; None for None.

    Without a zone it is this machine's local time.

    Raises:
        Invalid: it is no moment, or not yet come.
    """
    if text is None:
        return None
    try:
        if ago := _AGO.fullmatch(text.strip()):
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        moment = datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(
            f"--since {text!r}: expected how long ago, such as 2h or 3d, or a moment such as "
            "2026-11-21 or '2026-11-21 14:30'"
        ) from None
    if moment > now:
        raise Invalid(f"--since {text}: that is still to come")
    return moment
