"""Deliveries: look at the queue, and decide what waits for a person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.deliveries import Attempt, Delivery, DeliveryId, DeliveryState
from bridge.domain.documents import Document
from bridge.domain.kinds import Kind
from bridge.domain.schedule import ExpectedImport, expected_import
from bridge.domain.uploads import UploadId
from bridge.ledger import accounts, administrations, deliveries, labels


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """A delivery with what a reader wants to see beside it."""

    delivery: Delivery
    document: Document
    account: str
    administration: str | None  # its code
    finished_at: datetime | None = None  # delivered, cancelled or superseded
    coming: ExpectedImport | None = None  # set exactly if it is delivered


def listing(
    desk: Desk,
    *,
    account: str | None = None,
    states: Collection[DeliveryState] = (),
    upload_id: int | None = None,
    limit: int = 100,
) -> list[DeliveryReport]:
    """Return deliveries, the newest first; raise `NotFound` for an unknown account."""
    account_id: AccountId | None = None
    if account is not None:
        account_id = desk.database.read_now(accounts.get, name=account).id
    found = desk.database.read_now(
        deliveries.listing,
        account_id=account_id,
        states=states,
        upload_id=None if upload_id is None else UploadId(upload_id),
        limit=limit,
    )
    return _reports(desk, found)


def get(desk: Desk, *, delivery_id: int) -> tuple[DeliveryReport, list[Attempt]]:
    """Return one with its attempts, the first first; raise `NotFound`."""
    delivery = desk.database.read_now(deliveries.get, delivery_id=DeliveryId(delivery_id))
    attempts = desk.database.read_now(deliveries.attempts_of, delivery_id=delivery.id)
    return _report(desk, delivery), attempts


def release(
    desk: Desk, *, delivery_id: int, kind: Kind | None = None, administration: str | None = None
) -> DeliveryReport:
    """Send a held delivery, or a waiting one at once, if wanted as of this kind and for this administration.

    Raises:
        NotFound: there is no such delivery or administration.
        Conflict: it is finished or under way, lacks a kind or administration, or must not be sent any more.
    """
    place = None
    if administration is not None:
        place = desk.database.read_now(administrations.get, code=administration).id
    released = desk.database.write_now(
        deliveries.release,
        delivery_id=DeliveryId(delivery_id),
        now=desk.clock.now(),
        kind=kind,
        administration_id=place,
    )
    return _report(desk, released)


def hold(desk: Desk, *, delivery_id: int) -> DeliveryReport:
    """Park a waiting delivery for a person; raise `NotFound` or `Conflict`."""
    return _report(desk, desk.database.write_now(deliveries.hold, delivery_id=DeliveryId(delivery_id)))


def cancel(desk: Desk, *, delivery_id: int) -> DeliveryReport:
    """Decide that a held or waiting delivery is not sent; raise `NotFound` or `Conflict`."""
    cancelled = desk.database.write_now(
        deliveries.cancel, delivery_id=DeliveryId(delivery_id), now=desk.clock.now()
    )
    return _report(desk, cancelled)


def last_import(reports: Sequence[DeliveryReport]) -> ExpectedImport | None:
    """Return the import after which all of *reports* are expected to be in; None unless all are delivered."""
    coming = [one.coming for one in reports if one.coming is not None]
    if not coming or len(coming) < len(reports):
        return None
    return max(coming, key=lambda one: one.import_at)


def _report(desk: Desk, delivery: Delivery) -> DeliveryReport:
    document = desk.database.read_now(deliveries.document_of, delivery=delivery)
    [report] = _reports(desk, [(delivery, document)])
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
