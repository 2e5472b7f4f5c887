"""Watches what the ledger says of the present: files held, pauses, a destination away, passwords that end."""

from datetime import datetime, timedelta

from bridge.domain.alarms import AlarmKind, account_subject, administration_subject, lane_subject
from bridge.domain.deliveries import Lane
from bridge.ledger import lanes, standing
from bridge.ledger.database import Database
from bridge.ledger.standing import Paused
from bridge.upkeep.conditions import Conditions

FORGOTTEN_AFTER = timedelta(days=14)  # a password or key that has ended and that nobody misses


class StandingWatch:
    """Looks at everything that is found in the ledger."""

    def __init__(self, *, database: Database, conditions: Conditions, expiry: timedelta) -> None:
        self._database = database
        self._conditions = conditions
        self._expiry = expiry

    async def look(self, now: datetime) -> None:
        """Look at it once."""
        await self._look_at_lanes(now)
        paused = await self._database.read(standing.paused, now=now)
        await self._conditions.settle(
            AlarmKind.ADMINISTRATION_PAUSED,
            {administration_subject(one.code): _told(one) for one in paused},
        )
        held = await self._database.read(standing.held)
        await self._conditions.settle(
            AlarmKind.FILES_HELD, {account_subject(name): one.detail for name, one in held.items()}
        )
        await self._look_at_credentials(now)

    async def _look_at_lanes(self, now: datetime) -> None:
        every = await self._database.read(lanes.listing)
        await self._conditions.settle(
            AlarmKind.LANE_PAUSED,
            {lane_subject(lane.name): _paused(lane) for lane in every if _is_paused(lane, now)},
        )
        await self._conditions.settle(
            AlarmKind.DESTINATION_AWAY,
            {
                lane_subject(lane.name): f"since {lane.failing_since:%Y-%m-%d %H:%M} UTC: "
                f"{lane.paused_reason or 'no answer'}"
                for lane in every
                if lane.failing_since is not None
            },
        )

    async def _look_at_credentials(self, now: datetime) -> None:
        ending = await self._database.read(
            standing.expiring, since=now - FORGOTTEN_AFTER, until=now + self._expiry
        )
        told: dict[str, str] = {}
        for one in ending:  # the first first: of an account one is told, and then the next
            verb = "ended" if one.expires_at <= now else "ends"
            told.setdefault(
                account_subject(one.account), f"{one.what} {verb} {one.expires_at:%Y-%m-%d %H:%M} UTC"
            )
        await self._conditions.settle(AlarmKind.CREDENTIAL_EXPIRING, told)


def _is_paused(lane: Lane, now: datetime) -> bool:
    """Whether nothing goes, and not for the reason that the destination is away."""
    if lane.is_stopped:
        return True
    return lane.failing_since is None and lane.paused_until is not None and lane.paused_until > now


def _paused(lane: Lane) -> str:
    if lane.is_stopped:
        return "stopped by an operator"
    return lane.paused_reason or "no reason noted"


def _told(one: Paused) -> str:
    return "stopped by an operator" if one.is_stopped else one.reason or "no reason noted"
