"""One night: what comes when, for which imports, and what the destination does.  Made from a seed alone."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from bridge.domain.schedule import next_import

ZONE = "Europe/Amsterdam"
# Evenings before an ordinary night, and before the two nights of 2026 on which clocks change.
EVENINGS = (
    datetime(2026, 11, 21, 23, 0, tzinfo=UTC),
    datetime(2026, 3, 28, 23, 0, tzinfo=UTC),
    datetime(2026, 10, 24, 22, 0, tzinfo=UTC),
)
MARGIN = timedelta(minutes=5)


@dataclass(slots=True)
class File:
    """A file that comes."""

    number: int  # its id
    account: int  # and administration: one each
    at: datetime
    is_data: bool
    cut_off: datetime
    attempts: int = 0
    rejections: int = 0
    due_at: datetime | None = None
    delivered_at: datetime | None = None
    is_held: bool = False
    is_bad: bool = False  # the destination refuses it whatever comes


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the destination does for a while."""

    begin: datetime
    end: datetime
    status: int  # 429, 503, or 0: cannot be reached


@dataclass(slots=True)
class Night:
    """All that happens."""

    seed: int
    begin: datetime
    files: list[File] = field(default_factory=list)  # by arrival
    troubles: list[Trouble] = field(default_factory=list)
    imports: dict[int, Sequence[time]] = field(default_factory=dict)

    def cut_off(self, account: int, now: datetime) -> datetime:
        """Return until when what waits for the administration should have arrived."""
        return next_import(self.imports[account], ZONE, now + MARGIN) - MARGIN

    def trouble(self, now: datetime) -> Trouble | None:
        """Return what the destination does at *now* instead of taking files."""
        return next((one for one in self.troubles if one.begin <= now < one.end), None)


def a_night(seed: int, *, accounts: int = 50, files: int = 2000) -> Night:
    """Make a night of about *files* files, most of them in the hour before their imports."""
    chance = random.Random(seed)  # noqa: S311  nothing secret
    begin = chance.choice(EVENINGS)
    night = Night(seed=seed, begin=begin)
    load = chance.choice([0.3, 0.6, 0.9, 1.3])  # of what the hour has room for
    total = int(files * load)
    for account in range(1, accounts + 1):
        night.imports[account] = chance.choice(
            [(time(1),), (time(1),), (time(2, 30),), (time(0, 40), time(3))]
        )
    shares = [chance.paretovariate(1.1) for _ in range(accounts)]
    window = files / 3  # seconds in which they would just fit
    number = 0
    for account, share in enumerate(shares, start=1):
        count = min(int(total * share / sum(shares)), total // 2)
        import_at = next_import(night.imports[account], ZONE, begin + MARGIN) - MARGIN
        left = (import_at - begin).total_seconds()
        at = begin + timedelta(seconds=max(left - window, 0) + chance.random() * min(left, window) * 0.7)
        for _ in range(count):
            number += 1
            night.files.append(_file(number, account, at, is_data=False, night=night))
        number += 1
        night.files.append(_file(number, account, at + timedelta(seconds=2), is_data=True, night=night))
        if chance.random() < 0.1:  # a second, newer export
            number += 1
            later = at + timedelta(seconds=chance.randint(5, 600))
            night.files.append(_file(number, account, later, is_data=True, night=night))
    _trouble(night, chance, window)
    for one in night.files:
        one.is_bad = not one.is_data and chance.random() < 0.002
    night.files.sort(key=lambda one: (one.at, one.number))
    return night


def _file(number: int, account: int, at: datetime, *, is_data: bool, night: Night) -> File:
    return File(number=number, account=account, at=at, is_data=is_data, cut_off=night.cut_off(account, at))


def _trouble(night: Night, chance: random.Random, window: float) -> None:
    first = min(one.at for one in night.files)
    for _ in range(chance.choice([0, 0, 1, 2])):
        begin = first + timedelta(seconds=chance.random() * window)
        status = chance.choice([429, 503, 0])
        length = timedelta(seconds=chance.choice([5, 30, 120]))
        night.troubles.append(Trouble(begin, begin + length, status))
