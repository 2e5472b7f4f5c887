"""The breaker of one lane: tells its circuit what attempts came to, and others how the circuit stands.

While the circuit is open the lane is paused in the ledger until the next probe; that, and since when the
destination does not answer, is all that is written, and a restarted process goes on from there.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bridge.domain.circuit import Circuit, Failure, answers
from bridge.domain.deliveries import Assignment, DeliveryId
from bridge.domain.errors import Unavailable
from bridge.domain.outcomes import Answer, Event, NoAnswer, Verdict, judge
from bridge.ledger import lanes
from bridge.ledger.database import Database

_log = structlog.get_logger()


class Breaker:
    """Keeps all but probes back while the destination does not answer."""

    def __init__(self, *, database: Database, lane: str, chance: Callable[[], float]) -> None:
        self._database = database
        self._lane = lane
        self._chance = chance
        self._circuit = Circuit()
        self._probe: DeliveryId | None = None  # under way
        self._paused_until: datetime | None = None  # by this breaker
        self._turn = asyncio.Lock()  # what is written of one attempt is written before the next is judged

    async def resume(self) -> None:
        """Go on from what the ledger says; nothing is in flight now.

        Raises:
            Unavailable: it does not answer.
        """
        lane = await self._database.read(lanes.get, name=self._lane)
        self._circuit = Circuit(failing_since=lane.failing_since)
        self._paused_until = lane.paused_until if self._circuit.is_open else None
        self._probe = None

    def room(self, free: int) -> int:
        """Return how many requests may begin, of the *free* that are possible."""
        if not self._circuit.is_open:
            return free
        return min(free, 1) if self._probe is None else 0

    def must_be_careful(self, now: datetime) -> bool:
        """Whether only what may arrive twice may begin."""
        return self._circuit.must_be_careful(now)

    def begun(self, assignments: Sequence[Assignment]) -> None:
        """Learn what was leased."""
        if self._circuit.is_open and assignments:
            self._probe = assignments[0].delivery.id

    async def ended(self, assignment: Assignment, event: Event, now: datetime) -> timedelta | None:
        """Learn what an attempt came to; return the wait for the next probe if the circuit is open now.

        A ledger that does not answer is no trouble here: without it nothing begins either, and the next
        answer closes the circuit.
        """
        delivery = assignment.delivery
        is_probe = delivery.id == self._probe
        if is_probe:
            self._probe = None
        is_answered = answers(event)
        try:
            async with self._turn:
                if is_answered:
                    await self._close()
                elif is_answered is not None:
                    failure = Failure(
                        delivery_id=delivery.id,
                        place=(delivery.administration_id, delivery.kind),
                        at=now,
                        is_ambiguous=judge(event) is Verdict.AMBIGUOUS,
                    )
                    return await self._fail(failure, event, is_probe=is_probe)
        except Unavailable as error:
            _log.warning("state of the circuit not written", lane=self._lane, error=str(error))
        return self._circuit.probe_wait(self._chance()) if self._circuit.is_open else None

    async def _close(self) -> None:
        if self._circuit.is_open:
            # First in the ledger: were it closed here only, nothing would ever end what others see there.
            await self._database.write(lanes.answered, name=self._lane, paused_until=self._paused_until)
            _log.warning("the destination answers again", lane=self._lane)
        self._circuit = Circuit()

    async def _fail(self, failure: Failure, event: Event, *, is_probe: bool) -> timedelta | None:
        was_open = self._circuit.is_open
        self._circuit = self._circuit.after_failure(failure, is_probe=is_probe)
        since = self._circuit.failing_since
        if since is None:
            return None
        wait = self._circuit.probe_wait(self._chance())
        if was_open and not is_probe:  # begun before it opened; the next probe is set already
            return wait
        if not was_open:
            _log.warning("the destination does not answer", lane=self._lane, since=since.isoformat())
        self._paused_until = failure.at + wait
        await self._database.write(
            lanes.fail, name=self._lane, since=since, probe_at=self._paused_until, reason=_reason(event)
        )
        return wait


def _reason(event: Event) -> str:
    if isinstance(event, Answer):
        last = f"status {event.status}"
    else:
        last = event.what if isinstance(event, NoAnswer) else "no answer"
    return (
        f"Last: {last}.  What waits loses nothing: one file at a time goes as a probe, and with the first "
        "answer sending goes on by itself."
    )
