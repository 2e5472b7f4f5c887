"""Outcomes of attempts: what came back, how it is judged, and what the delivery does next.

This is the table of payt-imports §8 as code.  It decides; `bridge.delivery` acts.  What is held for a person
and when a delivery is tried again is said here and nowhere else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.retry import RetryPolicy, retry_delay

BACKOFF = RetryPolicy(base=timedelta(seconds=5), cap=timedelta(minutes=15))
REJECTION_WAITS = (timedelta(minutes=1), timedelta(minutes=10))  # one more rejection, and it is held
GIVES_WAY_AFTER = 3  # failed attempts that count, and a data file waits no longer in front of a newer one
LEAST_ATTEMPTS = 20  # before it is given up, or as many as fit into the age: three hours of trying
LANE_PAUSE = timedelta(seconds=60)  # a wrong address: nobody else would fare better
ADMINISTRATION_PAUSE = timedelta(minutes=10)  # refused credentials; its end is the next probe
RETRY_AFTER_DEFAULT = timedelta(seconds=5)
RETRY_AFTER_LEAST = timedelta(seconds=1)
RETRY_AFTER_MOST = timedelta(hours=1)
# Nothing sets a pause or a wait that is longer: what lies further ahead does since the clock was set back.
LONGEST_WAIT = max(BACKOFF.cap, *REJECTION_WAITS, RETRY_AFTER_MOST)
LONGEST_LANE_PAUSE = max(LANE_PAUSE, RETRY_AFTER_MOST)
HEADER_DIGITS = 40  # more is no number of seconds that anybody meant


class Outcome(StrEnum):
    """What one attempt came to."""

    DELIVERED = "delivered"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The destination answered; its status line decides, whatever became of the rest."""

    status: int
    retry_after: str | None = None  # the header's text, as it came
    excerpt: str = ""  # of the answer's body; printable, at most 1 KB, free of secrets
    is_early: bool = False  # it came before the request was sent whole: nobody can have taken the file


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """No answer came."""

    is_unsent: bool  # proven: the destination cannot have the whole request
    what: str  # what broke
    is_ours: bool = False  # by something on this side: it says nothing about the destination


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """The stored bytes are missing or not those that were received; no whole request went out."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """The administration's token cannot be opened here; nothing went out."""

    what: str


Event = Answer | NoAnswer | Damaged | Locked


class Verdict(StrEnum):
    """What an event means; the rows of the table."""

    DELIVERED = "delivered"
    SLOW_DOWN = "slow_down"
    LATER = "later"
    CREDENTIALS = "credentials"
    CONFIGURATION = "configuration"
    THIS_FILE = "this_file"
    AMBIGUOUS = "ambiguous"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the next step depends on besides the event."""

    kind: Kind
    attempts: int  # that count, this one included; 1 or more
    rejections: int  # before this attempt
    trying_since: datetime  # its first attempt that counts, since it was accepted or released
    now: datetime
    max_age: timedelta  # tried for so long: deferred no more
    jitter: float  # 0.0 to 1.0; drawn by the caller
    probe_wait: timedelta | None = None  # the lane's circuit is open: never wait longer than until its probe


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What to write into the ledger; exactly one of delivered, held, or pending again."""

    outcome: Outcome
    is_delivered: bool = False
    hold: ReasonCode | None = None
    wait: timedelta | None = None  # pending again, due after this
    counts: bool = True  # False: takes the attempt back from the count
    yields: bool = False  # to a newer data file of its administration: if one waits, it goes instead
    lane_pause: timedelta | None = None
    administration_pause: timedelta | None = None
    detail: str | None = None  # the answer or what broke; for the ledger
    advice: str | None = None  # why something is paused and what to do; set exactly with a pause

    def __post_init__(self) -> None:
        if self.is_delivered + (self.hold is not None) + (self.wait is not None) != 1:
            raise ValueError("a next step is delivered, held or pending: one of them")
        if (self.advice is not None) != bool(self.lane_pause or self.administration_pause):
            raise ValueError("a pause needs an advice, and only a pause")


_STATUSES = {
    401: Verdict.CREDENTIALS,
    403: Verdict.CREDENTIALS,
    404: Verdict.CONFIGURATION,
    408: Verdict.LATER,
    429: Verdict.SLOW_DOWN,
}
# From a gateway that lost the answer of what is behind it, which may have taken the file.
_GATEWAYS = frozenset({502, 504, 524})
_CLASSES = {2: Verdict.DELIVERED, 3: Verdict.CONFIGURATION, 4: Verdict.THIS_FILE}


