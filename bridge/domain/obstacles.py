"""Why a delivery that waits does not go now, said so that a person knows what would let it go."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bridge.domain.accounts import Account
from bridge.domain.administrations import Administration
from bridge.domain.deliveries import Delivery, DeliveryId, Lane


class ObstacleCode(StrEnum):
    """Stable codes; scripts read them."""

    LANE_STOPPED = "lane_stopped"
    LANE_PAUSED = "lane_paused"
    LANE_FAILING = "lane_failing"
    NO_SENDER = "no_sender"
    ACCOUNT_STOPPED = "account_stopped"
    ADMINISTRATION_STOPPED = "administration_stopped"
    ADMINISTRATION_PAUSED = "administration_paused"
    OLDER_DATA_FILE = "older_data_file"
    NOT_DUE = "not_due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One thing that keeps a delivery back."""

    code: ObstacleCode
    text: str  # what it is and what ends it; printable once shown
    until: datetime | None = None  # it ends by itself then; None: not by itself, or nobody knows when


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Everything that may keep a delivery back."""

    lane: Lane
    account: Account
    administration: Administration
    older_data_file: DeliveryId | None  # of the administration, not finished; it goes first


def obstacles(delivery: Delivery, around: Surroundings, *, now: datetime) -> list[Obstacle]:
    """Return what keeps a pending *delivery* back; nothing: it waits for its turn only."""
    return [*_of_lane(around.lane, now), *_of_parties(around, now), *_of_itself(delivery, around, now)]


def _of_lane(lane: Lane, now: datetime) -> Iterator[Obstacle]:
    if lane.is_stopped:
        yield Obstacle(
            code=ObstacleCode.LANE_STOPPED,
            text=f"lane {lane.name} was stopped by an operator: bridge lane resume {lane.name}",
        )
    if lane.failing_since is not None:
        yield Obstacle(
            code=ObstacleCode.LANE_FAILING,
            text="the destination does not answer; until it does only probes go.  "
            f"{lane.paused_reason or 'No reason noted.'}",
        )
    elif lane.paused_until is not None and lane.paused_until > now:
        yield Obstacle(
            code=ObstacleCode.LANE_PAUSED,
            text=f"lane {lane.name} is paused: {lane.paused_reason or 'no reason noted'}",
            until=lane.paused_until,
        )
    if lane.owned_until is None or lane.owned_until <= now:
        yield Obstacle(code=ObstacleCode.NO_SENDER, text="no server sends: bridge serve")


def _of_parties(around: Surroundings, now: datetime) -> Iterator[Obstacle]:
    account, administration = around.account, around.administration
    if account.is_stopped:
        yield Obstacle(
            code=ObstacleCode.ACCOUNT_STOPPED,
            text=f"account {account.name} was stopped by an operator: bridge account resume {account.name}",
        )
    if administration.is_stopped:
        yield Obstacle(
            code=ObstacleCode.ADMINISTRATION_STOPPED,
            text=f"administration {administration.code} was stopped by an operator: "
            f"bridge administration resume {administration.code}",
        )
    if administration.paused_until is not None and administration.paused_until > now:
        yield Obstacle(
            code=ObstacleCode.ADMINISTRATION_PAUSED,
            text=f"administration {administration.code} is paused: "
            f"{administration.paused_reason or 'no reason noted'}",
            until=administration.paused_until,
        )


def _of_itself(delivery: Delivery, around: Surroundings, now: datetime) -> Iterator[Obstacle]:
    if around.older_data_file is not None:
        yield Obstacle(
            code=ObstacleCode.OLDER_DATA_FILE,
            text=f"the older data file of delivery {around.older_data_file} goes first",
        )
    if delivery.due_at > now and delivery.attempts:
        yield Obstacle(
            code=ObstacleCode.NOT_DUE, text="it failed and is tried again later", until=delivery.due_at
        )
