"""Imports and cut-offs in words: in the time zone of the administration, as its people read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bridge.domain.schedule import ExpectedImport


def delivered(state: str, coming: ExpectedImport | None, now: datetime) -> str:
    """Return *state* with what is to come: ``delivered; import expected 01:00 CET; sending from 02:00 CET``.

    It says "expected" and never "imported": nobody tells that (payt-imports §2).
    """
    if coming is None:
        return state
    import_at = local(coming.import_at, coming.timezone, now)
    return (
        f"{state}; import expected {import_at}; sending from {local(coming.sending_at, coming.timezone, now)}"
    )


def local(moment: datetime | None, timezone: str, now: datetime) -> str | None:
    """Return a moment in *timezone*: ``01:00 CET``, with its date where that is not today's."""
    if moment is None:
        return None
    zone = ZoneInfo(timezone)
    there = moment.astimezone(zone)
    day = "" if there.date() == now.astimezone(zone).date() else f"{there:%Y-%m-%d} "
    return f"{day}{there:%H:%M %Z}"
