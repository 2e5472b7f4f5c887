"""Uploads in the ledger: from the client's CLOSE to intake's decision."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.clock import Clock
from bridge.domain.errors import AlreadyThere, Conflict, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.names import is_temporary
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UPLOAD_STEPS, Refusal, Upload, UploadId, UploadState
from bridge.ledger import tree
from bridge.ledger.arrival import next_arrival
from bridge.ledger.columns import Moment, literal
from bridge.ledger.decisions import accept, stop
from bridge.ledger.prepared import Prepared
from bridge.ledger.rows import new_id, to_upload
from bridge.ledger.schema import uploads

__all__ = [
    "Receipt",
    "accept",
    "get",
    "next_ready_at",
    "oldest_ready",
    "receive",
    "retry",
    "stop",
    "to_upload",
]

# Statements that run for every file are made once: to build one costs more than to run it.
_INSERT_UPLOAD = Prepared(
    sa.insert(uploads).values(arrival=next_arrival(sa.bindparam("now", type_=Moment))),
    columns=(
        "account_id",
        "folder",
        "name",
        "state",
        "blob",
        "size",
        "closed_at",
        "ready_at",
        "peer",
        "client",
        "modified_at",
        "batch",
    ),
)
_INSERT_REFUSED = sa.insert(uploads).values(arrival=next_arrival(sa.bindparam("now", type_=Moment)))
_OLDEST_READY = (
    sa.select(uploads)
    .where(uploads.c.state == literal(UploadState.SPOOLED), uploads.c.ready_at <= sa.bindparam("now"))
    .order_by(uploads.c.ready_at, uploads.c.arrival)
    .limit(sa.literal_column("1", sa.Integer))  # as a parameter it would cost a new plan each time
)
_OLDEST_READY_OF_OTHERS = _OLDEST_READY.where(
    uploads.c.account_id.not_in(sa.bindparam("busy", expanding=True))
)


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
    clock: Clock,
    settle: timedelta,
    modified_at: datetime | None,
    peer: str | None,
    client: str | None,
    batch: UploadId | None = None,
) -> Receipt:
    """Take an upload over: closed by its client, or (not *is_closed*) broken off, as a partial.

    A closed upload takes the place of one of the same name that intake has not taken yet.  A partial takes
    the place only of another partial: what was acknowledged before it stays acknowledged.

    The clock is read here, where uploads of one account come one after another: the order of the moments is
    the order of arrival.  Intake takes the upload *settle* later.  *batch* is the first upload of its batch,
    None for that one itself.

    Raises:
        AlreadyThere: a folder has this path.
    """
    tree.lock(connection, account_id=account_id)
    now = clock.now()
    freed: list[str] = []
    former = tree.find(connection, account_id=account_id, folder=folder, name=name)
    if former is not None and former.is_folder:
        raise AlreadyThere(f"{folder}/{name} is a folder", public="a folder of that name exists")
    if former is not None and (is_closed or former.state is UploadState.PARTIAL):
        freed = tree.withdraw(connection, entry=former, reason=ReasonCode.OVERWRITTEN_BY_CLIENT, now=now)
    if not is_closed:
        state = UploadState.PARTIAL
    else:
        state = UploadState.PARKED if is_temporary(name) else UploadState.SPOOLED
    row_id = _INSERT_UPLOAD.insert_new(
        connection,
        {
            "account_id": account_id,
            "folder": folder,
            "name": name,
            "state": state,
            "blob": blob,
            "size": size,
            "closed_at": now,
            "now": now,
            "ready_at": now + settle,
            "peer": peer,
            "client": client,
            "modified_at": modified_at,
            "batch": batch,
        },
    )
    upload_id = UploadId(row_id)
    tree.put_file(
        connection,
        account_id=account_id,
        folder=folder,
        name=name,
        size=size,
        modified_at=modified_at or now,
        upload_id=upload_id,
    )
    return Receipt(upload_id=upload_id, freed=freed)


def refuse(
    connection: Connection,
    *,
    account_id: AccountId,
    folder: str,
    name: str,
    size: int,
    refusal: Refusal,
    clock: Clock,
    peer: str | None,
    client: str | None,
    batch: UploadId | None = None,
) -> UploadId:
    """Note an upload that its client was told to be refused; of its bytes nothing is kept."""
    tree.lock(connection, account_id=account_id)
    now = clock.now()
    inserted = connection.execute(
        _INSERT_REFUSED,
        {
            "account_id": account_id,
            "folder": folder,
            "name": name,
            "state": UploadState.REFUSED,
            "size": size,
            "closed_at": now,
            "now": now,
            "ready_at": now,
            "finished_at": now,
            "reason": refusal.reason,
            "detail": refusal.detail,
            "peer": peer,
            "client": client,
            "batch": batch,
        },
    )
    return UploadId(new_id(inserted))


def oldest_ready(connection: Connection, *, now: datetime, busy: Collection[AccountId] = ()) -> Upload | None:
    """Return the oldest upload that intake may take, of an account that is not in *busy*."""
    if busy:
        row = connection.execute(_OLDEST_READY_OF_OTHERS, {"now": now, "busy": list(busy)}).first()
    else:
        row = connection.execute(_OLDEST_READY, {"now": now}).first()
    return None if row is None else to_upload(row)


def next_ready_at(connection: Connection) -> datetime | None:
    """Return when the next upload will be ready, or None if none waits."""
    return connection.execute(
        sa.select(sa.func.min(uploads.c.ready_at)).where(uploads.c.state == literal(UploadState.SPOOLED))
    ).scalar()


def retry(
    connection: Connection,
    *,
    upload_id: UploadId,
    kind: Kind | None,
    administration: str | None,
    now: datetime,
    is_released: bool = False,
) -> Upload:
    """Let intake look again at a held or refused upload; what is given here comes before every rule.

    With *is_released* it goes as it is, whatever guards and proofs say.

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
            is_released=is_released,
        )
    )
    return get(connection, upload_id=upload_id)


def turn_down(connection: Connection, *, upload_id: UploadId, now: datetime) -> None:
    """Decide that a held upload is not delivered; its bytes stay until their retention ends.

    Raises:
        NotFound: there is no such upload.
        Conflict: it is not held.
    """
    upload = get(connection, upload_id=upload_id)
    done = connection.execute(
        sa.update(uploads)
        .where(uploads.c.id == upload_id, uploads.c.state == UploadState.HELD)
        .values(state=UploadState.REFUSED, reason=ReasonCode.TURNED_DOWN, finished_at=now)
    )
    if not done.rowcount:
        raise Conflict(f"upload {upload_id} is {upload.state}; only a held upload can be rejected")


def get(connection: Connection, *, upload_id: UploadId) -> Upload:
    """Return the upload; raise `NotFound` if there is none."""
    row = connection.execute(sa.select(uploads).where(uploads.c.id == upload_id)).first()
    if row is None:
        raise NotFound(f"no upload {upload_id}; see: bridge upload list")
    return to_upload(row)


def find_by_blob(connection: Connection, *, blob: str) -> UploadId | None:
    """Return the upload that has these bytes, or None."""
    return connection.execute(sa.select(uploads.c.id).where(uploads.c.blob == blob)).scalar()
