"""What a sender is told in the folder status: the facts, what became of a file, which answers there are.

The words are in `status_texts`, the pages in `status_page` and `status_report`.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from bridge.domain.batches import Batch
from bridge.domain.deliveries import DeliveryState
from bridge.domain.reasons import Language, ReasonCode
from bridge.domain.reports import SKIPPED, UNKNOWN, Counted, counted_as
from bridge.domain.schedule import ExpectedImport
from bridge.domain.uploads import UploadId, UploadState

DAYS = 3  # so long an upload has its report
MAX_FILES = 300  # the newest of them: lines of today.txt, and uploads that may have a NAME.ok
MAX_REPORTS = 300  # NAME.rejected.txt, the newest
MAX_COUNTED = 20_000  # uploads of a day that are counted, the newest


class Fate(StrEnum):
    """What became of an upload, as its sender should know it; in the order in which it is told."""

    DELIVERED = "delivered"
    SKIPPED = "skipped"  # the same was sent before
    WAITING = "waiting"
    HELD = "held"  # of it or of a part of it
    REFUSED = "refused"
    CANCELLED = "cancelled"  # a person decided that a part of it is not sent
    REPLACED = "replaced"  # by a newer file, or sent again since
    INTERRUPTED = "interrupted"
    UNRENAMED = "unrenamed"
    EMPTY = "empty"  # nothing in it to send


REJECTED_FATES = frozenset({Fate.HELD, Fate.REFUSED, Fate.CANCELLED})  # have a NAME.rejected.txt
OK_FATES = frozenset({Fate.DELIVERED, Fate.SKIPPED})  # have a NAME.ok

_BEFORE_ACCEPTED: Mapping[UploadState, Fate] = {
    UploadState.PARTIAL: Fate.INTERRUPTED,
    UploadState.PARKED: Fate.UNRENAMED,
    UploadState.SPOOLED: Fate.WAITING,
    UploadState.HELD: Fate.HELD,
    UploadState.REFUSED: Fate.REFUSED,
    UploadState.WITHDRAWN: Fate.REPLACED,
}
# The first of these that a delivery of it counts as says what became of an upload that was accepted.
_OF_DELIVERIES: Mapping[Counted, Fate] = {
    DeliveryState.HELD: Fate.HELD,
    UNKNOWN: Fate.HELD,
    DeliveryState.PENDING: Fate.WAITING,
    DeliveryState.LEASED: Fate.WAITING,
    DeliveryState.CANCELLED: Fate.CANCELLED,
    DeliveryState.SUPERSEDED: Fate.REPLACED,
    DeliveryState.DELIVERED: Fate.DELIVERED,
    SKIPPED: Fate.SKIPPED,
}


def fate_of(state: UploadState, deliveries: Set[Counted], *, is_replaced: bool) -> Fate:
    """Return what became of an upload.

    Args:
        state: of the upload.
        deliveries: what its deliveries count as.
        is_replaced: whether a newer file has come under its path since; what is rejected is no matter then.
    """
    if state is UploadState.ACCEPTED:
        found = next((fate for counted, fate in _OF_DELIVERIES.items() if counted in deliveries), Fate.EMPTY)
    else:
        found = _BEFORE_ACCEPTED[state]
    return Fate.REPLACED if is_replaced and found in REJECTED_FATES else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Deliveries of one upload that fared alike."""

    state: DeliveryState
    reason: ReasonCode | None
    count: int
    first: int  # the least of their ids: the order in which they are told
    coming: ExpectedImport | None = None  # the last; only of what is delivered

    @property
    def counted(self) -> Counted:
        """What they count as."""
        return counted_as(self.state, self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An upload, as far as its sender is told of it."""

    id: UploadId
    folder: str
    name: str
    size: int  # bytes
    closed_at: datetime
    changed_at: datetime  # when something last became of it
    state: UploadState
    reason: ReasonCode | None = None
    detail: str | None = None
    batch_id: UploadId
    is_replaced: bool = False  # a newer file has come under its path since
    parts: tuple[Part, ...] = ()

    @property
    def path(self) -> str:
        """The path that its sender sees."""
        return f"{self.folder.rstrip('/')}/{self.name}"

    @property
    def fate(self) -> Fate:
        """What became of it."""
        return fate_of(self.state, {part.counted for part in self.parts}, is_replaced=self.is_replaced)

    @property
    def counts(self) -> dict[Counted, int]:
        """How many of its deliveries count as what."""
        counts: dict[Counted, int] = {}
        for part in self.parts:
            counts[part.counted] = counts.get(part.counted, 0) + part.count
        return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A file of an upload that is held or will not be sent."""

    name: str  # its path inside the archive, or its name
    state: DeliveryState
    reason: ReasonCode | None
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """An upload that is held or refused, or of which a part is."""

    upload: Received
    stuck: tuple[Stuck, ...] = ()  # the first of them; empty where the whole upload is
    batch: Batch | None = None  # None: it came alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the folder status of one account is made of."""

    account: str
    language: Language
    timezone: str  # IANA name, of the account's first administration
    tells_ok: bool
    today: date  # in that zone
    midnight: datetime  # at which it began
    recent: tuple[Received, ...]  # the newest `MAX_FILES` of the last days, the newest first
    rejected: tuple[Rejected, ...]  # the newest `MAX_REPORTS` of the last days, likewise
    tally: Mapping[Fate, int]  # of what came today
    is_tally_cut: bool  # more came than `MAX_COUNTED`
    waiting: int  # files, of whatever day


def day_at(now: datetime, timezone: str) -> tuple[date, datetime]:
    """Return the local date at *now*, and the moment (UTC) at which that day began."""
    zone = ZoneInfo(timezone)
    day = now.astimezone(zone).date()
    return day, datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
