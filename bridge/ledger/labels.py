"""What lists show beside a row: names for ids (also of what was removed since), and why something is held."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.deliveries import DeliveryId, DeliveryState
from bridge.domain.uploads import UploadId
from bridge.ledger.rows import to_import_times
from bridge.ledger.schema import accounts, administrations, deliveries, documents, uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Why a delivery is held."""

    delivery_id: DeliveryId
    reason: str  # a code of bridge.domain.reasons
    detail: str | None


def account_names(connection: Connection, *, ids: Collection[AccountId]) -> dict[AccountId, str]:
    """Return the name of each account."""
    rows = connection.execute(sa.select(accounts.c.id, accounts.c.name).where(accounts.c.id.in_(set(ids))))
    return {AccountId(account_id): name for account_id, name in rows}


def administration_codes(
    connection: Connection, *, ids: Collection[AdministrationId]
) -> dict[AdministrationId, str]:
    """Return the code of each administration."""
    rows = connection.execute(
        sa.select(administrations.c.id, administrations.c.code).where(administrations.c.id.in_(set(ids)))
    )
    return {AdministrationId(administration_id): code for administration_id, code in rows}


def import_schedules(
    connection: Connection, *, ids: Collection[AdministrationId]
) -> dict[AdministrationId, tuple[tuple[time, ...], str]]:
    """Return the import times of each administration and their time zone."""
    rows = connection.execute(
        sa.select(administrations.c.id, administrations.c.import_time, administrations.c.timezone).where(
            administrations.c.id.in_(set(ids))
        )
    )
    return {AdministrationId(row.id): (to_import_times(row.import_time), row.timezone) for row in rows}


def finished_moments(
    connection: Connection, *, delivery_ids: Collection[DeliveryId]
) -> dict[DeliveryId, datetime]:
    """Return when each delivery was finished; one that is not is left out."""
    rows = connection.execute(
        sa.select(deliveries.c.id, deliveries.c.finished_at).where(
            deliveries.c.id.in_(list(delivery_ids)), deliveries.c.finished_at.is_not(None)
        )
    )
    return {DeliveryId(delivery_id): finished_at for delivery_id, finished_at in rows}


def first_held(connection: Connection, *, upload_ids: Collection[UploadId]) -> dict[UploadId, Held]:
    """Return for each upload that has held deliveries the first of them."""
    first = (
        sa.select(documents.c.upload_id, sa.func.min(deliveries.c.id).label("id"))
        .join(deliveries, deliveries.c.document_id == documents.c.id)
        .where(documents.c.upload_id.in_(list(upload_ids)), deliveries.c.state == DeliveryState.HELD)
        .group_by(documents.c.upload_id)
        .subquery()
    )
    rows = connection.execute(
        sa.select(first.c.upload_id, deliveries.c.id, deliveries.c.reason, deliveries.c.detail).join(
            deliveries, deliveries.c.id == first.c.id
        )
    )
    return {
        UploadId(row.upload_id): Held(delivery_id=DeliveryId(row.id), reason=row.reason, detail=row.detail)
        for row in rows
    }


def decided_at(connection: Connection, *, upload_id: UploadId) -> datetime | None:
    """Return when intake decided about an upload, or its client withdrew it; None if neither has happened."""
    return connection.execute(sa.select(uploads.c.finished_at).where(uploads.c.id == upload_id)).scalar()


def paths(connection: Connection, *, delivery_ids: Collection[DeliveryId]) -> dict[DeliveryId, str]:
    """Return where the file of each delivery lies in its account's tree; a member beside its archive."""
    rows = connection.execute(
        sa.select(deliveries.c.id, documents.c.folder, documents.c.name)
        .join(documents, documents.c.id == deliveries.c.document_id)
        .where(deliveries.c.id.in_(list(delivery_ids)))
    )
    return {DeliveryId(row.id): f"{row.folder.rstrip('/')}/{row.name}" for row in rows}
