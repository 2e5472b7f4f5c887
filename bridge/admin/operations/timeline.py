"""One file's life: what happened to an upload and what came out of it, in the order in which it happened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.admin.operations import delivery_search, records
from bridge.admin.operations.deliveries import DeliveryReport
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.uploads import UploadReport
from bridge.domain.audit import Act
from bridge.domain.deliveries import Attempt, DeliveryId, DeliveryState
from bridge.domain.names import printable
from bridge.domain.outcomes import Outcome
from bridge.domain.roles import Role
from bridge.domain.sizes import size
from bridge.domain.spans import span
from bridge.domain.uploads import UploadState
from bridge.domain.wording import counted
from bridge.ledger import audit, labels

_DEEDS = {
    "upload retry": "tried it again",
    "upload release": "released it as it is",
    "upload reject": "rejected it",
    "delivery retry": "sent it again at once",
    "delivery release": "released it",
    "delivery hold": "held it back",
    "delivery cancel": "cancelled it",
    "delivery replay": "sent it once more",
}
_ATTEMPTS = {
    Outcome.DELIVERED: "Delivered",
    Outcome.DEFERRED: "Not now; it is tried again",
    Outcome.REJECTED: "Rejected by the destination",
    Outcome.UNKNOWN: "Sent, and no answer came: the destination may have it",
    None: "Being sent",
}
_DECIDED = {
    UploadState.HELD: "Held",
    UploadState.REFUSED: "Refused",
    UploadState.WITHDRAWN: "Will not be sent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened, or is expected to."""

    at: datetime
    what: str
    detail: str = ""
    excerpt: str = ""  # of an answer, as it came; printable
    name: str = ""  # of the file in the archive that it is about
    delivery_id: DeliveryId | None = None
    is_alert: bool = False
    is_coming: bool = False


def timeline(
    desk: Desk, *, report: UploadReport, files: Sequence[DeliveryReport], is_archive: bool
) -> list[Event]:
    """Return what happened to an upload that the caller may see, the first first.

    Args:
        desk: where to look.
        report: the upload.
        files: of it; of an archive what was delivered is told as one.
        is_archive: whether it was unpacked.
    """
    upload = report.upload
    decided_at = desk.database.read_now(labels.decided_at, upload_id=upload.id)
    events = [_received(report)]
    if decided_at is not None:
        events.append(_decided(report, files, decided_at, is_archive=is_archive))
    attempts = delivery_search.attempts_of(desk, files=files)
    for one in files:
        events += _of_delivery(one, attempts.get(one.delivery.id, ()), is_archive=is_archive)
    if is_archive:
        events += _together(files)
    names = {one.delivery.id: one.document.name for one in files} if is_archive else {}
    subjects = [f"upload:{upload.id}", *(f"delivery:{one.delivery.id}" for one in files)]
    for act in desk.database.read_now(audit.about, subjects=subjects):
        if act.detail.get("by") != f"upload:{upload.id}":  # one act on an upload is told once
            events.append(_of_act(act, names, is_named=desk.actor.role is not Role.VIEWER))
    return sorted(events, key=lambda event: (event.is_coming, event.at))


def of_delivery(desk: Desk, *, report: DeliveryReport, attempts: Sequence[Attempt]) -> list[Event]:
    """Return what happened to one delivery that the caller may see, the first first."""
    acts = desk.database.read_now(audit.about, subjects=[f"delivery:{report.delivery.id}"])
    is_named = desk.actor.role is not Role.VIEWER
    accepted = Event(at=report.delivery.created_at, what="Accepted, and put in the queue")
    events = [accepted, *_of_delivery(report, attempts, is_archive=False)]
    events += [_of_act(act, {}, is_named=is_named) for act in acts]
    return sorted(events, key=lambda event: (event.is_coming, event.at))


def _received(report: UploadReport) -> Event:
    upload = report.upload
    parts = [f"from {upload.peer}"] if upload.peer else []
    parts += [f"with {_client(upload.client)}"] if upload.client else []
    if upload.state is UploadState.PARTIAL:
        return Event(
            at=upload.closed_at, what=f"Broken off after {size(upload.size)}", detail=", ".join(parts)
        )
    return Event(at=upload.closed_at, what=f"Received {size(upload.size)}", detail=", ".join(parts))


