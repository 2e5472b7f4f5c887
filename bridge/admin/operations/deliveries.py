"""Deliveries: look at the queue, and decide what waits for a person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import Any

from bridge.admin.operations.desk import Desk
from bridge.domain.administrations import AdministrationId
from bridge.domain.audit import Deed
from bridge.domain.deliveries import Attempt, Delivery, DeliveryId, DeliveryState
from bridge.domain.documents import Document
from bridge.domain.kinds import Kind
from bridge.domain.schedule import ExpectedImport, expected_import
from bridge.ledger import administrations, deliveries, labels
from bridge.ledger.database import Transaction

Step = Callable[[Transaction, DeliveryId], Delivery]  # what a person decides about one delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A delivery before and after a person's decision."""

    before: Delivery
    after: Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """A delivery with what a reader wants to see beside it."""

    delivery: Delivery
    document: Document
    account: str
    administration: str | None  # its code
    finished_at: datetime | None = None  # delivered, cancelled or superseded
    coming: ExpectedImport | None = None  # set exactly if it is delivered


def get(desk: Desk, *, delivery_id: int) -> tuple[DeliveryReport, list[Attempt]]:
    """Return one with its attempts, the first first; raise `NotFound`."""
    delivery = desk.database.read_now(deliveries.get, delivery_id=DeliveryId(delivery_id))
    attempts = desk.database.read_now(deliveries.attempts_of, delivery_id=delivery.id)
    report = _report(desk, delivery)
    desk.check_sees(delivery.account_id, f"delivery {delivery_id}")
    return report, attempts


def release(
    desk: Desk, *, delivery_id: int, kind: Kind | None = None, administration: str | None = None
) -> DeliveryReport:
    """Send a held delivery, or a waiting one at once, if wanted as of this kind and for this administration.

    Raises:
        NotFound: there is no such delivery or administration.
        Conflict: it is finished or under way, lacks a kind or administration, or must not be sent any more.
    """
    step = releasing(desk, kind=kind, administration=administration)
    return _do(desk, act="delivery release", delivery_id=delivery_id, step=step)


def hold(desk: Desk, *, delivery_id: int) -> DeliveryReport:
    """Park a waiting delivery for a person; raise `NotFound` or `Conflict`."""
    return _do(desk, act="delivery hold", delivery_id=delivery_id, step=holding())


def cancel(desk: Desk, *, delivery_id: int) -> DeliveryReport:
    """Decide that a held or waiting delivery is not sent; raise `NotFound` or `Conflict`."""
    return _do(desk, act="delivery cancel", delivery_id=delivery_id, step=cancelling(desk))


def releasing(desk: Desk, *, kind: Kind | None = None, administration: str | None = None) -> Step:
    """Return the step that `release` does; raise `NotFound` for an unknown administration."""
    place = None
    if administration is not None:
        place = desk.database.read_now(administrations.get, code=administration).id
    now = desk.clock.now()

    def step(ledger: Transaction, delivery_id: DeliveryId) -> Delivery:
        return deliveries.release(
            ledger, delivery_id=delivery_id, now=now, kind=kind, administration_id=place
        )

    return step


def holding() -> Step:
    """Return the step that `hold` does."""

    def step(ledger: Transaction, delivery_id: DeliveryId) -> Delivery:
        return deliveries.hold(ledger, delivery_id=delivery_id)

    return step


def cancelling(desk: Desk) -> Step:
    """Return the step that `cancel` does."""
    now = desk.clock.now()

    def step(ledger: Transaction, delivery_id: DeliveryId) -> Delivery:
        return deliveries.cancel(ledger, delivery_id=delivery_id, now=now)

    return step


def moved(ledger: Transaction, *, delivery_id: DeliveryId, step: Step) -> Moved:
    """Do *step* to a delivery; return it before and after."""
    before = deliveries.get(ledger, delivery_id=delivery_id)
    return Moved(before=before, after=step(ledger, delivery_id))


def deed(move: Moved, *, act: str, detail: Mapping[str, Any]) -> Deed:
    """Return the entry for the audit trail: what the delivery was, and what it became."""
    told: dict[str, Any] = {"from": move.before.state, "to": move.after.state}
    if move.before.reason is not None:
        told["reason"] = move.before.reason
    if move.after.id != move.before.id:
        told["as"] = move.after.id
    if move.after.kind != move.before.kind:
        told["kind"] = move.after.kind
    if move.after.administration_id != move.before.administration_id:
        told["administration_id"] = move.after.administration_id
    return Deed(act=act, subject=f"delivery:{move.before.id}", detail=told | dict(detail))


def reports(desk: Desk, found: Sequence[Delivery]) -> list[DeliveryReport]:
    """Return *found* with what a reader wants to see beside each."""
    documents = desk.database.read_now(deliveries.documents_of, found=found)
    return _reports(desk, list(zip(found, documents, strict=True)))


def _do(desk: Desk, *, act: str, delivery_id: int, step: Step) -> DeliveryReport:
    move = desk.change(
        partial(deed, act=act, detail={}), moved, delivery_id=DeliveryId(delivery_id), step=step
    )
    return _report(desk, move.after)


def last_import(reports: Sequence[DeliveryReport]) -> ExpectedImport | None:
    """Return the import after which all of *reports* are expected to be in; None unless all are delivered."""
    coming = [one.coming for one in reports if one.coming is not None]
    if not coming or len(coming) < len(reports):
        return None
    return max(coming, key=lambda one: one.import_at)


def _report(desk: Desk, delivery: Delivery) -> DeliveryReport:
    [report] = reports(desk, [delivery])
    return report


def _reports(desk: Desk, found: Sequence[tuple[Delivery, Document]]) -> list[DeliveryReport]:
    names = desk.database.read_now(labels.account_names, ids={d.account_id for d, _ in found})
    places = {d.administration_id for d, _ in found if d.administration_id is not None}
    codes = desk.database.read_now(labels.administration_codes, ids=places)
    schedules = desk.database.read_now(labels.import_schedules, ids=places)
    finished = desk.database.read_now(labels.finished_moments, delivery_ids=[d.id for d, _ in found])
    return [
        DeliveryReport(
            delivery=delivery,
            document=document,
            account=names[delivery.account_id],
            administration=None if delivery.administration_id is None else codes[delivery.administration_id],
            finished_at=finished.get(delivery.id),
            coming=_coming(delivery, schedules, finished.get(delivery.id)),
        )
        for delivery, document in found
    ]


def _coming(
    delivery: Delivery,
    schedules: Mapping[AdministrationId, tuple[Sequence[time], str]],
    finished_at: datetime | None,
) -> ExpectedImport | None:
    place = delivery.administration_id
    if delivery.state is not DeliveryState.DELIVERED or place is None or finished_at is None:
        return None
    return expected_import(*schedules[place], finished_at)
