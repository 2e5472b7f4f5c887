"""Replays: send again what was delivered, because Payt lost it or put it in the wrong place."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.admin.operations.deliveries import Step
from bridge.admin.operations.desk import Desk
from bridge.domain.deliveries import Delivery, DeliveryId
from bridge.domain.errors import BridgeError
from bridge.domain.kinds import Kind
from bridge.domain.replays import LeftOut, in_order
from bridge.ledger import replays
from bridge.ledger.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What goes again, in which order, and what does not."""

    ids: Sequence[DeliveryId]  # the oldest first
    left_out: Sequence[str]  # sentences, one for each in whose place a newer one goes


def plan(desk: Desk, *, ids: Sequence[DeliveryId]) -> Plan:
    """Return the order for *ids*; those that were not delivered come last, to be refused."""
    order = in_order(desk.database.read_now(replays.candidates, ids=ids))
    going = [one.delivery_id for one in order.going]
    known = {*going, *(one.candidate.delivery_id for one in order.left_out)}
    return Plan(
        ids=[*going, *(one for one in ids if one not in known)],
        left_out=[_sentence(one) for one in order.left_out],
    )


def refusals(desk: Desk, *, ids: Sequence[DeliveryId]) -> dict[DeliveryId, str]:
    """Return of each that would be refused the sentence that says why; nothing is changed."""
    found: dict[DeliveryId, str] = {}
    for delivery_id in ids:
        try:
            desk.database.read_now(replays.check, delivery_id=delivery_id)
        except BridgeError as error:
            found[delivery_id] = str(error)
    return found


def replaying(desk: Desk) -> Step:
    """Return the step that sends a delivered delivery again."""
    now = desk.clock.now()

    def step(ledger: Transaction, delivery_id: DeliveryId) -> Delivery:
        return replays.replay(ledger, delivery_id=delivery_id, now=now)

    return step


def _sentence(one: LeftOut) -> str:
    of = "data files of its administration" if one.candidate.kind is Kind.DATA else "files of its path"
    return (
        f"delivery {one.candidate.delivery_id} ({one.candidate.name}) is left out: of {of} only the newest "
        f"goes, delivery {one.newest.delivery_id}"
    )