def _client(version: str) -> str:
    return printable(version.removeprefix("SSH-2.0-"), 80)


def _decided(
    report: UploadReport, files: Sequence[DeliveryReport], at: datetime, *, is_archive: bool
) -> Event:
    upload = report.upload
    if upload.state is not UploadState.ACCEPTED:
        why = records.reason_text(report.reason) or ""
        is_alert = upload.state is not UploadState.WITHDRAWN
        return Event(at=at, what=_DECIDED.get(upload.state, upload.state), detail=why, is_alert=is_alert)
    if is_archive:
        return Event(at=at, what="Unpacked", detail="its files are below")
    if len(files) == 0:
        return Event(at=at, what="Accepted", detail="nothing in it is to be delivered")
    first = files[0]
    kind = records.endpoint(first.document.kind)
    place = first.administration
    if kind is None or place is None:
        return Event(at=at, what="Accepted", detail="what it is, or whom it is for, is not known")
    return Event(at=at, what=f"Recognised as {first.document.kind} for {place}", detail=f"it goes to {kind}")


def _of_delivery(one: DeliveryReport, attempts: Sequence[Attempt], *, is_archive: bool) -> Iterator[Event]:
    name = one.document.name if is_archive else ""
    for number, attempt in enumerate(attempts, start=1):
        if is_archive and attempt.outcome is Outcome.DELIVERED:
            continue
        took = None if attempt.ended_at is None else attempt.ended_at - attempt.started_at
        parts = [f"attempt {number}"]
        parts += [f"HTTP {attempt.status}"] if attempt.status is not None else []
        parts += [f"after {span(took)}"] if took is not None and took.total_seconds() >= 1 else []
        yield Event(
            at=attempt.ended_at or attempt.started_at,
            what=_ATTEMPTS[attempt.outcome],
            detail=", ".join(parts),
            excerpt=attempt.detail or "",
            name=name,
            delivery_id=one.delivery.id,
            is_alert=attempt.outcome in {Outcome.REJECTED, Outcome.UNKNOWN},
        )
    if not is_archive:
        yield from _ended(one)
        yield from _coming(one)


def _together(files: Sequence[DeliveryReport]) -> Iterator[Event]:
    """Tell as one what was delivered out of an archive."""
    done = [one for one in files if one.delivery.state is DeliveryState.DELIVERED and one.finished_at]
    moments = [one.finished_at for one in done if one.finished_at is not None]
    if moments:
        first, last = min(moments), max(moments)
        detail = f"in {span(last - first)}" if last - first >= timedelta(seconds=1) else ""
        yield Event(at=last, what=f"{counted(len(done), 'file')} delivered", detail=detail)
    yield from {(event.at, event.what): event for one in done for event in _coming(one)}.values()


def _ended(one: DeliveryReport) -> Iterator[Event]:
    delivery, at = one.delivery, one.finished_at
    if delivery.state in {DeliveryState.CANCELLED, DeliveryState.SUPERSEDED} and at is not None:
        detail = records.delivery(one)["reason_text"] or ""
        yield Event(at=at, what=delivery.state.capitalize(), detail=detail)


def _coming(one: DeliveryReport) -> Iterator[Event]:
    if one.coming is not None:
        yield Event(
            at=one.coming.import_at,
            what=f"Import of {one.administration} expected",
            detail="nobody tells the bridge whether it succeeds",
            is_coming=True,
        )
        yield Event(at=one.coming.sending_at, what="Payt may send from here on", is_coming=True)


def _of_act(act: Act, names: dict[DeliveryId, str], *, is_named: bool) -> Event:
    noun, _, number = act.subject.partition(":")
    delivery_id = DeliveryId(int(number)) if noun == "delivery" else None
    who = act.who if is_named else "An operator"
    again = act.detail.get("as") if act.act == "delivery replay" else None
    parts = [f"as delivery {again}"] if again else []
    parts += [f"as {act.detail['kind']}"] if act.detail.get("kind") else []
    parts += [f"“{act.why}”"] if act.why and is_named else []
    return Event(
        at=act.at,
        what=f"{who} {_DEEDS.get(act.act, act.act)}",
        detail=", ".join(parts),
        name="" if delivery_id is None else names.get(delivery_id, ""),
        delivery_id=delivery_id,
    )
