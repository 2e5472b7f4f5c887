"""What became of an upload, in a few words: computed from its deliveries, never stored."""

from collections.abc import Mapping

from bridge.domain.deliveries import DeliveryState
from bridge.domain.uploads import UploadState

_BEFORE_ACCEPTED = {
    UploadState.PARTIAL: "interrupted",
    UploadState.PARKED: "waiting for its rename",
    UploadState.SPOOLED: "waiting",
    UploadState.HELD: "held",
    UploadState.REFUSED: "refused",
    UploadState.WITHDRAWN: "withdrawn",
}
# In the order in which a reader wants to know them.
_WORDS = {
    DeliveryState.HELD: "held",
    DeliveryState.LEASED: "being sent",
    DeliveryState.PENDING: "waiting",
    DeliveryState.CANCELLED: "cancelled",
    DeliveryState.SUPERSEDED: "superseded",
}


def outcome(state: UploadState, deliveries: Mapping[DeliveryState, int]) -> str:
    """Return what became of an upload: ``delivered``, ``waiting``, ``1 of 3 delivered, 1 held, 1 waiting``.

    It says "delivered", never "imported": nobody tells that (payt-imports §2).

    Args:
        state: of the upload.
        deliveries: how many of its deliveries are in which state.
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
    return ", ".join([f"{delivered} of {total} delivered", *others])
