"""What is said of an attempt: a line of the log, and a span of the upload's trace."""

import structlog

from bridge.delivery.exchange import Exchange
from bridge.domain.deliveries import Assignment
from bridge.domain.names import printable
from bridge.domain.outcomes import Answer, Event, NextStep
from bridge.runtime import tracing

_log = structlog.get_logger()


def bind_ids(assignment: Assignment) -> None:
    """Put the ids of *assignment* on every line that the running task writes from now on."""
    structlog.contextvars.bind_contextvars(
        delivery=assignment.delivery.id,
        document=assignment.document.id,
        upload=assignment.document.upload_id,
        account_id=assignment.delivery.account_id,
    )


def report(exchange: Exchange, event: Event, step: NextStep, seconds: float) -> None:
    """Say what an attempt came to that took *seconds*."""
    delivery = exchange.assignment.delivery
    status = event.status if isinstance(event, Answer) else None
    _log.info(
        "attempt ended",
        kind=exchange.kind,
        administration=printable(exchange.assignment.administration.code),
        outcome=step.outcome,
        status=status,
        held=step.hold,
        attempts=delivery.attempts,
        seconds=round(seconds, 3),
    )
    tracing.record(
        "attempt",
        begun=tracing.moment(seconds_ago=seconds),
        upload=exchange.assignment.document.upload_id,
        bridge__delivery=delivery.id,
        bridge__document=delivery.document_id,
        bridge__outcome=step.outcome.value,
        http__response__status_code=status,
    )
