"""All uploads and all deliveries of a ledger, for tests that look at what came of something."""

from collections.abc import Collection

from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.deliveries import Delivery, DeliveryState
from bridge.domain.documents import Document
from bridge.domain.uploads import Upload, UploadId, UploadState
from bridge.ledger import deliveries as stored
from bridge.ledger import delivery_search, upload_search

_ALL = 100_000


def uploads(connection: Connection, *, states: Collection[UploadState] = ()) -> list[Upload]:
    """Return all uploads, if wanted only in these states, the newest first."""
    wanted = upload_search.Wanted(states=states)
    return list(upload_search.search(connection, wanted=wanted, limit=_ALL).uploads)


def deliveries(
    connection: Connection,
    *,
    states: Collection[DeliveryState] = (),
    account_id: AccountId | None = None,
    upload_id: UploadId | None = None,
) -> list[tuple[Delivery, Document]]:
    """Return all deliveries that fit with their documents, the newest first."""
    wanted = delivery_search.Wanted(states=states, account_id=account_id, upload_id=upload_id)
    found = delivery_search.search(connection, wanted=wanted, limit=_ALL).deliveries
    return list(zip(found, stored.documents_of(connection, found=found), strict=True))
