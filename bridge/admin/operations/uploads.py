"""Uploads: what was received, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bridge.admin.operations import deliveries as delivery_operations
from bridge.admin.operations import delivery_search, many
from bridge.admin.operations.deliveries import DeliveryReport, Step
from bridge.admin.operations.desk import Desk
from bridge.domain.audit import Deed
from bridge.domain.deliveries import Delivery, DeliveryId, DeliveryState
from bridge.domain.errors import Conflict
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode, reason
from bridge.domain.reports import Counted, outcome
from bridge.domain.uploads import Upload, UploadId, UploadState
from bridge.ledger import administrations, deliveries, labels, uploads
from bridge.ledger.labels import Held

_ALL = 30_000  # deliveries of one upload that are shown; above intake.max_members as it comes


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadReport:
    """An upload with what a reader wants to see beside it."""

    upload: Upload
    account: str
    outcome: str  # computed from its deliveries; see bridge.domain.reports
    reason: ReasonCode | None = None  # why it, or the first of its held deliveries, waits or was refused
    detail: str | None = None
    held_delivery: DeliveryId | None = None  # the delivery that the reason is about, if it is about one
    is_alone: bool = False  # one delivery is all that came out of it


def get(desk: Desk, *, upload_id: int) -> tuple[UploadReport, list[DeliveryReport]]:
    """Return one with its deliveries, in the order in which they were made; raise `NotFound`."""
    report = overview(desk, upload_id=upload_id)
    return report, list(delivery_search.of_upload(desk, upload_id=upload_id, limit=_ALL).files)


def overview(desk: Desk, *, upload_id: int) -> UploadReport:
    """Return one without its deliveries, of which there may be thousands; raise `NotFound`."""
    upload = desk.database.read_now(uploads.get, upload_id=UploadId(upload_id))
    desk.check_sees(upload.account_id, f"upload {upload_id}")
    [report] = reports(desk, [upload])
    return report


def retry(
    desk: Desk,
    *,
    upload_id: int,
    kind: Kind | None = None,
    administration: str | None = None,
    is_released: bool = False,
) -> UploadReport:
    """Try a held or refused upload again, if wanted as of this kind and for this administration.

    Held as a whole, intake looks at it again; with *is_released* it then goes as it is, whatever guards and
    proofs say.  Where it was accepted and only deliveries of it are held, these are released.

    Raises:
        NotFound: there is no such upload or administration.
        Conflict: nothing of it is held or refused, its bytes are gone, or it must not be sent any more.
    """
    if administration is not None:
        desk.database.read_now(administrations.get, code=administration)
    report, all_deliveries = get(desk, upload_id=upload_id)
    held = [one.delivery for one in all_deliveries if one.delivery.state is DeliveryState.HELD]
    deed = _deed("release" if is_released else "retry", report, kind=kind, administration=administration)
    if report.upload.state is UploadState.ACCEPTED and held:
        step = delivery_operations.releasing(desk, kind=kind, administration=administration)
        _decide_each(desk, held, act=deed.act, step=step, note=deed)
    else:
        desk.change(
            deed,
            uploads.retry,
            upload_id=UploadId(upload_id),
            kind=kind,
            administration=administration,
            is_released=is_released,
            now=desk.clock.now(),
        )
    return get(desk, upload_id=upload_id)[0]


def reject(desk: Desk, *, upload_id: int) -> UploadReport:
    """Decide that nothing held of an upload is sent: the whole of it, or its held deliveries.

    Raises:
        NotFound: there is no such upload.
        Conflict: nothing of it is held.
    """
    report, all_deliveries = get(desk, upload_id=upload_id)
    held = [one.delivery for one in all_deliveries if one.delivery.state is DeliveryState.HELD]
    deed = _deed("reject", report)
    if report.upload.state is UploadState.ACCEPTED and held:
        _decide_each(desk, held, act=deed.act, step=delivery_operations.cancelling(desk), note=deed)
    else:
        desk.change(deed, uploads.turn_down, upload_id=UploadId(upload_id), now=desk.clock.now())
    return get(desk, upload_id=upload_id)[0]


def _deed(verb: str, report: UploadReport, **wanted: str | None) -> Deed:
    """Return the entry for the audit trail: what the upload was, and what is wanted of it."""
    told = {"from": report.upload.state, "reason": report.reason} | wanted
    detail = {name: value for name, value in told.items() if value is not None}
    return Deed(act=f"upload {verb}", subject=f"upload:{report.upload.id}", detail=detail)


def _decide_each(desk: Desk, held: Sequence[Delivery], *, act: str, step: Step, note: Deed) -> None:
    """Do *step* to each; raise `Conflict` with the sentences of those that refuse."""
    portions = many.perform(
        desk, act=act, ids=[one.id for one in held], step=step, detail={"by": note.subject}, note=note
    )
    if refusals := many.together(portions).refusals:
        raise Conflict("\n".join(refusals))


def reports(desk: Desk, found: Sequence[Upload]) -> list[UploadReport]:
    """Return *found* with what a reader wants to see beside each."""
    ids = [upload.id for upload in found]
    names = desk.database.read_now(labels.account_names, ids={upload.account_id for upload in found})
    counts = desk.database.read_now(deliveries.counts_by_upload, upload_ids=ids)
    held = desk.database.read_now(labels.first_held, upload_ids=ids)
    return [
        _report(upload, account=names[upload.account_id], counts=counts.get(upload.id, {}), held=held)
        for upload in found
    ]


def _report(
    upload: Upload, *, account: str, counts: Mapping[Counted, int], held: Mapping[UploadId, Held]
) -> UploadReport:
    first = held.get(upload.id) if upload.reason is None else None
    code = first.reason if first else upload.reason
    why = None if code is None else ReasonCode(code)
    return UploadReport(
        upload=upload,
        account=account,
        outcome=outcome(upload.state, counts, first_held=None if why is None else reason(why).admin),
        reason=why,
        detail=first.detail if first else upload.detail,
        held_delivery=first.delivery_id if first else None,
        is_alone=sum(counts.values()) == 1,
    )
