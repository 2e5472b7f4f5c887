"""Uploads in the ledger: from the client's CLOSE to intake's decision."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.accounts import AccountId
from bridge.domain.deliveries import DEFAULT_LANE, DeliveryState
from bridge.domain.documents import PlannedDocument
from bridge.domain.errors import Conflict, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.names import is_temporary
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UPLOAD_STEPS, Upload, UploadId, UploadState
from bridge.ledger import tree
from bridge.ledger.schema import deliveries, documents, uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the ledger says of a closed upload."""

    upload_id: UploadId
    freed: list[str]  # blobs that nobody needs any more


def receive(
    connection: Connection,
    *,
    account_id: AccountId,
    folder: str,
    name: str,
    blob: str,
    size: int,
    is_closed: bool,
    now: datetime,
    ready_at: datetime,
    modified_at: datetime,
    peer: str | None,
    client: str | None,
) -> Receipt:
    """Take an upload over: closed by its client, or (not *is_closed*) broken off, as a partial.

    A closed upload takes the place of one of the same name that intake has not taken yet.  A partial takes
    the place only of another partial: what was acknowledged before it stays acknowledged.
    """
    freed: list[str] = []
    former = tree.find(connection, account_id=account_id, folder=folder, name=name)
    if former is not None and (is_closed or former.state is UploadState.PARTIAL):
        freed = tree.withdraw(connection, entry=former, reason=ReasonCode.OVERWRITTEN_BY_CLIENT, now=now)
    if not is_closed:
        state = UploadState.PARTIAL
    else:
        state = UploadState.PARKED if is_temporary(name) else UploadState.SPOOLED
    upload_id = connection.execute(
        sa.insert(uploads)
        .values(
            account_id=account_id,
            folder=folder,
            name=name,
            state=state,
            blob=blob,
            size=size,
            closed_at=now,
            ready_at=ready_at,
            peer=peer,
            client=client,
        )
        .returning(uploads.c.id)
    ).scalar_one()
    tree.put_file(
        connection,
        account_id=account_id,
        folder=folder,
        name=name,
        size=size,
        modified_at=modified_at,
        upload_id=upload_id,
    )
    return Receipt(upload_id=upload_id, freed=freed)


def oldest_ready(connection: Connection, *, now: datetime, busy: Collection[AccountId] = ()) -> Upload | None:
    """Return the oldest upload that intake may take, of an account that is not in *busy*."""
    row = connection.execute(
        sa.select(uploads)
        .where(
            uploads.c.state == UploadState.SPOOLED,
            uploads.c.ready_at <= now,
            uploads.c.account_id.not_in(list(busy)),
        )
        .order_by(uploads.c.ready_at, uploads.c.id)
        .limit(1)
    ).first()
    return None if row is None else to_upload(row)


def next_ready_at(connection: Connection) -> datetime | None:
    """Return when the next upload will be ready, or None if none waits."""
    return connection.execute(
        sa.select(sa.func.min(uploads.c.ready_at)).where(uploads.c.state == UploadState.SPOOLED)
    ).scalar()


def accept(
    connection: Connection,
    *,
    upload: Upload,
    sha256: str,
    planned: Sequence[PlannedDocument],
    now: datetime,
) -> None:
    """Write the documents and deliveries of *upload*, all or none.

    A waiting delivery of an older upload to the same path is superseded, unless it is a declaration, which
    is an action of its own (payt-imports §4).

    Raises:
        Conflict: the client changed the upload meanwhile; take it again.
    """
    _decide(connection, upload=upload, to=UploadState.ACCEPTED, now=now, sha256=sha256)
    if any(document.member is not None for document in planned):
        tree.hide(connection, account_id=upload.account_id, upload_id=upload.id)
    for document in planned:
        _supersede(connection, upload=upload, document=document, now=now)
    for document in planned:
        document_id = connection.execute(
            sa.insert(documents)
            .values(
                upload_id=upload.id,
                account_id=upload.account_id,
                folder=upload.folder,
                member=document.member,
                name=document.name,
                kind=document.kind,
                administration_id=document.administration_id,
                size=document.size,
                sha256=document.sha256,
                blob=document.blob,
            )
            .returning(documents.c.id)
        ).scalar_one()
        connection.execute(
            sa.insert(deliveries).values(
                document_id=document_id,
                account_id=upload.account_id,
                administration_id=document.administration_id,
                kind=document.kind,
                lane=DEFAULT_LANE,
                state=DeliveryState.PENDING if document.reason is None else DeliveryState.HELD,
                attempts=0,
                rejections=0,
                created_at=now,
                due_at=now,
                reason=document.reason,
                detail=document.detail,
            )
        )
        if document.member is not None:
            tree.put_file(
                connection,
                account_id=upload.account_id,
                folder=upload.folder,
                name=document.name,
                size=document.size,
                modified_at=upload.closed_at,
                upload_id=upload.id,
            )


