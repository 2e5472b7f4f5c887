"""A lane's circuit: open while the destination does not answer, so that what waits is not worn out.

It opens after a failed cohort: several different deliveries, of several places, one after another and no
answer between them.  One file that fails again and again never opens it, nor do many while others succeed.
While it is open one delivery at a time goes as a probe, at growing intervals; the first answer closes it.
Pure: values in, values out; `bridge.delivery.breaker` acts.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bridge.domain.deliveries import DeliveryId
from bridge.domain.outcomes import Answer, Event, NoAnswer, Verdict, judge
from bridge.domain.retry import RetryPolicy, retry_delay

COHORT = 5  # different deliveries: two seconds of the lane's budget, and more than one strange file
PLACES = (
    2  # … of so many places: what is wrong with one administration or one endpoint is not the lane's affair
)
ALONE = 15  # … or so many of one place, for a bridge may serve no other
WITHIN = timedelta(minutes=10)  # what failed longer ago says nothing about now
PROBES = RetryPolicy(base=timedelta(seconds=5), cap=timedelta(minutes=1))
# With lost answers as the trouble, a probe that must not arrive twice would be held for a person each time.
RISK_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An attempt that the destination did not answer as it should."""

    delivery_id: DeliveryId
    place: Hashable  # whom and what it was for: administration and kind
    at: datetime
    is_ambiguous: bool  # the file may have arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """What is known of a lane's destination."""

    failures: tuple[Failure, ...] = ()  # the latest of each delivery since the last answer, the oldest first
    failing_since: datetime | None = None  # set exactly while it is open
    probes: int = 0  # that failed since it opened

    @property
    def is_open(self) -> bool:
        """Whether only probes go."""
        return self.failing_since is not None

    def after_failure(self, failure: Failure, *, is_probe: bool) -> "Circuit":
        """Return the circuit after one more failure; *is_probe*: it began while the circuit was open."""
        # What failed longest ago goes: ALONE of them are enough to decide.
        others = [
            one
            for one in self.failures
            if one.delivery_id != failure.delivery_id and failure.at - one.at <= WITHIN
        ]
        failures = (*others[1 - ALONE :], failure)
        if self.is_open:
            return replace(self, failures=failures, probes=self.probes + is_probe)
        if not _is_cohort(failures):
            return replace(self, failures=failures)
        return Circuit(failures=failures, failing_since=failures[0].at)

    def probe_wait(self, jitter: float) -> timedelta:
        """Return how long to wait for the next probe: 5 seconds, doubling up to a minute.

        Args:
            jitter: 0.0 (full wait) to 1.0 (half); the caller draws it.
        """
        return retry_delay(PROBES, self.probes + 1, jitter)

    def must_be_careful(self, now: datetime) -> bool:
        """Whether the next probe must be of a kind that may arrive twice.

        That is while answers get lost: every probe of another kind would be held for a person.  After
        `RISK_AFTER` without any probe there is nothing else to probe with, and one may be.
        """
        if not self.is_open or not self.failures:
            return False
        last = self.failures[-1]
        return last.is_ambiguous and timedelta() <= now - last.at < RISK_AFTER


def _is_cohort(failures: tuple[Failure, ...]) -> bool:
    if len(failures) >= ALONE:
        return True
    return len(failures) >= COHORT and len({one.place for one in failures}) >= PLACES


def answers(event: Event) -> bool | None:
    """Return whether the destination answers, as far as *event* tells; None if it tells nothing.

    A refusal is an answer: only what would be better later, or got lost, is none.
    """
    match event:
        case Answer():
            return judge(event) not in {Verdict.LATER, Verdict.AMBIGUOUS}
        case NoAnswer(is_ours=is_ours):
            return None if is_ours else False
        case _:
            return None  # damaged bytes, a locked token: nothing went out
