"""What became of an upload, in a few words: computed from its deliveries, never stored."""

from collections.abc import Mapping
from typing import Final, Literal

from bridge.domain.deliveries import DeliveryState
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
Counted = DeliveryState | Literal["skipped"]

# In the order in which a reader wants to know them; held comes last, its reason follows.
_WORDS: Mapping[Counted, str] = {
    DeliveryState.LEASED: "being sent",
    DeliveryState.PENDING: "waiting",
    DeliveryState.CANCELLED: "cancelled",
    DeliveryState.SUPERSEDED: "superseded",
    SKIPPED: "skipped (sent before)",
    DeliveryState.HELD: "held",
}


def counted_as(state: DeliveryState, reason: str | None) -> Counted:
    """Return what a delivery counts as: its state, but `SKIPPED` where nobody decided to cancel it."""
    is_skipped = state is DeliveryState.CANCELLED and reason == ReasonCode.SENT_BEFORE
    return SKIPPED if is_skipped else state


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
    counts = {each: count for each, count in deliveries.items() if count}
    total = sum(counts.values())
    delivered = counts.get(DeliveryState.DELIVERED, 0)
    if not total:
        return "nothing to deliver"
    if delivered == total:
        return "delivered"
    if total == 1:
        [only] = counts
        return _WORDS[only]
    others = [f"{counts[each]} {word}" for each, word in _WORDS.items() if each in counts]
    return ", ".join([f"{delivered} of {total} delivered", *others]) + _because(counts, first_held)


def _because(counts: Mapping[Counted, int], first_held: str | None) -> str:
    held = counts.get(DeliveryState.HELD, 0)
    if not held or first_held is None:
        return ""
    return f": {first_held}" if held == 1 else f", the first: {first_held}"
