"""How long a delivery has been tried: what `destination.max_age_hours` is compared with.

It counts from the first attempt, and not from when the file came: what waited behind a stop, an outage or a
clock of 1970 has not had its chance yet.
"""

from datetime import datetime, timedelta

import structlog

from bridge.domain.deliveries import Attempt, Delivery
from bridge.domain.errors import Unavailable
from bridge.domain.outcomes import Answer, Verdict, judge
from bridge.ledger import deliveries
from bridge.ledger.database import Database

_ASKED_FOR_LATER = {Verdict.SLOW_DOWN, Verdict.CREDENTIALS, Verdict.CONFIGURATION}

_log = structlog.get_logger()


async def trying_since(
    database: Database, *, delivery: Delivery, now: datetime, max_age: timedelta
) -> datetime:
    """Return when the first attempt of *delivery* that counts began, since it was accepted or released.

    Asked only for what came long ago, or by a clock that was ahead; for anything else that is when it came.
    Without an answer of the ledger it is *now*: nothing is given up for that.
    """
    if timedelta() <= now - delivery.created_at < max_age:
        return delivery.created_at
    try:
        found = await database.read(deliveries.attempts_of, delivery_id=delivery.id)
    except Unavailable as error:
        _log.warning("age not known", delivery=delivery.id, error=str(error))
        return now
    is_ahead = delivery.created_at > now
    return min(
        (
            one.started_at
            for one in found
            if _counts(one) and (is_ahead or one.started_at >= delivery.created_at)
        ),
        default=now,
    )


def _counts(attempt: Attempt) -> bool:
    return attempt.status is None or judge(Answer(status=attempt.status)) not in _ASKED_FOR_LATER
