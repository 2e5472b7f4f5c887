"""Which of two files is the newer one, and what that means for the other.

The order of arrival is a number that each CLOSE and each rename to a final name takes: a clock may jump, a
hold may end late, and a file may wait for its rename while another comes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.administrations import AdministrationId
from bridge.domain.deliveries import Delivery, DeliveryId, DeliveryState
from bridge.domain.documents import DocumentId
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import GIVES_WAY_AFTER
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadId
from bridge.ledger.columns import literal
from bridge.ledger.schema import deliveries, documents

_mine = documents.alias("mine")
_other = documents.alias("other")
_my_delivery = deliveries.alias("my_delivery")
_its_delivery = deliveries.alias("its_delivery")


def is_newer(one: sa.FromClause, *, than: sa.FromClause) -> sa.ColumnElement[bool]:
    """Return the condition that of two documents *one* arrived later; of one upload its later one.

    Two conditions about the arrival, so that an index on it is used.
    """
    return sa.and_(
        one.c.arrival >= than.c.arrival, sa.or_(one.c.arrival > than.c.arrival, one.c.id > than.c.id)
    )


# At Payt, or perhaps: an attempt is under way, or one was never answered, whatever became of it then.
_MAY_BE_THERE = sa.or_(
    _its_delivery.c.state.in_([literal(DeliveryState.LEASED), literal(DeliveryState.DELIVERED)]),
    _its_delivery.c.unknowns > sa.literal_column("0"),
)
_GOES_OR_WENT = sa.or_(_its_delivery.c.state == literal(DeliveryState.PENDING), _MAY_BE_THERE)
_SAME_NAME = sa.and_(
    _other.c.account_id == _mine.c.account_id,
    _other.c.name == _mine.c.name,
    _other.c.folder == _mine.c.folder,
)
_SAME_PATH = sa.and_(
    _SAME_NAME,
    _other.c.kind == _mine.c.kind,
    _other.c.administration_id == _mine.c.administration_id,
)
_NEWER_TAKES_ITS_PLACE = (
    sa.select(_other.c.id)
    .join(_its_delivery, _its_delivery.c.document_id == _other.c.id)
    .where(
        _other.c.arrival > _mine.c.arrival,
        _GOES_OR_WENT,
    )
    .correlate(_mine)
)
# Looked for first, then changed: as one UPDATE SQLite would walk through everything that is pending.
_OVERTAKEN = sa.select(_mine.c.id).where(
    _mine.c.upload_id == sa.bindparam("this"),
    _mine.c.kind != literal(Kind.DECLARATION),
    sa.or_(
        _NEWER_TAKES_ITS_PLACE.where(_SAME_PATH).exists(),
        sa.and_(
            _mine.c.kind == literal(Kind.DATA),
            _NEWER_TAKES_ITS_PLACE.where(
                _other.c.kind == literal(Kind.DATA),
                _other.c.administration_id == _mine.c.administration_id,
            ).exists(),
        ),
    ),
)
_SUPERSEDED = (
    sa.select(_other.c.id)
    .join(_its_delivery, _its_delivery.c.document_id == _other.c.id)
    .join(_mine, _SAME_PATH)
    .join(_my_delivery, _my_delivery.c.document_id == _mine.c.id)
    .where(
        _mine.c.upload_id == sa.bindparam("this"),
        _mine.c.kind != literal(Kind.DECLARATION),
        _my_delivery.c.state == literal(DeliveryState.PENDING),
        _other.c.arrival < _mine.c.arrival,
        _its_delivery.c.state == literal(DeliveryState.PENDING),
    )
)
_GIVES_WAY = (  # sent and never answered, or failed too often, and not the newest any more
    sa.select(_my_delivery.c.document_id)
    .join(_mine, _mine.c.id == _my_delivery.c.document_id)
    .where(
        _my_delivery.c.administration_id == sa.bindparam("this"),
        _my_delivery.c.kind == literal(Kind.DATA),
        _my_delivery.c.state.in_([literal(DeliveryState.PENDING), literal(DeliveryState.LEASED)]),
        _my_delivery.c.state != literal(DeliveryState.LEASED),  # said so, for the index is of both states
        sa.or_(
            _my_delivery.c.unknowns > sa.literal_column("0"),
            _my_delivery.c.attempts >= sa.literal_column(str(GIVES_WAY_AFTER)),
        ),
        _my_delivery.c.id != sa.bindparam("spared"),
        sa.select(_other.c.id)
        .join(_its_delivery, _its_delivery.c.document_id == _other.c.id)
        .where(
            _other.c.administration_id == _my_delivery.c.administration_id,
            _other.c.kind == literal(Kind.DATA),
            is_newer(_other, than=_mine),
            _GOES_OR_WENT,
        )
        .correlate(_mine, _my_delivery)
        .exists(),
    )
)
_CHANGE = sa.update(deliveries).where(
    deliveries.c.document_id == sa.bindparam("this"), deliveries.c.state == literal(DeliveryState.PENDING)
)
# Whoever looks must not read that it was never sent.
_MAY_HAVE_ARRIVED = (deliveries.c.unknowns > sa.literal_column("0"), literal(ReasonCode.UNKNOWN_REPLACED))
_REPLACE = _CHANGE.values(
    state=literal(DeliveryState.SUPERSEDED), reason=sa.case(_MAY_HAVE_ARRIVED, else_=sa.null())
)
_REPLACE_BY_NEWER_DATA = _CHANGE.values(
    state=literal(DeliveryState.SUPERSEDED),
    reason=sa.case(_MAY_HAVE_ARRIVED, else_=literal(ReasonCode.GAVE_WAY)),
)


_NEWER_DATA = (
    sa.select(_its_delivery.c.id, _its_delivery.c.state)
    .select_from(_mine)
    .join(_other, is_newer(_other, than=_mine))
    .join(_its_delivery, _its_delivery.c.document_id == _other.c.id)
    .where(
        _mine.c.id == sa.bindparam("this"),
        _other.c.administration_id == sa.bindparam("administration"),
        _other.c.kind == literal(Kind.DATA),
        _MAY_BE_THERE,
    )
    .order_by(_other.c.arrival.desc(), _other.c.id.desc())
    .limit(sa.literal_column("1", sa.Integer))
)
_NEWER_OF_PATH = (
    sa.select(_its_delivery.c.id, _its_delivery.c.state)
    .select_from(_mine)
    .join(_other, sa.and_(_SAME_NAME, _other.c.arrival > _mine.c.arrival))
    .join(_its_delivery, _its_delivery.c.document_id == _other.c.id)
    .where(
        _mine.c.id == sa.bindparam("this"),
        _other.c.kind == sa.bindparam("its_kind"),
        _other.c.administration_id == sa.bindparam("administration"),
        _GOES_OR_WENT,
    )
    .order_by(_other.c.arrival.desc(), _other.c.id.desc())
    .limit(sa.literal_column("1", sa.Integer))
)
_RETURNED = sa.select(_mine.c.id).where(
    _mine.c.id == sa.bindparam("this"),
    _mine.c.kind != literal(Kind.DECLARATION),
    _NEWER_TAKES_ITS_PLACE.where(_SAME_PATH).exists(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer:
    """What has gone, or may have, and is newer."""

    delivery_id: DeliveryId
    state: DeliveryState

    def __str__(self) -> str:
        """Name it as messages do."""
        return f"delivery {self.delivery_id} ({self.state})"


def hold_overtaken(connection: Connection, *, upload_id: UploadId) -> None:
    """Hold what *upload_id* would send after something newer.

    That is a file of which a newer one with the same path was accepted, and a data file when any newer one
    of its administration was (payt-imports §2: an older snapshot must never land after a newer one).
    """
    found = connection.execute(_OVERTAKEN, {"this": upload_id}).scalars().all()
    change = {"state": DeliveryState.HELD, "reason": ReasonCode.OVERTAKEN}
    if found:
        connection.execute(_CHANGE, [{"this": document_id, **change} for document_id in found])


def supersede(connection: Connection, *, upload_id: UploadId, now: datetime) -> None:
    """Let what *upload_id* sends take the place of what older uploads to the same path have waiting.

    A file that is itself held takes nobody's place, and declarations are actions of their own
    (payt-imports §4).
    """
    found = connection.execute(_SUPERSEDED, {"this": upload_id}).scalars().all()
    if found:
        connection.execute(_REPLACE, [{"this": document_id, "finished_at": now} for document_id in found])


def supersede_returned(connection: Connection, *, document_id: DocumentId, now: datetime) -> None:
    """End what comes back from an attempt if a newer file of its path came meanwhile.

    When that one was accepted this one was under way, and could not be superseded.
    """
    found = connection.execute(_RETURNED, {"this": document_id}).scalars().all()
    if found:
        connection.execute(_REPLACE, [{"this": one, "finished_at": now} for one in found])


def give_way(
    connection: Connection,
    *,
    administration_id: AdministrationId,
    now: datetime,
    spared: DeliveryId | None = None,
) -> None:
    """End every waiting data file that may have arrived or failed often, and is no longer the newest.

    The newer one says all that it said: sending it again could only undo something, or keep the newer one
    waiting (payt-imports §2, §8).  Called whenever one of the two may have become so: an attempt ends, a
    newer file is accepted or released; *spared* is what an operator has just let go.  Where two processes do
    that at the same moment neither may see the other's; then the older one goes once more, still before the
    newer.
    """
    asked = {"this": administration_id, "spared": spared or 0}
    found = connection.execute(_GIVES_WAY, asked).scalars().all()
    if found:
        change = [{"this": document_id, "finished_at": now} for document_id in found]
        connection.execute(_REPLACE_BY_NEWER_DATA, change)


def newer_data_file(
    connection: Connection, *, document_id: DocumentId, administration_id: AdministrationId
) -> Newer | None:
    """Return the newest data file of the administration that has gone, if it is newer than *document_id*.

    Whatever may have gone counts: an older snapshot must never land after a newer one.
    """
    return _newer(connection, _NEWER_DATA, document_id, administration_id=administration_id)


def newer_of_path(
    connection: Connection, *, document_id: DocumentId, kind: Kind, administration_id: AdministrationId
) -> Newer | None:
    """Return the newest file of the path of *document_id* that goes, has gone or may have, if it is newer.

    That is as the document would be of *kind* and for the administration; declarations have no such order.
    """
    if kind is Kind.DECLARATION:
        return None
    return _newer(connection, _NEWER_OF_PATH, document_id, administration_id=administration_id, its_kind=kind)


def _newer(
    connection: Connection,
    query: sa.Select[Any],
    document_id: DocumentId,
    *,
    administration_id: AdministrationId,
    **values: Any,
) -> Newer | None:
    asked = {"this": document_id, "administration": administration_id, **values}
    row = connection.execute(query, asked).first()
    if row is None:
        return None
    return Newer(delivery_id=DeliveryId(row.id), state=DeliveryState(row.state))


def hold_if_too_late(connection: Connection, *, delivery: Delivery) -> bool:
    """Hold the pending data file *delivery* if a newer one of its administration has gone; say whether."""
    if delivery.administration_id is None:
        raise ValueError(f"delivery {delivery.id} is for nobody yet")
    newer = newer_data_file(
        connection, document_id=delivery.document_id, administration_id=delivery.administration_id
    )
    if newer is None:
        return False
    change = {"state": DeliveryState.HELD, "reason": ReasonCode.OVERTAKEN}
    connection.execute(_CHANGE, {"this": delivery.document_id, **change})
    return True
