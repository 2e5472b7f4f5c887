"""What is around a delivery that may keep it back."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import Delivery, DeliveryId, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.obstacles import Surroundings
from bridge.ledger import accounts, administrations, lanes
from bridge.ledger.columns import literal
from bridge.ledger.precedence import is_newer
from bridge.ledger.schema import deliveries, documents

_mine = documents.alias("mine")
_other = documents.alias("other")
_my_delivery = deliveries.alias("my_delivery")
_OLDER = (
    sa.select(deliveries.c.id)
    .join(_other, _other.c.id == deliveries.c.document_id)
    .join(_my_delivery, _my_delivery.c.id == sa.bindparam("this"))
    .join(_mine, _mine.c.id == _my_delivery.c.document_id)
    .where(
        deliveries.c.administration_id == sa.bindparam("administration"),
        deliveries.c.kind == literal(Kind.DATA),
        deliveries.c.state.in_([literal(DeliveryState.PENDING), literal(DeliveryState.LEASED)]),
        is_newer(_mine, than=_other),
    )
    .order_by(_other.c.arrival, _other.c.id)
    .limit(sa.literal_column("1", sa.Integer))
)


def around(connection: Connection, *, delivery: Delivery) -> Surroundings:
    """Return what is around *delivery*, which has an administration."""
    lane = connection.execute(sa.select(deliveries.c.lane).where(deliveries.c.id == delivery.id)).scalar_one()
    if delivery.administration_id is None:
        raise ValueError(f"delivery {delivery.id} is for nobody yet")
    older: int | None = None
    if delivery.kind is Kind.DATA:
        which = {"administration": delivery.administration_id, "this": delivery.id}
        older = connection.execute(_OLDER, which).scalar()
    return Surroundings(
        lane=lanes.get(connection, name=lane),
        account=accounts.by_id(connection, account_id=delivery.account_id),
        administration=administrations.by_id(connection, administration_id=delivery.administration_id),
        older_data_file=None if older is None else DeliveryId(older),
    )
