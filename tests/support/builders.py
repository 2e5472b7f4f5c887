"""Things that most tests need, made with as little said as possible."""

from collections.abc import Sequence
from datetime import datetime, time
from itertools import count

from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account, AccountId
from bridge.domain.administrations import Administration
from bridge.domain.backlog import Turn, Work
from bridge.domain.deliveries import Assignment, Delivery
from bridge.domain.documents import PlannedDocument
from bridge.domain.kinds import Kind
from bridge.domain.uploads import Upload, UploadId
from bridge.ledger import accounts, administrations, backlog, deliveries, uploads
from tests.support import lists
from tests.support.clock import MINUTE, NOON, FakeClock

_numbers = count(1)


def an_administration(connection: Connection, code: str = "A1", payt_id: int | None = None) -> Administration:
    """Add an administration."""
    return administrations.add(
        connection,
        code=code,
        payt_id=payt_id,
        sealed_token=None,
        import_times=(time(1),),
        timezone="Europe/Amsterdam",
        now=NOON,
    )


def an_account(
    connection: Connection, *places: Administration, name: str = "sender", password_hash: str | None = None
) -> Account:
    """Add an account of *places*, or else of a new administration A1."""
    return accounts.add(
        connection,
        name=name,
        password_hash=password_hash,
        encoding=None,
        administration_ids=[place.id for place in places or [an_administration(connection)]],
        keys=[],
        now=NOON,
    )


def a_receipt(
    connection: Connection,
    account: Account | AccountId,
    path: str = "/invoice.pdf",
    *,
    blob: str | None = None,
    size: int = 3,
    is_closed: bool = True,
    now: datetime = NOON,
    ready_at: datetime | None = None,
    batch: UploadId | None = None,
) -> uploads.Receipt:
    """Receive an upload; say what the ledger said."""
    folder, _, name = path.rpartition("/")
    return uploads.receive(
        connection,
        account_id=account.id if isinstance(account, Account) else account,
        folder=folder or "/",
        name=name,
        blob=blob or f"blob-{next(_numbers)}",
        size=size,
        is_closed=is_closed,
        clock=FakeClock(now),
        settle=(ready_at or now) - now,
        modified_at=now,
        peer="192.0.2.1",
        client="SSH-2.0-Test",
        batch=batch,
    )


def an_upload(
    connection: Connection,
    account: Account | AccountId,
    path: str = "/invoice.pdf",
    *,
    blob: str | None = None,
    size: int = 3,
    is_closed: bool = True,
    now: datetime = NOON,
    ready_at: datetime | None = None,
    batch: UploadId | None = None,
) -> Upload:
    """Receive an upload and return it."""
    receipt = a_receipt(
        connection,
        account,
        path,
        blob=blob,
        size=size,
        is_closed=is_closed,
        now=now,
        ready_at=ready_at,
        batch=batch,
    )
    return uploads.get(connection, upload_id=receipt.upload_id)


def a_plan(
    upload: Upload,
    place: Administration | None,
    kind: Kind | None = Kind.INVOICE_PDF,
    *,
    member: str | None = None,
    reason: str | None = None,
) -> PlannedDocument:
    """Plan the upload itself, or a *member* of it, as one document."""
    name = upload.name if member is None else member.rpartition("/")[2]
    return PlannedDocument(
        member=member,
        name=name,
        kind=kind,
        administration_id=None if place is None else place.id,
        size=upload.size,
        sha256="0" * 64,
        blob=upload.blob or "" if member is None else f"blob-{next(_numbers)}",
        reason=reason,
    )


def accept(
    connection: Connection, upload: Upload, *planned: PlannedDocument, now: datetime = NOON
) -> list[Delivery]:
    """Accept *upload* as *planned*; return its deliveries, the first first."""
    uploads.accept(connection, upload=upload, sha256="0" * 64, planned=planned, now=now)
    return deliveries_of(connection, upload)


def an_accepted_upload(
    connection: Connection,
    account: Account,
    path: str = "/invoice.pdf",
    kind: Kind = Kind.INVOICE_PDF,
    *,
    now: datetime = NOON,
) -> Delivery:
    """Receive an upload, accept it for the account's first administration, and return its one delivery."""
    upload = an_upload(connection, account, path, now=now)
    [delivery] = accept(connection, upload, a_plan(upload, account.administrations[0], kind), now=now)
    return delivery


def deliveries_of(connection: Connection, upload: Upload) -> list[Delivery]:
    """Return the deliveries of *upload*, the first first."""
    rows: Sequence[tuple[Delivery, object]] = lists.deliveries(connection, upload_id=upload.id)
    return [delivery for delivery, _ in reversed(rows)]


def turns(connection: Connection) -> list[Turn]:
    """Every turn for which something waits in the lane, due or not."""
    found = backlog.everything(connection, lane="destination")
    documents = [
        Turn(account_id=one.account_id, administration_id=one.administration_id, work=work)
        for one in found.documents
        for work in (Work.DOCUMENT, Work.RETRY)
    ]
    data = [
        Turn(account_id=one.account_id, administration_id=one.administration_id, work=Work.DATA)
        for one in found.data
    ]
    return [*documents, *data]


def claim(
    connection: Connection, *, now: datetime = NOON, token: str = "token", limit: int = 10
) -> list[Assignment]:
    """Lease all that is due for a minute, whosever turn it is; give it in the order of the ids."""
    found: list[Assignment] = []
    for turn in turns(connection):
        if len(found) < limit:
            found += (
                deliveries.claim(
                    connection,
                    lane="destination",
                    turn=turn,
                    now=now,
                    lease_until=now + MINUTE,
                    token=token,
                    limit=limit - len(found),
                )
                or []
            )
    return sorted(found, key=lambda one: one.delivery.id)
