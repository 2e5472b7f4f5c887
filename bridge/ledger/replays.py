"""Replays in the ledger: a delivered document goes once more, as a document and a delivery of its own.

The new document has the upload, the place in the order of arrival and the bytes of the old one, so that what
is newer stays newer, and retention takes the bytes only when the replay is finished, too.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import Delivery, DeliveryId, DeliveryState
from bridge.domain.documents import Document
from bridge.domain.errors import Conflict
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.remarks import Remark, to_text
from bridge.domain.replays import Candidate
from bridge.ledger import counters, deliveries, lanes, tree
from bridge.ledger.columns import literal
from bridge.ledger.precedence import is_newer
from bridge.ledger.rows import new_id
from bridge.ledger.schema import administrations, documents, uploads
from bridge.ledger.schema import deliveries as table

_CHUNK = 500  # ids in one question
_WAITS = [literal(state) for state in (DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.HELD)]
_COUNTS = [*_WAITS, literal(DeliveryState.DELIVERED)]

_mine = documents.alias("mine")
_other = documents.alias("other")
_its_delivery = table.alias("its_delivery")
_IS_COPY = sa.and_(  # the same file of the same upload: what was replayed, or a replay
    _other.c.upload_id == _mine.c.upload_id,
    _other.c.id != _mine.c.id,
    _other.c.member.is_not_distinct_from(_mine.c.member),
    _other.c.kind == _mine.c.kind,
    _other.c.administration_id == _mine.c.administration_id,
)
_OTHERS = (
    sa.select(_its_delivery.c.id, _its_delivery.c.state)
    .select_from(_mine)
    .join(_other, _other.c.administration_id == _mine.c.administration_id)
    .join(_its_delivery, _its_delivery.c.document_id == _other.c.id)
    .where(_mine.c.id == sa.bindparam("this"))
    .order_by(_its_delivery.c.id.desc())
    .limit(sa.literal_column("1", sa.Integer))
)
_OPEN_COPY = _OTHERS.where(_IS_COPY, _its_delivery.c.state.in_(_WAITS))
_NEWER = _OTHERS.where(
    is_newer(_other, than=_mine),
    ~_IS_COPY,
    # Whatever became of it: it may be at Payt.
    sa.or_(_its_delivery.c.state.in_(_COUNTS), _its_delivery.c.unknowns > sa.literal_column("0")),
)
_NEWER_DATA = _NEWER.where(_mine.c.kind == literal(Kind.DATA), _other.c.kind == literal(Kind.DATA))
_NEWER_OF_PATH = _NEWER.where(
    _other.c.account_id == _mine.c.account_id,
    _other.c.name == _mine.c.name,
    _other.c.folder == _mine.c.folder,
    _other.c.kind == _mine.c.kind,
)
# Of a file and its replays the last one: so that a filter never means one file twice.
IS_LAST_COPY = ~(
    sa.select(_other.c.id)
    .select_from(_other)
    .join(_its_delivery, _its_delivery.c.document_id == _other.c.id)
    .join(_mine, _IS_COPY)
    .where(_mine.c.id == table.c.document_id, _other.c.id > _mine.c.id, _its_delivery.c.state.in_(_COUNTS))
    .correlate(table)
    .exists()
)


def candidates(connection: Connection, *, ids: Sequence[DeliveryId]) -> list[Candidate]:
    """Return those of *ids* that were delivered, with what their order depends on."""
    query = sa.select(
        table.c.id,
        table.c.kind,
        table.c.administration_id,
        documents.c.id.label("document_id"),
        documents.c.arrival,
        documents.c.account_id,
        documents.c.folder,
        documents.c.name,
    ).join(documents, documents.c.id == table.c.document_id)
    return [
        Candidate(
            delivery_id=row.id,
            document_id=row.document_id,
            arrival=row.arrival,
            account_id=row.account_id,
            administration_id=row.administration_id,
            kind=Kind(row.kind),
            folder=row.folder,
            name=row.name,
        )
        for start in range(0, len(ids), _CHUNK)
        for row in connection.execute(
            query.where(table.c.id.in_(ids[start : start + _CHUNK]), table.c.state == DeliveryState.DELIVERED)
        )
    ]


def check(connection: Connection, *, delivery_id: DeliveryId) -> tuple[Delivery, Document]:
    """Return a delivery that may be sent again, with its document.

    Raises:
        NotFound: there is no such delivery.
        Conflict: it was not delivered, is a declaration, waits to be sent again already, its bytes or its
            administration are gone, or something newer has taken its place or is about to.
    """
    delivery = deliveries.get(connection, delivery_id=delivery_id)
    if delivery.state is not DeliveryState.DELIVERED:
        raise Conflict(
            f"delivery {delivery_id} is {delivery.state}; only a delivered one can be replayed "
            f"(one that waits: bridge delivery retry {delivery_id})"
        )
    if delivery.kind is Kind.DECLARATION:
        raise Conflict(
            f"delivery {delivery_id} is a declaration: a second submission is a second claim.  Look at Payt "
            "first; if it really is not there, have the file uploaded anew"
        )
    document = deliveries.document_of(connection, delivery=delivery)
    if document.blob is None:
        raise Conflict(
            f"delivery {delivery_id}: its bytes were removed when its retention ended; "
            "have the file uploaded anew"
        )
    _refuse_if_removed(connection, delivery)
    _refuse_if_under_way(connection, delivery, document)
    _refuse_if_older(connection, delivery, document)
    return delivery, document


def replay(connection: Connection, *, delivery_id: DeliveryId, now: datetime) -> Delivery:
    """Send a delivered document again: make a new delivery of the same bytes, and return it.

    Raises:
        NotFound: there is no such delivery.
        Conflict: as `check`.
    """
    counters.raise_by_one(connection, name=counters.QUEUE)
    before = deliveries.get(connection, delivery_id=delivery_id)
    tree.lock(connection, account_id=before.account_id)  # nor is anything accepted that would be newer
    lane = connection.execute(sa.select(table.c.lane).where(table.c.id == before.id)).scalar_one()
    lanes.locked(connection, name=lane)  # nothing is claimed between the look at what is newer and the replay
    delivery, document = check(connection, delivery_id=delivery_id)
    _lock_bytes(connection, delivery, document)
    former = connection.execute(sa.select(documents).where(documents.c.id == document.id)).one()
    remark = Remark(code=ReasonCode.REPLAYED, detail=f"delivery {delivery_id}")
    others = [one for one in document.remarks if one.code is not ReasonCode.REPLAYED]
    values = former._asdict() | {"remarks": to_text([*others, remark])}
    del values["id"]
    document_id = new_id(connection.execute(sa.insert(documents).values(values)))
    made = connection.execute(
        sa.insert(table).values(
            document_id=document_id,
            account_id=delivery.account_id,
            administration_id=delivery.administration_id,
            kind=delivery.kind,
            lane=lane,
            state=DeliveryState.PENDING,
            attempts=0,
            rejections=0,
            created_at=now,
            due_at=now,
        )
    )
    return deliveries.get(connection, delivery_id=DeliveryId(new_id(made)))


def _lock_bytes(connection: Connection, delivery: Delivery, document: Document) -> None:
    """Keep retention away from the upload until this transaction ends."""
    kept = connection.execute(
        sa.select(uploads.c.blob).where(uploads.c.id == document.upload_id).with_for_update()
    ).scalar()
    if kept is None:
        raise Conflict(
            f"delivery {delivery.id}: its retention ends at this moment; have the file uploaded anew"
        )


def _refuse_if_removed(connection: Connection, delivery: Delivery) -> None:
    row = connection.execute(
        sa.select(administrations.c.code, administrations.c.removed_at).where(
            administrations.c.id == delivery.administration_id
        )
    ).one()
    if row.removed_at is not None:
        raise Conflict(
            f"delivery {delivery.id}: its administration {row.code} was removed; "
            "add it, and have the file uploaded anew"
        )


def _refuse_if_under_way(connection: Connection, delivery: Delivery, document: Document) -> None:
    copy = connection.execute(_OPEN_COPY, {"this": document.id}).first()
    if copy is not None:
        raise Conflict(f"delivery {delivery.id} is sent again already, as delivery {copy.id} ({copy.state})")


def _refuse_if_older(connection: Connection, delivery: Delivery, document: Document) -> None:
    if delivery.kind is Kind.DATA:
        newer = connection.execute(_NEWER_DATA, {"this": document.id}).first()
        what = "data file of its administration"
    else:
        newer = connection.execute(_NEWER_OF_PATH, {"this": document.id}).first()
        what = "file of its path"
    if newer is not None:
        raise Conflict(
            f"delivery {delivery.id}: delivery {newer.id} ({newer.state}) is a newer {what}; sending this "
            f"older one after it would undo it.  Replay the newest, or have it exported and uploaded afresh"
        )
