"""Facts for the folder status, made with as little said as possible."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bridge.domain.deliveries import DeliveryState
from bridge.domain.reasons import Language, ReasonCode
from bridge.domain.schedule import ExpectedImport
from bridge.domain.status import Facts, Fate, Part, Received, Rejected
from bridge.domain.status_wording import Wording
from bridge.domain.uploads import UploadId, UploadState
from tests.support.clock import NOON

AMSTERDAM = "Europe/Amsterdam"
TODAY = date(2026, 11, 21)
MIDNIGHT = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
TONIGHT = ExpectedImport(
    import_at=datetime(2026, 11, 22, 0, 0, tzinfo=UTC),
    sending_at=datetime(2026, 11, 22, 1, 0, tzinfo=UTC),
    timezone=AMSTERDAM,
)


def wording(language: Language = "en") -> Wording:
    """The words of a language, on the day of `NOON`."""
    return Wording(language, AMSTERDAM, TODAY)


def a_part(
    state: DeliveryState = DeliveryState.DELIVERED,
    reason: ReasonCode | None = None,
    count: int = 1,
    first: int = 1,
) -> Part:
    """Deliveries that fared alike; what is delivered is imported tonight."""
    coming = TONIGHT if state is DeliveryState.DELIVERED else None
    return Part(state=state, reason=reason, count=count, first=first, coming=coming)


def received(path: str = "/csv/open.csv", *parts: Part, number: int = 1, **values: Any) -> Received:
    """An upload of noon, accepted unless said otherwise."""
    folder, _, name = path.rpartition("/")
    usual: dict[str, Any] = {
        "size": 1200,
        "closed_at": NOON,
        "changed_at": NOON,
        "state": UploadState.ACCEPTED,
        "batch_id": UploadId(number),
    }
    return Received(id=UploadId(number), folder=folder or "/", name=name, parts=parts, **usual | values)


def refused(
    path: str = "/scan.zip", reason: ReasonCode = ReasonCode.BROKEN_ARCHIVE, **values: Any
) -> Rejected:
    """An upload that was refused as a whole."""
    return Rejected(upload=received(path, state=UploadState.REFUSED, reason=reason, **values))


def facts(
    *recent: Received,
    rejected: tuple[Rejected, ...] = (),
    tally: Mapping[Fate, int] | None = None,
    language: Language = "en",
    **values: Any,
) -> Facts:
    """The facts of one account; by themselves the *recent* uploads are counted."""
    counted: dict[Fate, int] = {}
    for upload in recent:
        if upload.closed_at >= MIDNIGHT:
            counted[upload.fate] = counted.get(upload.fate, 0) + 1
    usual: dict[str, Any] = {"tells_ok": False, "is_tally_cut": False, "waiting": 0}
    return Facts(
        account="bakker",
        language=language,
        timezone=AMSTERDAM,
        today=TODAY,
        midnight=MIDNIGHT,
        recent=recent,
        rejected=rejected,
        tally=counted if tally is None else tally,
        **usual | values,
    )


def later(minutes: int) -> datetime:
    """A moment so long after noon."""
    return NOON + timedelta(minutes=minutes)
