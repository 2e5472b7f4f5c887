"""Watch the lanes: what they do now, who waits, which imports are next, what came of the last attempts.

From the ledger alone, whether or not a server runs.  What waits is counted anew at each look (a million
deliveries take most of a second), so whoever looks again and again leaves time between.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TypeVar

from bridge.admin.operations import records
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.records import Record, moment
from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.deliveries import Lane
from bridge.domain.schedule import next_import
from bridge.domain.throughput import Sample
from bridge.ledger import demand, lanes, watching
from bridge.ledger.demand import Parties, Waiting
from bridge.ledger.watching import Ended

K = TypeVar("K")

ACCOUNTS, CUT_OFFS, OUTCOMES = 15, 10, 10  # rows that fit on a screen together
LAST_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedLane:
    """What a lane does now."""

    lane: Lane
    has_sender: bool
    in_flight: int
    started_per_second: float  # in the last minute


@dataclass(slots=True, kw_only=True)
class Queue:
    """What waits, what is under way included."""

    documents: int = 0  # not tried yet
    retries: int = 0  # documents that were tried before
    data_files: int = 0
    oldest_at: datetime | None = None

    @property
    def total(self) -> int:
        """How many files wait."""
        return self.documents + self.retries + self.data_files

    def add(self, waiting: Waiting) -> None:
        """Add what waits in one place."""
        self.documents += waiting.documents
        self.retries += waiting.retries
        self.data_files += waiting.data_files
        moments = [at for at in (self.oldest_at, waiting.oldest_at) if at is not None]
        self.oldest_at = min(moments, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountQueue:
    """What waits of one account."""

    account: str
    is_stopped: bool
    queue: Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """The next import of an administration for which something waits."""

    administration: str  # its code
    at: datetime
    timezone: str
    is_stopped: bool
    queue: Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One look."""

    at: datetime
    limit_per_second: float | None  # of each lane; None: no limit
    lanes: Sequence[WatchedLane]
    queue: Queue  # all that waits
    held: int  # deliveries that wait for a person
    arriving: int  # uploads that intake has not looked at
    accounts: Sequence[AccountQueue]  # the longest first
    more_accounts: int  # that have something waiting, beyond those
    cut_offs: Sequence[CutOff]  # the next first
    outcomes: Sequence[Ended] = field(default_factory=list)  # the newest first


def look(desk: Desk) -> Watched:
    """Return what is going on now."""
    desk.check_sees_all("lanes")
    now = desk.clock.now()
    parties = desk.database.read_now(demand.parties)
    found = desk.database.read_now(lanes.listing)
    samples = desk.database.read_now(demand.samples, since=now - LAST_MINUTE)
    is_cut = sum(map(len, samples.values())) >= demand.LAST_ATTEMPTS
    waiting = [desk.database.read_now(demand.waiting, lane=one.name) for one in found]
    by_account = _sums((place.account_id, one) for lane in waiting for place, one in lane.items())
    by_administration = _sums(
        (place.administration_id, one) for lane in waiting for place, one in lane.items()
    )
    queue = Queue()
    for lane in waiting:
        for one in lane.values():
            queue.add(one)
    destination = desk.settings.destination
    return Watched(
        at=now,
        limit_per_second=destination.rate_limit / destination.rate_period_seconds or None,
        lanes=[
            WatchedLane(
                lane=one,
                has_sender=one.owned_until is not None and one.owned_until > now,
                in_flight=desk.database.read_now(lanes.in_flight, name=one.name, now=now),
                started_per_second=started_per_second(samples.get(one.name, []), now=now, is_cut=is_cut),
            )
            for one in found
        ],
        queue=queue,
        held=desk.database.read_now(demand.held),
        arriving=desk.database.read_now(demand.arriving),
        accounts=_longest(by_account, parties)[:ACCOUNTS],
        more_accounts=max(len(by_account) - ACCOUNTS, 0),
        cut_offs=_next(by_administration, parties, now)[:CUT_OFFS],
        outcomes=desk.database.read_now(watching.last_ended, limit=OUTCOMES),
    )


def started_per_second(samples: Sequence[Sample], *, now: datetime, is_cut: bool) -> float:
    """Return how many requests began per second in the last minute.

    Args:
        samples: the attempts that began in it.
        now: its end.
        is_cut: there were more than are in *samples*, so that these are of less than a minute.
    """
    starts = [one.started_at for one in samples if now - LAST_MINUTE <= one.started_at <= now]
    span = now - min(starts) if is_cut and starts else LAST_MINUTE
    return len(starts) / max(span.total_seconds(), 1.0)


def _sums(waiting: Iterable[tuple[K, Waiting]]) -> dict[K, Queue]:
    sums: dict[K, Queue] = {}
    for key, one in waiting:
        sums.setdefault(key, Queue()).add(one)
    return sums


def _longest(sums: Mapping[AccountId, Queue], parties: Parties) -> list[AccountQueue]:
    return sorted(
        (
            AccountQueue(
                account=parties.accounts[account_id], is_stopped=account_id in parties.stopped, queue=queue
            )
            for account_id, queue in sums.items()
        ),
        key=lambda one: (-one.queue.total, one.account),
    )


def _next(sums: Mapping[AdministrationId, Queue], parties: Parties, now: datetime) -> list[CutOff]:
    imports: dict[tuple[tuple[time, ...], str], datetime] = {}  # most administrations have the same times
    found = []
    for administration_id, queue in sums.items():
        party = parties.administrations[administration_id]
        schedule = (party.import_times, party.timezone)
        if schedule not in imports:
            imports[schedule] = next_import(*schedule, now)
        found.append(
            CutOff(
                administration=party.code,
                at=imports[schedule],
                timezone=party.timezone,
                is_stopped=party.is_stopped,
                queue=queue,
            )
        )
    return sorted(found, key=lambda one: (one.at, -one.queue.total, one.administration))


def record(value: Watched) -> Record:
    """Return one look for JSON."""
    return {
        "at": moment(value.at),
        "limit_per_second": value.limit_per_second,
        "lanes": [
            records.lane(one.lane)
            | {
                "sends": one.has_sender and one.lane.may_send(value.at),
                "in_flight": one.in_flight,
                "started_per_second": round(one.started_per_second, 3),
            }
            for one in value.lanes
        ],
        "waiting": _counts(value.queue),
        "held": value.held,
        "arriving": value.arriving,
        "accounts": [
            {"account": one.account, "stopped": one.is_stopped} | _counts(one.queue) for one in value.accounts
        ],
        "more_accounts": value.more_accounts,
        "cut_offs": [
            {"administration": one.administration, "at": moment(one.at), "stopped": one.is_stopped}
            | _counts(one.queue)
            for one in value.cut_offs
        ],
        "outcomes": [
            {
                "at": moment(one.at),
                "outcome": one.outcome,
                "status": one.status,
                "detail": one.detail,
                "delivery": one.delivery_id,
                "name": one.name,
                "account": one.account,
                "administration": one.administration,
            }
            for one in value.outcomes
        ],
    }


def _counts(queue: Queue) -> Record:
    return {
        "total": queue.total,
        "documents": queue.documents,
        "retries": queue.retries,
        "data_files": queue.data_files,
        "oldest_at": moment(queue.oldest_at),
    }
