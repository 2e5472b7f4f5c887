"""Intake's decision on an upload: accepted, with its documents and deliveries, or stopped with a reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DeliveryState
from bridge.domain.documents import DocumentId, PlannedDocument
from bridge.domain.duplicates import DuplicatePolicy
from bridge.domain.errors import Conflict
from bridge.domain.kinds import Kind
from bridge.domain.laning import ONE_LANE, Laning
from bridge.domain.reasons import ReasonCode
from bridge.domain.remarks import Remark, to_text
from bridge.domain.uploads import Upload, UploadState
from bridge.ledger import duplicates, laning, precedence, snapshots, tree
from bridge.ledger.columns import literal
from bridge.ledger.prepared import Prepared
from bridge.ledger.schema import deliveries, documents, uploads

# Statements that run for every file are made once: to build one costs more than to run it.
_DECIDE = sa.update(uploads).where(
    uploads.c.id == sa.bindparam("this"),
    uploads.c.state == literal(UploadState.SPOOLED),
    uploads.c.folder == sa.bindparam("seen_folder"),
    uploads.c.name == sa.bindparam("seen_name"),
)
_INSERT_DOCUMENT = Prepared(
    sa.insert(documents),
    columns=(
        "upload_id",
        "account_id",
        "arrival",
        "folder",
        "member",
        "name",
        "kind",
        "administration_id",
        "size",
        "sha256",
        "blob",
        "identity",
        "remarks",
    ),
)
_INSERT_DELIVERY = Prepared(
    sa.insert(deliveries),
    columns=(
        "document_id",
        "account_id",
        "administration_id",
        "kind",
        "lane",
        "state",
        "attempts",
        "rejections",
        "created_at",
        "due_at",
        "reason",
        "detail",
        "finished_at",
    ),
)
_DOCUMENTS = (
    sa.select(documents.c.id).where(documents.c.upload_id == sa.bindparam("this")).order_by(documents.c.id)
)


def accept(
    connection: Connection,
    *,
    upload: Upload,
    sha256: str,
    planned: Sequence[PlannedDocument],
    now: datetime,
    remarks: Sequence[Remark] = (),
    policies: Mapping[Kind, DuplicatePolicy] = MappingProxyType({}),
    window: timedelta = timedelta(),
    rule: Laning = ONE_LANE,
) -> None:
    """Write the documents and deliveries of *upload*, all or none.

    A waiting delivery of an older upload to the same path is superseded, unless it is a declaration, which
    is an action of its own (payt-imports §4).  What was sent before goes by its kind's policy; identical
    files count for *window* where they are skipped.  What comes out of a hold after something newer took its
    place is held: it must not land after that.  *rule* says in which lane each delivery goes.

    Raises:
        Conflict: the client changed the upload meanwhile; take it again.
    """
    _decide(
        connection, upload=upload, to=UploadState.ACCEPTED, now=now, sha256=sha256, remarks=to_text(remarks)
    )
    tree.lock(connection, account_id=upload.account_id)
    if planned:
        written = _insert_documents(connection, upload=upload, planned=planned)
        fates = duplicates.fates(
            connection, upload=upload, written=written, policies=policies, window=window, now=now
        )
        _insert_deliveries(connection, upload=upload, written=written, fates=fates, now=now, rule=rule)
        precedence.hold_overtaken(connection, upload_id=upload.id)
        precedence.supersede(connection, upload_id=upload.id, now=now)
        for administration_id in {one.administration_id for one in planned if one.kind is Kind.DATA}:
            if administration_id is not None:
                precedence.give_way(connection, administration_id=administration_id, now=now)
    members = [(document.name, document.size) for document in planned if document.member is not None]
    if members:
        tree.hide(connection, account_id=upload.account_id, upload_id=upload.id)
        tree.put_files(
            connection,
            account_id=upload.account_id,
            folder=upload.folder,
            files=members,
            modified_at=upload.closed_at,
            upload_id=upload.id,
        )


def stop(
    connection: Connection,
    *,
    upload: Upload,
    to: UploadState,
    reason: ReasonCode,
    detail: str,
    now: datetime,
    sha256: str | None = None,
) -> None:
    """Hold or refuse *upload* as a whole, with its reason; raise `Conflict` if its client changed it."""
    _decide(connection, upload=upload, to=to, now=now, sha256=sha256, reason=reason, detail=detail)


def _decide(connection: Connection, *, upload: Upload, to: UploadState, now: datetime, **values: Any) -> None:
    seen = {"this": upload.id, "seen_folder": upload.folder, "seen_name": upload.name}
    decided = connection.execute(_DECIDE, {**seen, "state": to, "finished_at": now, **values})
    if decided.rowcount != 1:
        raise Conflict(
            f"upload {upload.id} ({upload.path}) was changed by its client while intake looked at it"
        )


def _insert_documents(
    connection: Connection, *, upload: Upload, planned: Sequence[PlannedDocument]
) -> dict[DocumentId, PlannedDocument]:
    """Write *planned* and return it by the ids that it got, in its order."""
    shared = {
        "upload_id": upload.id,
        "account_id": upload.account_id,
        "arrival": upload.arrival,
        "folder": upload.folder,
    }
    _INSERT_DOCUMENT.insert_all(
        connection,
        [
            {
                **shared,
                "member": document.member,
                "name": document.name,
                "kind": document.kind,
                "administration_id": document.administration_id,
                "size": document.size,
                "sha256": document.sha256,
                "blob": document.blob,
                "identity": document.identity,
                "remarks": to_text(document.remarks),
            }
            for document in planned
        ],
    )
    ids = connection.execute(_DOCUMENTS, {"this": upload.id}).scalars()  # in the order of insertion
    written = {DocumentId(one): document for one, document in zip(ids, planned, strict=True)}
    for document_id, document in written.items():
        if document.snapshot is not None:
            snapshots.put(connection, document_id=document_id, facts=document.snapshot)
    return written


def _insert_deliveries(
    connection: Connection,
    *,
    upload: Upload,
    written: Mapping[DocumentId, PlannedDocument],
    fates: Sequence[duplicates.Fate],
    now: datetime,
    rule: Laning,
) -> None:
    places = [(document.kind, document.administration_id) for document in written.values()]
    own = laning.names(connection, laning=rule, places=places)
    shared = {
        "account_id": upload.account_id,
        "attempts": 0,
        "rejections": 0,
        "created_at": now,
        "due_at": now,
    }
    _INSERT_DELIVERY.insert_all(
        connection,
        [
            {
                **shared,
                "document_id": document_id,
                "administration_id": document.administration_id,
                "kind": document.kind,
                "lane": lane,
                "state": fate.state,
                "reason": fate.reason,
                "detail": fate.detail,
                "finished_at": now if fate.state is DeliveryState.CANCELLED else None,
            }
            for (document_id, document), fate, lane in zip(written.items(), fates, own, strict=True)
        ],
    )
