"""A batch: the files of one archive, or of one session within a quiet time, to be told as one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.accounts import AccountId
from bridge.domain.deliveries import DeliveryState
from bridge.domain.reports import UNKNOWN, Counted
from bridge.domain.uploads import UploadId, UploadState

# What of a batch is neither sent nor decided about.  A refused file counts: its sender meant it to go.
OPEN_UPLOADS = frozenset(
    {
        UploadState.PARTIAL,
        UploadState.PARKED,
        UploadState.SPOOLED,
        UploadState.HELD,
        UploadState.REFUSED,
    }
)
OPEN_DELIVERIES: frozenset[Counted] = frozenset(
    {DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.HELD, UNKNOWN}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Uploads that came together, counted.

    An upload that was withdrawn, or refused and then sent again under its path, is not counted.
    """

    id: UploadId  # of the first upload
    account_id: AccountId
    files: int  # uploads
    first_at: datetime  # when the first of them was closed
    last_at: datetime  # and the last so far
    uploads: Mapping[UploadState, int]  # those of which nothing is in the queue: not accepted
    deliveries: Mapping[Counted, int]  # of those that were accepted
    first_held: str | None = (
        None  # why the first that waits for a person does: a code of bridge.domain.reasons
    )

    @property
    def is_complete(self) -> bool:
        """Whether everything of it is delivered, or somebody decided that it is not to be."""
        return not any(self.uploads.get(state) for state in OPEN_UPLOADS) and not any(
            self.deliveries.get(state) for state in OPEN_DELIVERIES
        )
