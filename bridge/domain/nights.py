"""Nights: imports that run near each other, and when a summary is due before and after them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GAP = timedelta(hours=6)  # between imports: what is further apart belongs to another night
LONGEST = timedelta(hours=12)
LATE_AT_MOST = timedelta(hours=3)  # after that a summary of the night is of no use any more


class When(StrEnum):
    """Which of the two summaries."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """The imports of one night."""

    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DueSummary:
    """A summary that is to be sent, unless that was done since it was due."""

    when: When
    due_at: datetime
    night: Night


def nights(imports: Iterable[datetime]) -> Sequence[Night]:
    """Return the nights that *imports* make, in order."""
    found: list[Night] = []
    for at in sorted(set(imports)):
        if found and at - found[-1].last_at <= GAP and at - found[-1].first_at <= LONGEST:
            found[-1] = Night(first_at=found[-1].first_at, last_at=at)
        else:
            found.append(Night(first_at=at, last_at=at))
    return found


def summary_due(
    imports: Iterable[datetime], *, before: timedelta, after: timedelta, now: datetime
) -> DueSummary | None:
    """Return the summary that is due at *now*: *before* the first import of a night, or *after* the last."""
    for night in nights(imports):
        if night.first_at - before <= now < night.first_at:
            return DueSummary(when=When.BEFORE, due_at=night.first_at - before, night=night)
        if night.last_at + after <= now < night.last_at + after + LATE_AT_MOST:
            return DueSummary(when=When.AFTER, due_at=night.last_at + after, night=night)
    return None
