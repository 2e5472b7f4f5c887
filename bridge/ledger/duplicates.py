"""Whether a document was sent before, and what that means for its kind (payt-imports §2 to §4).

A data file is a snapshot and goes again.  A PDF or UBL that is what Payt has already is skipped; an
attachment might be shown twice and a declaration claimed twice, so these wait for a person.

All documents of one kind are asked about at once: an archive has thousands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DeliveryState
from bridge.domain.documents import DocumentId, PlannedDocument
from bridge.domain.duplicates import DuplicatePolicy
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import Upload
from bridge.ledger import administrations
from bridge.ledger.columns import Moment, literal
from bridge.ledger.schema import deliveries, documents

_mine = documents.alias("mine")
_other = documents.alias("other")
_its = deliveries.alias("its")

_WENT = (DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.DELIVERED)
_GOES = (*_WENT, DeliveryState.HELD)


class _Same(Enum):
    """What two documents of one kind and administration have in common."""

    LAST_OF_NAME = (
        auto()
    )  # the last that was sent by the same account within the window, if it has the same bytes
    BYTES = auto()
    BYTES_AND_NAME = auto()
    IDENTITY = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a delivery that is about to be written."""

    state: DeliveryState
    reason: str | None = None
    detail: str | None = None


_GOES_ON = Fate(state=DeliveryState.PENDING)


def fates(
    connection: Connection,
    *,
    upload: Upload,
    written: Mapping[DocumentId, PlannedDocument],
    policies: Mapping[Kind, DuplicatePolicy],
    window: timedelta,
    now: datetime,
) -> list[Fate]:
    """Return the states in which the deliveries of all documents of *upload* begin, in their order.

    Args:
        connection: to the ledger.
        upload: theirs.
        written: its documents, which are in the ledger and have no deliveries yet.
        policies: by kind; what has none is sent.
        window: for how long a name under which something was sent counts where repetitions are skipped.
        now: its end.
    """
    if any(one.kind and policies.get(one.kind) is DuplicatePolicy.HOLD for one in written.values()):
        # Two accounts that send the same at the same moment would not see each other's.
        places = {one.administration_id for one in written.values() if one.administration_id is not None}
        administrations.lock(connection, ids=places)
    repeated = _repeated_within(upload, written, policies)
    if not upload.is_released and upload.kind_wanted is None:
        asked = {"upload": upload.id, "since": now - window}
        for kind in {one.kind for one in written.values() if one.kind is not None and one.reason is None}:
            policy = policies.get(kind, DuplicatePolicy.SEND)
            repeated |= _repeated(connection, kind, policy, asked)
    return [
        repeated.get(document_id, _GOES_ON)
        if document.reason is None
        else Fate(state=DeliveryState.HELD, reason=document.reason, detail=document.detail)
        for document_id, document in written.items()
    ]


def _repeated_within(
    upload: Upload, written: Mapping[DocumentId, PlannedDocument], policies: Mapping[Kind, DuplicatePolicy]
) -> dict[DocumentId, Fate]:
    """Return what becomes of documents that repeat one before them in the same upload.

    Also where an operator let the upload go as it is: nobody had told that it holds something twice.
    """
    first: dict[tuple[object, ...], PlannedDocument] = {}
    found: dict[DocumentId, Fate] = {}
    for document_id, document in written.items():
        if document.kind is None or policies.get(document.kind) is not DuplicatePolicy.HOLD:
            continue
        for same, state, reason in _ways(document.kind, DuplicatePolicy.HOLD):
            key = _key(same, document)
            if key is None:
                continue
            former = first.setdefault((document.kind, document.administration_id, same, *key), document)
            if former is not document:
                detail = f"upload {upload.id}, {former.member or former.name}"
                found[document_id] = Fate(state=state, reason=reason, detail=detail)
    return found


def _key(same: _Same, document: PlannedDocument) -> tuple[str, ...] | None:
    """Return what two documents of one upload have in common; None: nothing."""
    match same:
        case _Same.LAST_OF_NAME:
            return None  # nothing of this upload was sent yet
        case _Same.BYTES:
            return (document.sha256,)
        case _Same.BYTES_AND_NAME:
            return (document.sha256, document.name)
        case _Same.IDENTITY:
            return None if document.identity is None else (document.identity,)


