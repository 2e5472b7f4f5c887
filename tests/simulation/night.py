"""One night: what comes when, for which imports, and what the destination does.  Made from a seed alone."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bridge.domain.schedule import aim_before_import

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
    aim: datetime  # until when it should be there
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

    def aim(self, account: int, now: datetime) -> datetime:
        """Return until when what waits for the administration should have arrived."""
        return aim_before_import(self.imports[account], ZONE, now, MARGIN)

    def trouble(self, now: datetime) -> Trouble | None:
        """Return what the destination does at *now* instead of taking files."""
        return next((one for one in self.troubles if one.begin <= now < one.end), None)


def a_night(seed: int, *, accounts: int = 50, files: int = 2000) -> Night:
    """Make a night of about *files* files, most of them in the hour before their imports.

    Two in five are tight: the earliest cut-off first just meets all of them, turns alone would not; half of
    these have a zip besides that nobody could get through in time.
    """
    chance = random.Random(seed)  # noqa: S311  nothing secret
    night = Night(seed=seed, begin=chance.choice(EVENINGS))
    if chance.random() < 0.4:
        _fill_tightly(night, chance, accounts, files)
    else:
        _fill(night, chance, accounts, files)
    _trouble(night, chance, files / 3)
    for one in night.files:
        one.is_bad = not one.is_data and chance.random() < 0.002
    night.files.sort(key=lambda one: (one.at, one.number))
    for number, one in enumerate(night.files, start=1):
        one.number = number
    return night


def _fill(night: Night, chance: random.Random, accounts: int, files: int) -> None:
    """Let exports of all sizes come, most of them shortly before the import."""
    total = int(files * chance.choice([0.3, 0.6, 0.9, 1.3]))  # of what the time has room for
    window = files / 3  # seconds in which they would just fit
    shares = [chance.paretovariate(1.1) for _ in range(accounts)]
    for account, share in enumerate(shares, start=1):
        night.imports[account] = chance.choice(
            [(time(1),), (time(1),), (time(2, 30),), (time(0, 40), time(3))]
        )
        count = min(int(total * share / sum(shares)), total // 2)
        left = (night.aim(account, night.begin) - night.begin).total_seconds()
        at = night.begin + timedelta(
            seconds=max(left - window, 0) + chance.random() * min(left, window) * 0.7
        )
        _export(night, account, at, count)
        if chance.random() < 0.1:  # a second, newer export
            _export(night, account, at + timedelta(seconds=chance.randint(5, 600)), 0)


def _fill_tightly(night: Night, chance: random.Random, accounts: int, files: int) -> None:
    """Let all come in the first minute, so much before each cut-off as just fits."""
    zone = ZoneInfo(ZONE)
    seconds = files / 3
    density = chance.uniform(0.8, 0.93)
    taken = 0
    for account in range(1, accounts + 1):
        moment = night.begin + MARGIN + timedelta(seconds=int((0.3 + 0.7 * account / accounts) * seconds))
        local = moment.astimezone(zone)
        night.imports[account] = (local.time(),)
        at = night.begin + timedelta(seconds=chance.random() * 60)
        room = (night.aim(account, at) - night.begin).total_seconds() * 3 * density
        count = max(int(room) - taken - 1, 0) if chance.random() < 0.5 else 0
        taken += count + 1
        _export(night, account, at, count)
    if chance.random() < 0.5:
        _export(night, accounts // 2, night.begin + timedelta(seconds=30), files)


def _export(night: Night, account: int, at: datetime, count: int) -> None:
    """Let *count* documents come, and their data file behind them."""
    for number in range(count + 1):
        is_data = number == count
        moment = at + timedelta(seconds=2 * is_data)
        night.files.append(
            File(
                number=len(night.files) + 1,
                account=account,
                at=moment,
                is_data=is_data,
                aim=night.aim(account, moment),
            )
        )


def _trouble(night: Night, chance: random.Random, window: float) -> None:
    first = min(one.at for one in night.files)
    for _ in range(chance.choice([0, 0, 1, 2])):
        begin = first + timedelta(seconds=chance.random() * window)
        status = chance.choice([429, 503, 0])
        length = timedelta(seconds=chance.choice([0.005, 0.02, 0.06]) * window)  # 18 s to 4 min of an hour
        night.troubles.append(Trouble(begin, begin + length, status))
