"""What waits in a lane, as numbers: by account and administration, and of a data file only the next one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId


class Work(StrEnum):
    """What a turn is for."""

    DOCUMENT = "document"  # not tried yet
    DATA = "data"  # the oldest data file of the administration
    RETRY = "retry"  # a document that was tried before


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """How many documents of an account wait for an administration."""

    account_id: AccountId
    administration_id: AdministrationId
    fresh: int = 0  # not tried yet
    retries: int = 0
    retry_due_at: datetime | None = None  # of the first of these
    paused_until: datetime | None = None  # the administration, or neither it nor the account would be here


@dataclass(frozen=True, slots=True, kw_only=True)
class DataHead:
    """The data file of an administration that must go next: strictly the oldest (payt-imports §2)."""

    administration_id: AdministrationId
    account_id: AccountId
    due_at: datetime
    count: int = 1  # data files that wait for the administration, this one included
    is_under_way: bool = False
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whose turn it is, and for what."""

    account_id: AccountId
    administration_id: AdministrationId
    work: Work


@dataclass(slots=True)
class Place:
    """What an account has for one administration."""

    account_id: AccountId
    administration_id: AdministrationId
    documents: Documents | None = None
    data: DataHead | None = None
    is_in_ring: bool = False  # of those that may have something to do

    def may_retry(self, now: datetime) -> bool:
        """Whether a document that was tried before may go at *now*."""
        one = self.documents
        if one is None or not one.retries or one.retry_due_at is None:
            return False
        return one.retry_due_at <= now and not _is_paused(one, now)

    def has_fresh(self, now: datetime) -> bool:
        """Whether a document that was not tried yet may go at *now*."""
        return self.documents is not None and self.documents.fresh > 0 and not _is_paused(self.documents, now)

    def may_send_data(self, now: datetime) -> bool:
        """Whether the data file that is next may go at *now*."""
        one = self.data
        return one is not None and not one.is_under_way and one.due_at <= now and not _is_paused(one, now)

    def work(self, now: datetime) -> Work | None:
        """Return what is to be done apart from retries."""
        if self.has_fresh(now):
            return Work.DOCUMENT
        return Work.DATA if self.may_send_data(now) else None

    def wakes_at(self, now: datetime) -> datetime | None:
        """Return when there may be something to do, or None if only news can tell."""
        moments = []
        if self.documents is not None:
            pause = self.documents.paused_until
            if self.documents.fresh:
                moments.append(pause or now)
            if self.documents.retries and self.documents.retry_due_at is not None:
                moments.append(max(self.documents.retry_due_at, pause or now))
        if self.data is not None and not self.data.is_under_way:
            moments.append(max(self.data.due_at, self.data.paused_until or now))
        return min(moments, default=None)


def _is_paused(one: Documents | DataHead, now: datetime) -> bool:
    return one.paused_until is not None and one.paused_until > now
