"""Routes of an account in the ledger: its rules, in the order of their ids.

A rule keeps its id while it keeps its place; one that is moved gets a new id, and so do those behind it, for
an id is never given twice: what was noted about a rule never touches another one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.accounts import AccountId, Route, RouteId
from bridge.domain.administrations import AdministrationId
from bridge.domain.errors import Conflict, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import Rule, from_json, to_json
from bridge.ledger import counters
from bridge.ledger.schema import routes


def to_route(row: Row[Any]) -> Route:
    """Return the domain value of a row of ``routes``."""
    return Route(
        id=row.id,
        pattern=row.pattern,
        kind=None if row.kind is None else Kind(row.kind),
        administration_id=row.administration_id,
        encoding=row.encoding,
        guards=from_json(row.guards),
    )


def add_route(
    connection: Connection,
    *,
    account_id: AccountId,
    pattern: str,
    kind: Kind | None,
    administration_id: AdministrationId | None,
    encoding: str | None = None,
    guards: Mapping[ReasonCode, Rule] | None = None,
) -> RouteId:
    """Add a route behind the others of the account."""
    route_id = connection.execute(
        sa.insert(routes)
        .values(
            account_id=account_id,
            pattern=pattern,
            kind=kind,
            administration_id=administration_id,
            encoding=encoding,
            guards=to_json(guards or {}),
        )
        .returning(routes.c.id)
    ).scalar_one()
    counters.raise_by_one(connection, name=counters.ACCOUNTS)
    return RouteId(route_id)


def remove_route(connection: Connection, *, account_id: AccountId, route_id: RouteId) -> None:
    """Take a route away; raise `NotFound` if the account has none such."""
    gone = connection.execute(
        sa.delete(routes).where(routes.c.account_id == account_id, routes.c.id == route_id)
    )
    if not gone.rowcount:
        raise NotFound(f"the account has no route {route_id}")
    counters.raise_by_one(connection, name=counters.ACCOUNTS)


def put(
    connection: Connection, *, account_id: AccountId, believed: Sequence[RouteId], wanted: Sequence[Route]
) -> list[Route]:
    """Make *wanted* the routes of the account, in this order; return them with the ids they have now.

    Those at the beginning whose ids are in order keep them, changed or not; the others get new ones.

    Raises:
        Conflict: its routes are no longer those *believed*.
    """
    mine = routes.c.account_id == account_id
    former = list(connection.execute(sa.select(routes.c.id).where(mine).order_by(routes.c.id)).scalars())
    if former != list(believed):
        raise Conflict("somebody else has changed the routes of this account meanwhile; look, and try again")
    kept = _kept([route.id for route in wanted], former)
    for route in wanted[: len(kept)]:
        connection.execute(sa.update(routes).where(mine, routes.c.id == route.id).values(**_columns(route)))
    connection.execute(sa.delete(routes).where(mine, routes.c.id.not_in(kept)))
    for route in wanted[len(kept) :]:
        connection.execute(sa.insert(routes).values(account_id=account_id, **_columns(route)))
    counters.raise_by_one(connection, name=counters.ACCOUNTS)
    return [to_route(row) for row in connection.execute(sa.select(routes).where(mine).order_by(routes.c.id))]


def _kept(wanted: Sequence[RouteId], former: Sequence[RouteId]) -> list[RouteId]:
    """Return the ids at the beginning of *wanted* that can stay: known, and growing."""
    kept: list[RouteId] = []
    for route_id in wanted:
        if route_id not in former or (kept and route_id < kept[-1]):
            break
        kept.append(route_id)
    return kept


def _columns(route: Route) -> dict[str, Any]:
    return {
        "pattern": route.pattern,
        "kind": route.kind,
        "administration_id": route.administration_id,
        "encoding": route.encoding,
        "guards": to_json(route.guards),
    }
