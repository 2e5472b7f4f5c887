"""What became of an upload or a batch, in a few words: computed from its deliveries, never stored."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from bridge.domain.deliveries import Attempt, DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState

_BEFORE_ACCEPTED = {
    UploadState.PARTIAL: "interrupted",
    UploadState.PARKED: "waiting for its rename",
    UploadState.SPOOLED: "waiting",
    UploadState.HELD: "held",
    UploadState.REFUSED: "refused",
    UploadState.WITHDRAWN: "withdrawn",
}
SKIPPED: Final = "skipped"  # cancelled by the bridge, because the same was sent before
UNKNOWN: Final = "unknown"  # held, because nobody knows whether it arrived
Counted = DeliveryState | Literal["skipped", "unknown"]

_DELIVERED, _UNKNOWN, _HELD = "delivered", "unknown (perhaps delivered)", "held"
_WORDS: Mapping[Counted, str] = {
    DeliveryState.DELIVERED: _DELIVERED,
    DeliveryState.LEASED: "being sent",
    DeliveryState.PENDING: "waiting",
    DeliveryState.CANCELLED: "cancelled",
    DeliveryState.SUPERSEDED: "superseded",
    SKIPPED: "skipped (sent before)",
    UNKNOWN: _UNKNOWN,
    DeliveryState.HELD: _HELD,
}
# In the order in which a reader wants to know them; what waits for a person comes last, its reason follows.
_LAST = [_UNKNOWN, _HELD]
_ORDER = [word for word in dict.fromkeys([*_WORDS.values(), *_BEFORE_ACCEPTED.values()]) if word not in _LAST]
_ORDER += _LAST


def counted_as(state: DeliveryState, reason: str | None) -> Counted:
    """Return what a delivery counts as: its state, but for two that say less than is known.

    That is `SKIPPED` where nobody decided to cancel it, and `UNKNOWN` where it may have arrived.
    """
    if state is DeliveryState.CANCELLED and reason == ReasonCode.SENT_BEFORE:
        return SKIPPED
    if state is DeliveryState.HELD and reason == ReasonCode.AMBIGUOUS:
        return UNKNOWN
    return state


def outcome(state: UploadState, deliveries: Mapping[Counted, int], *, first_held: str | None = None) -> str:
    """Return what became of an upload: ``delivered``, ``17 of 18 delivered, 1 held: The PDF is …``.

    It says "delivered", never "imported": nobody tells that (payt-imports §2).

    Args:
        state: of the upload.
        deliveries: how many of its deliveries count as what; see `counted_as`.
        first_held: why the first of those that are held is, a sentence.
    """
    if state is not UploadState.ACCEPTED:
        return _BEFORE_ACCEPTED[state]
    return batch_outcome({}, deliveries, first_held=first_held)


def batch_outcome(
    uploads: Mapping[UploadState, int], deliveries: Mapping[Counted, int], *, first_held: str | None = None
) -> str:
    """Return what became of a batch, in the words of `outcome`; an upload that is not accepted is one file.

    Args:
        uploads: how many of its uploads are in which state, those that were accepted left out.
        deliveries: how many deliveries of the others count as what.
        first_held: why the first of all that is held is, a sentence.
    """
    counts = Counter(dict.fromkeys(_ORDER, 0))
    for state, count in uploads.items():
        counts[_BEFORE_ACCEPTED[state]] += count
    for each, count in deliveries.items():
        counts[_WORDS[each]] += count
    told = {word: count for word, count in counts.items() if count}
    total = sum(told.values())
    if not total:
        return "nothing to deliver"
    if len(told) == 1 and (total == 1 or _DELIVERED in told):
        return next(iter(told))
    delivered = told.pop(_DELIVERED, 0)
    others = [f"{count} {word}" for word, count in told.items()]
    return ", ".join([f"{delivered} of {total} delivered", *others]) + _because(
        told.get(_UNKNOWN, 0) + told.get(_HELD, 0), first_held
    )


def _because(held: int, first_held: str | None) -> str:
    if not held or first_held is None:
        return ""
    return f": {first_held}" if held == 1 else f", the first: {first_held}"


def doubt(state: DeliveryState, attempts: Sequence[Attempt]) -> str | None:
    """Return which attempts nobody knows the end of and what follows from it, as a sentence; else None."""
    unknown = [str(n) for n, one in enumerate(attempts, start=1) if one.outcome is Outcome.UNKNOWN]
    if not unknown:
        return None
    which = f"attempt {unknown[0]} is" if len(unknown) == 1 else f"attempts {', '.join(unknown)} are"
    how_often = "more than once" if state is DeliveryState.DELIVERED else "already"
    return (
        f"{which} unknown: the request went out and no answer came, so the destination may have the file "
        f"{how_often}"
    )
