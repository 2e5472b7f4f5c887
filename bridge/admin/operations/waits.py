"""Why a delivery that waits does not go now."""

from collections.abc import Sequence

from bridge.admin.operations.desk import Desk
from bridge.admin.operations.records import Record, moment
from bridge.domain.deliveries import Delivery, DeliveryState
from bridge.domain.obstacles import Obstacle, obstacles
from bridge.ledger import obstacles as stored


def of(desk: Desk, *, delivery: Delivery) -> list[Obstacle]:
    """Return what keeps *delivery* back; nothing if it does not wait, or waits for its turn only."""
    if delivery.state is not DeliveryState.PENDING:
        return []
    around = desk.database.read_now(stored.around, delivery=delivery)
    return obstacles(delivery, around, now=desk.clock.now())


def record(values: Sequence[Obstacle]) -> list[Record]:
    """Return obstacles for JSON."""
    return [{"code": one.code, "text": one.text, "until": moment(one.until)} for one in values]