def _repeated(
    connection: Connection, kind: Kind, policy: DuplicatePolicy, asked: Mapping[str, object]
) -> dict[DocumentId, Fate]:
    """Return what becomes of the documents of this *kind* that repeat something."""
    found: dict[DocumentId, Fate] = {}
    for same, state, reason in _ways(kind, policy):
        for document_id, detail in connection.execute(_former(kind, same), asked):
            if detail is not None:
                found[document_id] = Fate(state=state, reason=reason, detail=detail)
    return found


def _ways(kind: Kind, policy: DuplicatePolicy) -> Sequence[tuple[_Same, DeliveryState, ReasonCode]]:
    """Return in what a document may repeat another one, and what becomes of it; the last one counts."""
    if policy is DuplicatePolicy.SEND:
        return ()
    if policy is DuplicatePolicy.SKIP:
        return ((_Same.LAST_OF_NAME, DeliveryState.CANCELLED, ReasonCode.SENT_BEFORE),)
    if kind is Kind.DECLARATION:  # its name means nothing; the same bytes say more than the same number
        return (
            (_Same.IDENTITY, DeliveryState.HELD, ReasonCode.DECLARATION_NUMBER_USED),
            (_Same.BYTES, DeliveryState.HELD, ReasonCode.DUPLICATE),
        )
    # The same attachment under another name belongs to another invoice.
    return ((_Same.BYTES_AND_NAME, DeliveryState.HELD, ReasonCode.DUPLICATE),)


@cache  # to build a statement costs more than to run it
def _former(kind: Kind, same: _Same) -> sa.Select[Any]:
    """Return the question for the newest document elsewhere that is the *same*, for each of one upload.

    Its answer is the id and a text that says where the other one is, or NULL.  It is told as text within the
    statement because a join with what was found makes PostgreSQL read all deliveries, as soon as it expects
    hundreds of documents in an upload.  The kind is written into it: as a parameter it would cost a new plan
    each time.
    """
    where_it_is: sa.ColumnElement[str] = (
        sa.literal_column("'upload '")
        + sa.cast(_other.c.upload_id, sa.Text)
        + sa.literal_column("', delivery '")
        + sa.cast(_its.c.id, sa.Text)
        + sa.literal_column("' ('")
        + _its.c.state
        + sa.literal_column("')'")
    )
    # What was sent under this name last counts: after another version this one is no repetition.
    told = sa.case((_other.c.sha256 == _mine.c.sha256, where_it_is))
    former = (
        sa.select(told if same is _Same.LAST_OF_NAME else where_it_is)
        .select_from(_other)
        .join(_its, _its.c.document_id == _other.c.id)
        .where(
            _other.c.kind == literal(kind),
            _other.c.administration_id == _mine.c.administration_id,
            _other.c.upload_id != _mine.c.upload_id,
            *_conditions(same),
        )
        .order_by(_other.c.arrival.desc(), _other.c.id.desc())
        .limit(sa.literal_column("1", sa.Integer))
        .correlate(_mine)
        .scalar_subquery()
    )
    return sa.select(_mine.c.id, former).where(
        _mine.c.upload_id == sa.bindparam("upload"), _mine.c.kind == literal(kind)
    )


def _conditions(same: _Same) -> Sequence[sa.ColumnElement[bool]]:
    is_under_way = _its.c.state.in_([literal(state) for state in _GOES])
    match same:
        case _Same.LAST_OF_NAME:
            return (
                _other.c.name == _mine.c.name,
                _other.c.account_id == _mine.c.account_id,
                _its.c.created_at >= sa.bindparam("since", type_=Moment),
                _its.c.state.in_([literal(state) for state in _WENT]),
            )
        case _Same.BYTES:
            return (_other.c.sha256 == _mine.c.sha256, is_under_way)
        case _Same.BYTES_AND_NAME:
            return (_other.c.sha256 == _mine.c.sha256, _other.c.name == _mine.c.name, is_under_way)
        case _Same.IDENTITY:
            return (_other.c.identity == _mine.c.identity, is_under_way)
