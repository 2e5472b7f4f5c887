"""Snapshots in the ledger: what the data file said that an administration was sent last."""

import json

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.administrations import AdministrationId
from bridge.domain.deliveries import DeliveryState
from bridge.domain.documents import DocumentId
from bridge.domain.kinds import Kind
from bridge.domain.snapshots import SnapshotRecord
from bridge.ledger.columns import literal
from bridge.ledger.schema import deliveries, documents, snapshots

# From the newest data file back, until one is found that was delivered: a few rows at most as a rule.
_LAST_DELIVERED = (
    sa.select(documents.c.name, documents.c.blob, snapshots.c.facts)
    .join(deliveries, deliveries.c.document_id == documents.c.id)
    .join(snapshots, snapshots.c.document_id == documents.c.id)
    .where(
        documents.c.administration_id == sa.bindparam("administration"),
        documents.c.kind == literal(Kind.DATA),
        deliveries.c.state == literal(DeliveryState.DELIVERED),
    )
    .order_by(documents.c.arrival.desc(), documents.c.id.desc())
    .limit(1)
)


def put(connection: Connection, *, document_id: DocumentId, facts: SnapshotRecord) -> None:
    """Keep what the data file *document_id* says; once, for a document does not change."""
    connection.execute(
        sa.insert(snapshots).values(document_id=document_id, facts=json.dumps(facts.to_json()))
    )


def last_delivered(connection: Connection, *, administration_id: AdministrationId) -> SnapshotRecord | None:
    """Return what the newest data file said that was delivered for the administration; None if none was.

    The newest by arrival, not by delivery; one without a snapshot, from before there were any, does not
    count.  Its blob is None once its retention ended.
    """
    row = connection.execute(_LAST_DELIVERED, {"administration": administration_id}).first()
    if row is None:
        return None
    return SnapshotRecord.from_json(json.loads(row.facts), blob=row.blob, name=row.name)
