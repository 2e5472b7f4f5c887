"""Lanes of deliveries in the ledger: the right one for what comes, and for what came under another rule."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.deliveries import DEFAULT_LANE, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.laning import LaneScope, Laning
from bridge.ledger.backlog import AGAIN, FRESH, IS_DATA, PENDING
from bridge.ledger.columns import literal
from bridge.ledger.rows import to_administration
from bridge.ledger.schema import administrations, deliveries, lanes

_IN_THIS = deliveries.c.lane == lanes.c.name
_WAITS = [
    sa.select(deliveries.c.id).where(_IN_THIS, *which).exists()
    for which in ([FRESH], [PENDING, IS_DATA], [AGAIN])
]
_LEASED = deliveries.c.state == literal(DeliveryState.LEASED)
_BUSY = sa.select(lanes.c.name).where(
    sa.or_(*_WAITS, lanes.c.name.in_(sa.select(deliveries.c.lane).where(_LEASED)))
)
_ALL_ARE_STOPPED = sa.and_(
    sa.select(lanes.c.name).exists(), ~sa.select(lanes.c.name).where(~lanes.c.is_stopped).exists()
)
_PLACES = (
    sa.select(
        deliveries.c.lane,
        deliveries.c.account_id,
        deliveries.c.administration_id,
        deliveries.c.kind,
    )
    .where(PENDING)
    .group_by(deliveries.c.lane, deliveries.c.account_id, deliveries.c.administration_id, deliveries.c.kind)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """What waits in a lane that is not its own."""

    lane: str
    account_id: AccountId
    administration_id: AdministrationId
    kind: Kind
    own_lane: str


def names(
    connection: Connection,
    *,
    laning: Laning,
    places: Sequence[tuple[Kind | None, AdministrationId | None]],
) -> list[str]:
    """Return the lane of each of *places*; lanes that are not there are made."""
    if laning.scope is LaneScope.DESTINATION:
        return [DEFAULT_LANE] * len(places)
    known = _administrations(connection, {place for _, place in places if place is not None})
    found = [laning.name(kind, None if place is None else known[place]) for kind, place in places]
    make(connection, names=set(found))
    return found


def _administrations(
    connection: Connection, ids: Collection[AdministrationId]
) -> Mapping[AdministrationId, Administration]:
    rows = connection.execute(sa.select(administrations).where(administrations.c.id.in_(ids)))
    return {AdministrationId(row.id): to_administration(row) for row in rows}


def make(connection: Connection, *, names: Iterable[str]) -> None:
    """Make the lanes that are not there; stopped if every other one is.

    Whoever stopped all there are, as a restore does, meant that nothing goes out: not by another setting or
    for another administration either.
    """
    from sqlalchemy.dialects import postgresql, sqlite  # 60 ms to load, which reading commands save

    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    # In order of names: two who make the same ones wait for each other, and never in a circle.
    for name in sorted(names):
        connection.execute(
            dialect.insert(lanes).values(name=name, is_stopped=_ALL_ARE_STOPPED).on_conflict_do_nothing()
        )


def busy(connection: Connection) -> set[str]:
    """Return the names of the lanes in which something waits or is under way."""
    return set(connection.execute(_BUSY).scalars())


def strays(connection: Connection, *, laning: Laning) -> list[Stray]:
    """Return what waits in a lane that *laning* does not put it into; walks through all that waits."""
    rows = connection.execute(_PLACES).all()
    known = _administrations(connection, {row.administration_id for row in rows})
    return [
        Stray(
            lane=row.lane,
            account_id=row.account_id,
            administration_id=row.administration_id,
            kind=Kind(row.kind),
            own_lane=own,
        )
        for row in rows
        if (own := laning.name(Kind(row.kind), known[row.administration_id])) != row.lane
    ]


def move(connection: Connection, *, stray: Stray) -> int:
    """Put what waits of *stray* into its own lane; return how many deliveries that are."""
    make(connection, names=[stray.own_lane])
    # By the conditions of the indexes: one place is moved without a walk through its whole lane.
    which = [sa.and_(PENDING, IS_DATA)] if stray.kind is Kind.DATA else [FRESH, AGAIN]
    return sum(
        connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.lane == stray.lane,
                deliveries.c.account_id == stray.account_id,
                deliveries.c.administration_id == stray.administration_id,
                deliveries.c.kind == literal(stray.kind),
                one,
            )
            .values(lane=stray.own_lane)
        ).rowcount
        for one in which
    )
