"""Finds files among all that ever came: by name, hash, account, day, state and batch."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bridge.admin.operations import uploads as upload_operations
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.uploads import UploadReport
from bridge.domain.errors import Invalid
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger import upload_search
from bridge.ledger.upload_search import Wanted

SHORTEST_HASH = 6  # hexadecimal digits; fewer fit too many files
MOST_COUNTED = upload_search.STRETCH
_HASH = re.compile(rf"[0-9a-f]{{{SHORTEST_HASH},64}}")
_LONGEST_NAME = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What somebody looks for; what is None does not matter."""

    name: str | None = None  # a part of it, or of the name of a file in an archive
    sha256: str | None = None  # or its beginning
    account: str | None = None
    day: date | None = None  # on which the upload was closed, in the time zone of the console
    states: Collection[UploadState] = ()
    batch: int | None = None  # its first upload, by which it is known

    @property
    def is_empty(self) -> bool:
        """Whether everything is meant."""
        return not (self.name or self.sha256 or self.account or self.day or self.states or self.batch)


EVERYTHING = Search()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was found, the newest first."""

    files: Sequence[UploadReport]
    before: int | None  # the id at which the next page begins; None: there is no more
    looked_to: datetime | None  # set if not everything was looked at yet: how far back that went


def search(desk: Desk, *, wanted: Search = EVERYTHING, before: int | None = None, limit: int = 50) -> Page:
    """Return the uploads that fit, older than the id *before*.

    Raises:
        Invalid: the hash is none, or too short to find something by it; the name is too long.
        NotFound: there is no such account.
    """
    since, until = (None, None) if wanted.day is None else day_span(desk, wanted.day)
    found = desk.database.read_now(
        upload_search.search,
        wanted=Wanted(
            name=_name(wanted.name),
            sha256=None if wanted.sha256 is None else check_hash(wanted.sha256),
            account_id=desk.account_id(wanted.account),
            since=since,
            until=until,
            states=tuple(wanted.states),
            batch=None if wanted.batch is None else UploadId(wanted.batch),
        ),
        before=None if before is None else UploadId(before),
        limit=limit,
    )
    return Page(
        files=upload_operations.reports(desk, found.uploads), before=found.before, looked_to=found.looked_to
    )


def count_on(desk: Desk, *, day: date, account: str | None = None) -> int:
    """Return how many uploads were closed on *day*, counted up to `MOST_COUNTED`."""
    since, until = day_span(desk, day)
    wanted = Wanted(account_id=desk.account_id(account), since=since, until=until)
    return desk.database.read_now(upload_search.count, wanted=wanted, most=MOST_COUNTED)


def today(desk: Desk) -> date:
    """Return the day that it is, in the time zone of the console."""
    return desk.clock.now().astimezone(ZoneInfo(desk.settings.admin.timezone)).date()


def day_span(desk: Desk, day: date) -> tuple[datetime, datetime]:
    """Return when *day* begins and ends in the time zone of the console; it may have 23 or 25 hours."""
    zone = ZoneInfo(desk.settings.admin.timezone)
    try:
        begins, ends = (
            datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + timedelta(days=1))
        )
    except OverflowError:
        raise Invalid(f"day {day}: expected one between those of the calendar's ends") from None
    return begins, ends


def check_hash(text: str) -> str:
    """Return the hash, or how it begins, in small letters; raise `Invalid` if it is none."""
    sha256 = text.strip().lower()
    if not _HASH.fullmatch(sha256):
        raise Invalid(f"hash {text!r}: expected a SHA-256, or its first {SHORTEST_HASH} digits or more")
    return sha256


def check_day(text: str) -> date:
    """Return the day that *text* says; raise `Invalid` if it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(f"day {text!r}: expected a date such as 2026-11-21") from None


def _name(text: str | None) -> str | None:
    if text is not None and len(text) > _LONGEST_NAME:
        raise Invalid(f"name: a part of it has at most {_LONGEST_NAME} characters")
    if text is None or "\0" in text:
        return None
    return text.strip() or None
