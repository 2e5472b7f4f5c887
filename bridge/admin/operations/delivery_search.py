"""Finds deliveries by state, account, upload, administration, kind, lane and reason."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.admin.operations import deliveries as delivery_operations
from bridge.admin.operations.deliveries import DeliveryReport
from bridge.admin.operations.desk import Desk
from bridge.domain.administrations import AdministrationId
from bridge.domain.deliveries import Attempt, DeliveryId, DeliveryState
from bridge.domain.errors import NotFound
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadId
from bridge.ledger import accounts, administrations, delivery_search, demand
from bridge.ledger.delivery_search import Found, Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What somebody looks for; what is None does not matter."""

    states: Collection[DeliveryState] = ()
    account: str | None = None
    upload_id: int | None = None
    administration: str | None = None  # its code
    kind: Kind | None = None
    lane: str | None = None
    reason: ReasonCode | None = None


EVERYTHING = Search()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was found."""

    files: Sequence[DeliveryReport]
    before: int | None  # the id at which the next page begins; None: there is no more
    looked_to: datetime | None = None  # set if not everything was looked at yet: how far back that went


def search(desk: Desk, *, wanted: Search = EVERYTHING, before: int | None = None, limit: int = 50) -> Page:
    """Return the deliveries that fit, the newest first, older than the id *before*.

    Raises:
        NotFound: there is no such account or administration.
    """
    found = desk.database.read_now(
        delivery_search.search,
        wanted=Wanted(
            states=tuple(wanted.states),
            upload_id=None if wanted.upload_id is None else UploadId(wanted.upload_id),
            account_id=desk.account_id(wanted.account),
            administration_id=None if wanted.administration is None else _place(desk, wanted.administration),
            kind=wanted.kind,
            lane=wanted.lane,
            reason=wanted.reason,
        ),
        before=None if before is None else DeliveryId(before),
        limit=limit,
    )
    return _page(desk, found)


def of_upload(desk: Desk, *, upload_id: int, after: int | None = None, limit: int = 100) -> Page:
    """Return deliveries of an upload that the caller has seen, the first first, from behind *after* on."""
    found = desk.database.read_now(
        delivery_search.of_upload,
        upload_id=UploadId(upload_id),
        after=None if after is None else DeliveryId(after),
        limit=limit,
    )
    return _page(desk, found)


def waiting(desk: Desk) -> int:
    """Return how many deliveries of those that the caller may see wait to be sent."""
    return desk.database.read_now(delivery_search.waiting, account_id=desk.actor.account)


def held(desk: Desk) -> int:
    """Return how many of them are held."""
    return desk.database.read_now(demand.held, account_id=desk.actor.account)


def attempts_of(desk: Desk, *, files: Sequence[DeliveryReport]) -> dict[DeliveryId, list[Attempt]]:
    """Return the attempts of each of *files* that was tried."""
    ids = [one.delivery.id for one in files]
    return desk.database.read_now(delivery_search.attempts_of_many, delivery_ids=ids)


def _place(desk: Desk, code: str) -> AdministrationId:
    """Return the administration; a tenant's viewer does not learn that there are others."""
    own = desk.actor.account
    if own is not None:
        account = desk.database.read_now(accounts.by_id, account_id=own)
        if code not in {place.code for place in account.administrations}:
            raise NotFound(f"no administration {code}")
    return desk.database.read_now(administrations.get, code=code).id


def _page(desk: Desk, found: Found) -> Page:
    return Page(
        files=delivery_operations.reports(desk, found.deliveries),
        before=found.before,
        looked_to=found.looked_to,
    )
