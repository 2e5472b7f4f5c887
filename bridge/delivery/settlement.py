"""Writes down what an attempt came to: the pause it asks for, then the delivery's next state.

A ledger that does not answer is asked again; until it does, the delivery stays leased, and nobody sends it.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog

from bridge.domain.deliveries import Assignment, DeliveryState
from bridge.domain.errors import Conflict, Unavailable
from bridge.domain.outcomes import Answer, Event, NextStep, Verdict, judge
from bridge.ledger import administrations, lanes, leases
from bridge.ledger.database import Database

RETRY_SECONDS = 1.0
LAST_TRIES = 5  # when the process must end; what is not settled then is recovered at the next start

_log = structlog.get_logger()


async def settle(
    database: Database,
    *,
    assignment: Assignment,
    lane: str,
    event: Event,
    step: NextStep,
    now: datetime,
    is_ending: Callable[[], bool],
) -> None:
    """Write *step* into the ledger; try again while it is unavailable, but not for long once *is_ending*."""
    tries_at_the_end = 0
    while tries_at_the_end < LAST_TRIES:
        try:
            await _write(database, assignment=assignment, lane=lane, event=event, step=step, now=now)
        except Unavailable as error:
            _log.warning("delivery not settled yet", delivery=assignment.delivery.id, error=str(error))
            tries_at_the_end += is_ending()
            await asyncio.sleep(RETRY_SECONDS)
        except Conflict as error:
            # Somebody else took it over (recovered after its lease); what is in the ledger stays.
            _log.warning("lease was lost", delivery=assignment.delivery.id, error=str(error))
            return
        else:
            return


async def _write(
    database: Database, *, assignment: Assignment, lane: str, event: Event, step: NextStep, now: datetime
) -> None:
    # The pause first: a crash between the two leaves a leased delivery, which recovery knows, and no gap
    # in which the next request could start.
    if step.lane_pause is not None:
        until = now + step.lane_pause
        await database.write(lanes.pause, name=lane, until=until, reason=step.advice or "")
    if step.administration_pause is not None:
        await database.write(
            administrations.pause,
            administration_id=assignment.administration.id,
            until=now + step.administration_pause,
            reason=step.advice or "",
        )
    await database.write(
        leases.settle,
        delivery=assignment.delivery,
        outcome=step.outcome,
        now=now,
        status=event.status if isinstance(event, Answer) else None,
        detail=step.detail,
        counts=step.counts,
        is_slow_down=judge(event) is Verdict.SLOW_DOWN,
        yields=step.yields,
        **_state(step, now),
    )


def _state(step: NextStep, now: datetime) -> dict[str, Any]:
    if step.is_delivered:
        return {"to": DeliveryState.DELIVERED}
    if step.hold is not None:
        return {"to": DeliveryState.HELD, "reason": step.hold}
    return {"to": DeliveryState.PENDING, "due_at": now + step.wait if step.wait is not None else now}