def _supersede(connection: Connection, *, upload: Upload, document: PlannedDocument, now: datetime) -> None:
    if document.kind is None or document.kind is Kind.DECLARATION:
        return
    older = sa.select(documents.c.id).where(
        documents.c.account_id == upload.account_id,
        documents.c.folder == upload.folder,
        documents.c.name == document.name,
        documents.c.upload_id != upload.id,
    )
    connection.execute(
        sa.update(deliveries)
        .where(
            deliveries.c.document_id.in_(older),
            deliveries.c.state == DeliveryState.PENDING,
            deliveries.c.kind == document.kind,
            deliveries.c.administration_id == document.administration_id,
        )
        .values(state=DeliveryState.SUPERSEDED, finished_at=now)
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
    result = connection.execute(
        sa.update(uploads)
        .where(
            uploads.c.id == upload.id,
            uploads.c.state == UploadState.SPOOLED,
            uploads.c.folder == upload.folder,
            uploads.c.name == upload.name,
        )
        .values(state=to, finished_at=now, **values)
    )
    if result.rowcount != 1:
        raise Conflict(
            f"upload {upload.id} ({upload.path}) was changed by its client while intake looked at it"
        )


def retry(
    connection: Connection,
    *,
    upload_id: UploadId,
    kind: Kind | None,
    administration: str | None,
    now: datetime,
) -> Upload:
    """Let intake look again at a held or refused upload; what is given here comes before every rule.

    Raises:
        NotFound: there is no such upload.
        Conflict: it is not held or refused, or its bytes are gone.
    """
    upload = get(connection, upload_id=upload_id)
    if UploadState.SPOOLED not in UPLOAD_STEPS[upload.state] or upload.reason is None:
        raise Conflict(
            f"upload {upload_id} is {upload.state}; only a held or refused upload can be tried again"
        )
    if upload.blob is None:
        raise Conflict(f"upload {upload_id}: its bytes were removed when its retention ended")
    connection.execute(
        sa.update(uploads)
        .where(uploads.c.id == upload_id, uploads.c.state == upload.state)
        .values(
            state=UploadState.SPOOLED,
            ready_at=now,
            finished_at=None,
            reason=None,
            detail=None,
            kind_wanted=kind,
            administration_wanted=administration,
        )
    )
    return get(connection, upload_id=upload_id)


def get(connection: Connection, *, upload_id: UploadId) -> Upload:
    """Return the upload; raise `NotFound` if there is none."""
    row = connection.execute(sa.select(uploads).where(uploads.c.id == upload_id)).first()
    if row is None:
        raise NotFound(f"no upload {upload_id}; see: bridge upload list")
    return to_upload(row)


def listing(
    connection: Connection,
    *,
    account_id: AccountId | None = None,
    states: Collection[UploadState] = (),
    before: UploadId | None = None,
    limit: int = 100,
) -> list[Upload]:
    """Return uploads, the newest first; those older than the id *before*, at most *limit*."""
    query = sa.select(uploads).order_by(uploads.c.id.desc()).limit(limit)
    if account_id is not None:
        query = query.where(uploads.c.account_id == account_id)
    if states:
        query = query.where(uploads.c.state.in_(states))
    if before is not None:
        query = query.where(uploads.c.id < before)
    return [to_upload(row) for row in connection.execute(query)]


def to_upload(row: Row[Any]) -> Upload:
    """Return the domain value of a row of ``uploads``."""
    return Upload(
        id=row.id,
        account_id=row.account_id,
        folder=row.folder,
        name=row.name,
        state=UploadState(row.state),
        blob=row.blob,
        size=row.size,
        closed_at=row.closed_at,
        ready_at=row.ready_at,
        sha256=row.sha256,
        reason=row.reason,
        detail=row.detail,
        kind_wanted=None if row.kind_wanted is None else Kind(row.kind_wanted),
        administration_wanted=row.administration_wanted,
        peer=row.peer,
        client=row.client,
    )