def judge(event: Event) -> Verdict:
    """Return what *event* means."""
    match event:
        case Answer(status=status):
            if status < 200:  # an interim answer that stayed the last: whether the file was taken is not said
                return Verdict.AMBIGUOUS
            return _STATUSES.get(status) or _CLASSES.get(status // 100, Verdict.LATER)
        case NoAnswer(is_unsent=is_unsent):
            return Verdict.LATER if is_unsent else Verdict.AMBIGUOUS
        case Damaged():
            return Verdict.DAMAGED
        case Locked():
            return Verdict.CREDENTIALS


def next_step(event: Event, situation: Situation) -> NextStep:
    """Return what the delivery does after *event*."""
    step = _STEPS[judge(event)](event, situation)
    return replace(step, yields=True) if _gives_way(step, situation) else step


def _gives_way(step: NextStep, situation: Situation) -> bool:
    """Whether a data file lets a newer one, which says all that it says (payt-imports §2), go instead."""
    is_waiting = situation.kind is Kind.DATA and step.wait is not None and step.counts
    return is_waiting and (step.outcome is Outcome.UNKNOWN or situation.attempts >= GIVES_WAY_AFTER)


def _delivered(event: Event, _situation: Situation) -> NextStep:
    return NextStep(outcome=Outcome.DELIVERED, is_delivered=True, detail=_detail(event))


def _slow_down(event: Event, situation: Situation) -> NextStep:
    text = event.retry_after if isinstance(event, Answer) else None
    pause = retry_after(text, now=situation.now)
    return NextStep(
        outcome=Outcome.DEFERRED,
        wait=timedelta(),  # the lane's pause is the wait
        counts=False,
        lane_pause=pause,
        detail=_detail(event),
        advice=f"The destination asked to slow down (429); sending goes on by itself after {pause}.",
    )


def _later(event: Event, situation: Situation) -> NextStep:
    may_be_there = isinstance(event, Answer) and event.status in _GATEWAYS and not event.is_early
    if may_be_there and not situation.kind.is_resendable:
        return _ambiguous(event, situation)
    step = _again(Outcome.DEFERRED, event, situation)
    if step.wait is None or not isinstance(event, Answer) or event.retry_after is None:
        return step
    asked_for = retry_after(event.retry_after, now=situation.now)  # a 503 may say so too (RFC 9110 §15.6.4)
    return replace(step, wait=max(step.wait, asked_for))


def _credentials(event: Event, _situation: Situation) -> NextStep:
    if isinstance(event, Locked):
        advice = f"{event.what}  It is tried again every 10 minutes."
    else:
        status = event.status if isinstance(event, Answer) else 0
        advice = (
            f"The destination refused the credentials ({status}).  Check the code and the token "
            "(bridge administration change CODE --token-file F); it is tried again every 10 minutes."
        )
    return NextStep(
        outcome=Outcome.DEFERRED,
        wait=timedelta(),
        counts=False,
        administration_pause=ADMINISTRATION_PAUSE,
        detail=_detail(event),
        advice=advice,
    )


def _configuration(event: Event, _situation: Situation) -> NextStep:
    status = event.status if isinstance(event, Answer) else 0
    what = "does not know the endpoint (404)" if status == 404 else f"sends elsewhere ({status})"
    return NextStep(
        outcome=Outcome.DEFERRED,
        wait=timedelta(),
        counts=False,
        lane_pause=LANE_PAUSE,
        detail=_detail(event),
        advice=f"The destination {what}; redirects are never followed.  Check destination.base_url; "
        "it is tried again every minute.",
    )


def _this_file(event: Event, situation: Situation) -> NextStep:
    if situation.rejections >= len(REJECTION_WAITS):
        return NextStep(outcome=Outcome.REJECTED, hold=ReasonCode.REJECTED, detail=_detail(event))
    return NextStep(
        outcome=Outcome.REJECTED, wait=REJECTION_WAITS[situation.rejections], detail=_detail(event)
    )


def _ambiguous(event: Event, situation: Situation) -> NextStep:
    if situation.kind.is_resendable:
        return _again(Outcome.UNKNOWN, event, situation)
    return NextStep(outcome=Outcome.UNKNOWN, hold=ReasonCode.AMBIGUOUS, detail=_detail(event))


def _damaged(event: Event, _situation: Situation) -> NextStep:
    return NextStep(outcome=Outcome.DEFERRED, hold=ReasonCode.DAMAGED_SPOOL, detail=_detail(event))


def _again(outcome: Outcome, event: Event, situation: Situation) -> NextStep:
    # A clock that jumps makes old what was tried once.
    often = min(LEAST_ATTEMPTS, situation.max_age // BACKOFF.cap)
    if situation.now - situation.trying_since >= situation.max_age and situation.attempts >= often:
        return NextStep(outcome=outcome, hold=ReasonCode.GIVEN_UP, detail=_detail(event))
    wait = retry_delay(BACKOFF, situation.attempts, situation.jitter)
    if situation.probe_wait is not None:
        # An outage is not the file's fault: it may be the only one left to probe with.
        wait = min(wait, situation.probe_wait)
    return NextStep(outcome=outcome, wait=wait, detail=_detail(event))


_STEPS: Mapping[Verdict, Callable[[Event, Situation], NextStep]] = {
    Verdict.DELIVERED: _delivered,
    Verdict.SLOW_DOWN: _slow_down,
    Verdict.LATER: _later,
    Verdict.CREDENTIALS: _credentials,
    Verdict.CONFIGURATION: _configuration,
    Verdict.THIS_FILE: _this_file,
    Verdict.AMBIGUOUS: _ambiguous,
    Verdict.DAMAGED: _damaged,
}


def _detail(event: Event) -> str | None:
    return (event.excerpt if isinstance(event, Answer) else event.what) or None


def retry_after(text: str | None, *, now: datetime) -> timedelta:
    """Return the pause that a Retry-After header asks for, between 1 second and 1 hour.

    Seconds, also with a fraction as some proxies send them, and HTTP dates in their three forms are
    understood (RFC 9110 §10.2.3 and §5.6.7); anything else counts as absent: 5 seconds.
    """
    wanted = _seconds(text) or _until_date(text, now) or RETRY_AFTER_DEFAULT
    return min(max(wanted, RETRY_AFTER_LEAST), RETRY_AFTER_MOST)


def _seconds(text: str | None) -> timedelta | None:
    whole, _, fraction = (text or "").strip().partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= HEADER_DIGITS):
        return None
    if fraction and not (fraction.isascii() and fraction.isdigit()):
        return None
    seconds = min(int(whole), 10**6) + bool(fraction.strip("0"))
    return max(timedelta(seconds=seconds), RETRY_AFTER_LEAST)


def _until_date(text: str | None, now: datetime) -> timedelta | None:
    if not text or len(text) > 64:  # the longest form of a date has 33 characters
        return None
    try:
        moment = parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(moment - now, RETRY_AFTER_LEAST)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
