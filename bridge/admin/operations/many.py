"""Acts on many deliveries: by ids or by a filter, in bounded transactions, each told.

One that refuses does not keep the others back.  While a portion is written nobody else writes on SQLite, so
portions are small.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from bridge.admin.operations import deliveries, records
from bridge.admin.operations.deliveries import DeliveryReport, Moved, Step
from bridge.admin.operations.desk import Desk
from bridge.domain.audit import Deed
from bridge.domain.deliveries import DeliveryId, DeliveryState
from bridge.domain.errors import BridgeError, Invalid, Unavailable
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.ledger import accounts, administrations, selection

PORTION = 100  # deliveries in one transaction: 50 ms or so, in which uploads have to wait
MOST_AT_ONCE = 5000  # files that one decision on a page is about: a minute or so


class Verb(StrEnum):
    """What can be done to many deliveries at once."""

    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"
    RETRY = "retry"
    REPLAY = "replay"


# In which states a delivery must be; a filter means those that are in one of them.
POSSIBLE: Mapping[Verb, tuple[DeliveryState, ...]] = {
    Verb.HOLD: (DeliveryState.PENDING,),
    Verb.RELEASE: (DeliveryState.HELD,),
    Verb.CANCEL: (DeliveryState.HELD, DeliveryState.PENDING),
    Verb.RETRY: (DeliveryState.HELD, DeliveryState.PENDING),
    Verb.REPLAY: (DeliveryState.DELIVERED,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which deliveries are meant; what is None does not matter."""

    account: str | None = None  # its name
    administration: str | None = None  # its code
    states: Collection[DeliveryState] = ()  # none: those in which the act is possible
    reason: ReasonCode | None = None
    since: datetime | None = None  # finished then or later; not finished: accepted
    kind: Kind | None = None
    lane: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it would mean everything."""
        return not self.told()

    def told(self) -> dict[str, Any]:
        """Return it for the audit trail."""
        every = {
            "account": self.account,
            "administration": self.administration,
            "states": sorted(self.states),
            "reason": self.reason,
            "since": records.moment(self.since),
            "kind": self.kind,
            "lane": self.lane,
        }
        return {name: value for name, value in every.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What came of some of them."""

    done: Sequence[DeliveryReport] = ()
    ids: Sequence[DeliveryId] = ()  # of the done, as they were named; a replay has an id of its own
    refusals: Sequence[str] = ()  # sentences, one for each that could not


def choose(desk: Desk, *, verb: Verb, which: Filter) -> list[DeliveryId]:
    """Return the ids that *which* means, the oldest first.

    Raises:
        Invalid: it would mean everything, or a state in which the act is not possible.
        NotFound: there is no such account or administration.
    """
    if which.is_empty:
        raise Invalid(
            f"say which to {verb}: their ids, or a filter such as an account or since when they came"
        )
    possible = POSSIBLE[verb]
    for state in which.states:
        if state not in possible:
            can = " or ".join(possible)
            raise Invalid(f"state {state}: {verb} is for what is {can}")
    account_id = administration_id = None
    if which.account is not None:
        account_id = desk.database.read_now(accounts.get, name=which.account).id
    if which.administration is not None:
        administration_id = desk.database.read_now(administrations.get, code=which.administration).id
    return desk.database.read_now(
        selection.chosen,
        states=which.states or possible,
        account_id=account_id,
        administration_id=administration_id,
        reason=which.reason,
        since=which.since,
        kind=which.kind,
        lane=which.lane,
        is_last_copy=verb is Verb.REPLAY,
    )


def look(desk: Desk, *, ids: Sequence[DeliveryId]) -> list[DeliveryReport]:
    """Return the reports of *ids*, in this order; raise `NotFound`."""
    return [deliveries.get(desk, delivery_id=delivery_id)[0] for delivery_id in ids]


def perform(
    desk: Desk,
    *,
    act: str,
    ids: Sequence[int],
    step: Step,
    detail: Mapping[str, Any] | None = None,
    note: Deed | None = None,
) -> Iterator[Portion]:
    """Do *step* to each of *ids*, portion by portion, and yield what came of each.

    Args:
        desk: where to work.
        act: for the audit trail: delivery hold.
        ids: in the order in which they are taken.
        step: what is done to one.
        detail: how they were chosen; told in each entry.
        note: an entry beside them, in each portion of which something was done.
    """
    for start in range(0, len(ids), PORTION):
        portion = ids[start : start + PORTION]
        wanted = [
            (
                partial(deliveries.deed, act=act, detail=detail or {}),
                partial(deliveries.moved, delivery_id=DeliveryId(delivery_id), step=step),
            )
            for delivery_id in portion
        ]
        try:
            answers = desk.change_each(wanted, note=note)
        except Unavailable as error:  # what was done before stays done, and has been told
            yield Portion(refusals=[f"{error}; {len(ids) - start} of {len(ids)} were not tried"])
            return
        moved = [one for one in answers if isinstance(one, Moved)]
        yield Portion(
            done=deliveries.reports(desk, [one.after for one in moved]),
            ids=[one.before.id for one in moved],
            refusals=[str(one) for one in answers if isinstance(one, BridgeError)],
        )


def together(portions: Iterable[Portion]) -> Portion:
    """Return what all *portions* came to."""
    found = list(portions)
    return Portion(
        done=[one for portion in found for one in portion.done],
        ids=[one for portion in found for one in portion.ids],
        refusals=[line for portion in found for line in portion.refusals],
    )
