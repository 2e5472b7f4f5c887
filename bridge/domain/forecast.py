"""Will everybody's night be complete: when what waits will be delivered, against each cut-off.

The lane serves accounts by turns, and of an account its administrations by turns.  Who waits with x files
before his last is therefore through when everybody has had x turns, or all that he wanted: a sum of minima.
Who would be late that way goes first, the earliest cut-off first, as far as that fits: he is through by his
cut-off, and the others may be later than by turns.  Where no order fits, the largest is left out as soon as
it does not (as `bridge.domain.budget` does for the lane).  A data file goes in time in any case.

An estimate, not a plan: it says nothing of files that have not come yet.  It leans to the late side: whoever
may have to wait for those that go first is said to wait for all of them.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate, groupby
from typing import NamedTuple

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.budget import SHORT, leave_out

# Who fits, but would not if everything took this much longer, is at risk: it is four outages of 15 minutes
# in four hours, or a quarter of the answers being errors that were none before.
RISK = 1.25
_NOTHING = timedelta()


class Verdict(StrEnum):
    """Whether what waits for an administration will be there for its import."""

    ON_TIME = "on_time"
    AT_RISK = "at_risk"  # it fits, but with little room
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What waits of one account for one administration."""

    account_id: AccountId
    administration_id: AdministrationId
    cut_off: datetime  # the import
    aim: datetime  # until when the lane wants it there: the cut-off less a margin
    documents: int = 0
    data_files: int = 0
    not_before: datetime | None = None  # a pause, or the wait before a retry: it does not end earlier
    is_stopped: bool = False  # by an operator, until resumed

    @property
    def waiting(self) -> int:
        """How many files wait."""
        return self.documents + self.data_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What the lane can do from now on."""

    files_per_second: float  # delivered, so without failed attempts; above 0
    sends_from: datetime  # now, or the end of its pause
    answer: timedelta = timedelta()  # from the start of a request to its answer
    handling: timedelta = timedelta()  # from the CLOSE of an upload until it waits here

    def __post_init__(self) -> None:
        if self.files_per_second <= 0:
            raise ValueError(f"{self.files_per_second} files a second: expected more than 0")


class Outlook(NamedTuple):  # which is made in a third of a dataclass's time, and there are thousands
    """What is to be expected of one stream."""

    stream: Stream
    done_at: datetime | None  # None: nothing waits, or nothing goes before an operator says so
    data_done_at: datetime | None  # likewise, of its data files
    slack: timedelta | None  # from then to the cut-off, below 0: late; None: stopped
    verdict: Verdict
    goes_first: bool  # by turns it would be late
    last_safe_at: datetime | None  # a file uploaded until then makes this cut-off; None: it is too late


def forecast(streams: Sequence[Stream], *, lane: Capacity, now: datetime) -> list[Outlook]:
    """Return what is to be expected of each of *streams*, in their order; a stream is there once."""
    going = [one for one in streams if not one.is_stopped]
    load = _Load(going, lane)
    return [_stopped(one, now) if one.is_stopped else load.outlook(one, now) for one in streams]


def _stopped(stream: Stream, now: datetime) -> Outlook:
    return Outlook(
        stream=stream,
        done_at=None,
        data_done_at=None,
        slack=None if stream.waiting else stream.cut_off - now,
        verdict=Verdict.LATE if stream.waiting else Verdict.ON_TIME,
        goes_first=False,
        last_safe_at=None,
    )


@dataclass(frozen=True, slots=True)
class _Room:
    """What there is to do, and room for, until one aim; amounts are files."""

    fits: float  # what the lane can have sent, and had answered, by then
    kept: int  # what waits for this aim or an earlier one, without what is left out
    data: int  # likewise, data files only
    is_short: bool  # so that the lane no longer goes by turns
    last_at: datetime | None  # a file uploaded until then gets its turn; None: there is no room for one more


class _Load:
    """All that waits for the lane."""

    def __init__(self, streams: Sequence[Stream], lane: Capacity) -> None:
        self._lane = lane
        self._rate = lane.files_per_second
        self._answers_from = lane.sends_from + lane.answer
        self._turns = _Turns(streams)
        by_aim = sorted(streams, key=lambda one: one.aim)
        fits = {aim: self._sent_by(aim) for aim in {one.aim for one in by_aim}}
        out, _ = leave_out((one.documents, one.data_files, fits[one.aim]) for one in by_aim)
        self._left_out = {_key(by_aim[number]) for number in out}
        self._rooms = self._all_rooms(by_aim, fits)
        kept = [one for one in by_aim if one.waiting and _key(one) not in self._left_out]
        late = [one for one in kept if self._turns.through(one) > fits[one.aim]]
        # Who goes first, and when that begins: at once, or when there is little room left.
        self._first_until = max((aim for aim, room in self._rooms.items() if room.is_short), default=None)
        self._hurried = sum(one.waiting for one in kept if self._goes_first(one)) + sum(
            one.waiting for one in late if not self._goes_first(one)
        )
        rooms = (self._rooms[aim] for aim in {one.aim for one in late})
        self._hurry_from = min((room.fits - room.kept / SHORT for room in rooms), default=float("inf"))
        if self._first_until is not None:
            self._hurry_from = 0.0

    def _all_rooms(self, by_aim: Sequence[Stream], fits: Mapping[datetime, float]) -> dict[datetime, _Room]:
        rooms: dict[datetime, _Room] = {}
        kept = data = 0
        for aim, group in groupby(by_aim, key=lambda one: one.aim):
            is_left_out = False
            for one in group:
                is_left_out = is_left_out or _key(one) in self._left_out
                kept += one.data_files if _key(one) in self._left_out else one.waiting
                data += one.data_files
            turns = self._turns.accounts_after(fits[aim]) + 1  # everybody who still waits then, and its own
            last_at = aim - self._lane.answer - self._lane.handling - self._seconds(turns)
            is_short = is_left_out or kept > SHORT * fits[aim]
            has_room = kept + 1 <= fits[aim]
            rooms[aim] = _Room(fits[aim], kept, data, is_short, last_at if has_room else None)
        return rooms

    def outlook(self, stream: Stream, now: datetime) -> Outlook:
        """Return what is to be expected of *stream*."""
        room = self._rooms[stream.aim]
        last_safe_at = None if room.last_at is None else self._last_safe_at(stream, room.last_at, now)
        if not stream.waiting:
            slack = stream.cut_off - now
            verdict = Verdict.LATE if slack < _NOTHING else Verdict.ON_TIME
            return Outlook(stream, None, None, slack, verdict, False, last_safe_at)
        through, goes_first = self._through(stream, room)
        done_at = self._done_at(stream, through)
        data_done_at = None
        if stream.data_files:
            data_through = max(room.fits, room.data)  # in time, whatever else waits
            data_done_at = self._done_at(stream, data_through) if data_through < through else done_at
        slack = stream.cut_off - done_at
        verdict = _verdict(stream, slack, min(through, room.kept), room.fits)
        return Outlook(stream, done_at, data_done_at, slack, verdict, goes_first, last_safe_at)

    def _through(self, stream: Stream, room: _Room) -> tuple[float, bool]:
        """Return what the lane has sent when *stream* is through, and whether that is for going first."""
        by_turns = self._turns.through(stream)
        if by_turns <= room.fits and by_turns <= self._hurry_from:
            return by_turns, False
        behind_the_hurried = min(by_turns + self._hurried, self._turns.total)
        if _key(stream) in self._left_out:
            return behind_the_hurried, False
        in_time = max(room.fits, room.kept)  # the second, where data files alone are too many
        if self._goes_first(stream):
            return min(max(by_turns, room.kept), in_time), by_turns > room.fits
        return min(behind_the_hurried, in_time), by_turns > room.fits

    def _goes_first(self, stream: Stream) -> bool:
        return self._first_until is not None and stream.aim <= self._first_until

    def _last_safe_at(self, stream: Stream, last_at: datetime, now: datetime) -> datetime | None:
        begins_at = max(now, self._lane.sends_from, stream.not_before or now)
        if last_at < begins_at or (self._left_out and _key(stream) in self._left_out):
            return None
        return last_at

    def _done_at(self, stream: Stream, through: float) -> datetime:
        done_at = self._answers_from + timedelta(seconds=through / self._rate)
        if stream.not_before is not None:
            done_at = max(done_at, stream.not_before + self._seconds(1) + self._lane.answer)
        return done_at

    def _seconds(self, amount: float) -> timedelta:
        return timedelta(seconds=amount / self._rate)

    def _sent_by(self, moment: datetime) -> float:
        seconds = (moment - self._lane.answer - self._lane.sends_from).total_seconds()
        return max(seconds, 0.0) * self._rate


def _verdict(stream: Stream, slack: timedelta, work: float, fits: float) -> Verdict:
    if slack < _NOTHING:
        return Verdict.LATE
    is_close = work * RISK > fits or slack < stream.cut_off - stream.aim
    return Verdict.AT_RISK if is_close else Verdict.ON_TIME


class _Turns:
    """What everybody has had when one is through, were there nothing but turns."""

    def __init__(self, streams: Iterable[Stream]) -> None:
        of_account: dict[AccountId, list[int]] = {}
        for one in streams:
            if waiting := one.waiting:
                of_account.setdefault(one.account_id, []).append(waiting)
        everybody = _Minima(map(sum, of_account.values()))
        self._through: dict[tuple[AccountId, int], int] = {}
        for account_id, amounts in of_account.items():
            own = _Minima(amounts) if len(amounts) > 1 else None  # most have one: it has all the turns
            for amount in amounts:
                turns = amount if own is None else own.up_to(amount)
                self._through[account_id, amount] = everybody.up_to(turns)
        self._ends = everybody.ends()
        self.total = everybody.total

    def through(self, stream: Stream) -> int:
        """Return how many files the lane has sent when *stream* is through."""
        return self._through.get((stream.account_id, stream.waiting), 0)

    def accounts_after(self, amount: float) -> int:
        """Return how many accounts still wait when so many files are sent."""
        return len(self._ends) - bisect_right(self._ends, amount)


class _Minima:
    """Amounts, of each of which at most x counts."""

    def __init__(self, amounts: Iterable[int]) -> None:
        self._amounts = sorted(amounts)
        self._sums = [0, *accumulate(self._amounts)]
        self.total = self._sums[-1]

    def up_to(self, most: int) -> int:
        """Return their sum, if of each at most so much counts."""
        below = bisect_right(self._amounts, most)
        return self._sums[below] + (len(self._amounts) - below) * most

    def ends(self) -> list[int]:
        """Return, for each of them, how much all have had when it is through by turns; ascending."""
        count = len(self._amounts)
        return [self._sums[at] + (count - at) * amount for at, amount in enumerate(self._amounts, start=1)]


def _key(stream: Stream) -> tuple[AccountId, AdministrationId]:
    return stream.account_id, stream.administration_id
