"""A delivery: one document on its way to one destination; the unit of the queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.documents import Document, DocumentId
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome

DeliveryId = NewType("DeliveryId", int)
DEFAULT_LANE = "destination"


class DeliveryState(StrEnum):
    """Where a delivery is."""

    PENDING = "pending"  # will be sent at due_at or later
    LEASED = "leased"  # an attempt is under way
    DELIVERED = "delivered"  # a 2xx came back: delivered, which is not yet imported (payt-imports §2)
    HELD = "held"  # waits for a person, with a reason
    CANCELLED = "cancelled"  # a person decided that it is not sent
    SUPERSEDED = "superseded"  # a newer file took its place: of the same name, or the newer data file


DELIVERY_STEPS: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.PENDING: frozenset(
        {DeliveryState.LEASED, DeliveryState.HELD, DeliveryState.CANCELLED, DeliveryState.SUPERSEDED}
    ),
    DeliveryState.LEASED: frozenset(
        {DeliveryState.DELIVERED, DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.SUPERSEDED}
    ),
    DeliveryState.DELIVERED: frozenset(),
    DeliveryState.HELD: frozenset({DeliveryState.PENDING, DeliveryState.CANCELLED}),
    DeliveryState.CANCELLED: frozenset(),
    DeliveryState.SUPERSEDED: frozenset(),
}
FINISHED = frozenset(state for state, steps in DELIVERY_STEPS.items() if not steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One document on its way to one destination."""

    id: DeliveryId
    document_id: DocumentId
    account_id: AccountId
    administration_id: AdministrationId | None  # None only while held, or cancelled from there
    kind: Kind | None  # likewise
    state: DeliveryState
    attempts: int  # HTTP requests begun that count; a 429 does not
    rejections: int  # of these, answered with a 4xx that is about this file
    due_at: datetime  # not sent before this moment
    created_at: datetime  # when intake accepted it, or a person released it
    unknowns: int = 0  # of the attempts since it was last released, those that nobody knows the end of
    lease_token: str | None = None  # set exactly while state is LEASED
    reason: str | None = None  # a code of bridge.domain.reasons: why it is held, or ended
    detail: str | None = None

    def __post_init__(self) -> None:
        if (self.state is DeliveryState.LEASED) != (self.lease_token is not None):
            raise ValueError(f"delivery {self.id}: lease_token and state {self.state} disagree")
        if self.state is DeliveryState.HELD:
            if self.reason is None:
                raise ValueError(f"delivery {self.id}: held without a reason")
        elif self.state is not DeliveryState.CANCELLED and (
            self.kind is None or self.administration_id is None
        ):
            raise ValueError(f"delivery {self.id}: {self.state} without kind or administration")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A leased delivery with all that sending it needs."""

    delivery: Delivery
    document: Document
    administration: Administration


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One HTTP request for a delivery."""

    started_at: datetime
    ended_at: datetime | None
    outcome: Outcome | None  # None: under way
    status: int | None  # of the HTTP answer, if one came
    detail: str | None  # an excerpt of the answer, or what broke; printable


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The deliveries that share one rate limit."""

    name: str
    is_stopped: bool  # by an operator, until resumed
    paused_until: datetime | None  # by the destination (429, a wrong address), or until the next probe
    paused_reason: str | None
    owner: str | None  # the process that sends
    owned_until: datetime | None
    failing_since: datetime | None = None  # set while the destination does not answer; only probes go
    slow_downs: int = 0  # answers 429, ever

    def may_send(self, now: datetime) -> bool:
        """Whether a request may start at *now*."""
        return not self.is_stopped and (self.paused_until is None or self.paused_until <= now)
