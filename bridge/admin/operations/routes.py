"""Routes of an account: a change of them is drafted, so that it can be rehearsed before it is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bridge.admin.operations import accounts as account_operations
from bridge.admin.operations import records
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.waiting import FOR_ENCODING
from bridge.domain.accounts import Account, Route, RouteId
from bridge.domain.administrations import AdministrationId
from bridge.domain.audit import Deed
from bridge.domain.encodings import check_encoding
from bridge.domain.errors import Invalid, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.patterns import check_pattern, names_administration
from bridge.domain.rehearsal import SPAN, Rehearsal
from bridge.domain.rehearsal import rehearse as compare
from bridge.domain.rules import changed, parse_changes
from bridge.ledger import arrived, waiting
from bridge.ledger import routes as stored
from bridge.ledger.database import Transaction

NO_ENCODING = "none"  # the word with which an operator takes an encoding away
_NEW = RouteId(0)  # of a route that the ledger has not yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an operator says of a route; what is left out stays, or of a new one is left open."""

    pattern: str | None = None
    kind: Kind | None = None
    administration: str | None = None  # its code
    encoding: str | None = None  # NO_ENCODING: the account's again
    guards: Mapping[str, str] = field(default_factory=dict)  # names and rules, see bridge.domain.rules
    is_kind_open: bool = False  # recognise it again
    is_administration_open: bool = False  # by folder again


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The routes of an account as they would be."""

    account: Account  # as it is
    routes: tuple[Route, ...]
    position: int | None  # of the route that it is about; None: it is removed
    act: str  # for the audit trail
    former: Route | None = None  # the route that it is about, as it is now; None: it is new


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The routes of an account as they are now."""

    routes: tuple[Route, ...]
    route: Route | None  # the one that it is about; None: it was removed
    is_renumbered: bool  # others have new ids
    retried: int  # uploads that waited for an encoding, and are looked at again


def draft_add(desk: Desk, *, account: str, wish: Wish, before: int | None = None) -> Draft:
    """Draft a new route: in front of the route *before*, else behind the others.

    Without a kind the file says it, as in ``/``; without an administration the pattern, if it reads one,
    else the folder, else the default.

    Raises:
        Invalid: a value cannot be right.
        NotFound: there is no such account or route, or the account does not have the administration.
    """
    found = account_operations.get(desk, name=account)
    blank = Route(id=_NEW, pattern="", kind=None, administration_id=None)
    route = _as_wished(found, blank, replace(wish, pattern=wish.pattern or ""))
    position = len(found.routes) if before is None else _position(found.routes, before)
    routes = (*found.routes[:position], route, *found.routes[position:])
    return Draft(account=found, routes=routes, position=position, act="account route add")


def draft_change(desk: Desk, *, account: str, route_id: int, wish: Wish) -> Draft:
    """Draft a route with other values, in its place; raises as `draft_add` does."""
    found = account_operations.get(desk, name=account)
    position = _position(found.routes, route_id)
    changed_routes = list(found.routes)
    changed_routes[position] = _as_wished(found, found.routes[position], wish)
    return Draft(
        account=found,
        routes=tuple(changed_routes),
        position=position,
        act="account route change",
        former=found.routes[position],
    )


def draft_move(desk: Desk, *, account: str, route_id: int, before: int | None = None) -> Draft:
    """Draft a route in another place: in front of the route *before*, else behind the others.

    Raises:
        NotFound: there is no such account or route.
        Invalid: *before* is the route itself.
    """
    if before == route_id:
        raise Invalid(f"route {route_id} cannot stand before itself")
    found = account_operations.get(desk, name=account)
    former = found.routes[_position(found.routes, route_id)]
    others = [route for route in found.routes if route is not former]
    position = len(others) if before is None else _position(others, before)
    routes = (*others[:position], former, *others[position:])
    return Draft(account=found, routes=routes, position=position, act="account route move", former=former)


def draft_remove(desk: Desk, *, account: str, route_id: int) -> Draft:
    """Draft the account without a route; raise `NotFound` if it has none such."""
    found = account_operations.get(desk, name=account)
    former = found.routes[_position(found.routes, route_id)]
    others = tuple(route for route in found.routes if route is not former)
    return Draft(account=found, routes=others, position=None, act="account route remove", former=former)


def as_drafted(draft: Draft) -> Account:
    """Return the account as it would be."""
    return replace(draft.account, routes=draft.routes)


def rehearse(desk: Desk, draft: Draft) -> Rehearsal:
    """Return what of the last 30 days would go elsewhere by *draft*; nothing is saved."""
    files = desk.database.read_now(
        arrived.arrived_since, account_id=draft.account.id, since=desk.clock.now() - SPAN
    )
    return compare(draft.account, as_drafted(draft), files)


def save(desk: Desk, draft: Draft) -> Saved:
    """Make *draft* true; raise `Conflict` if the routes are no longer those it was drafted from."""
    now = desk.clock.now()

    def write(ledger: Transaction) -> Saved:
        return _save(ledger, draft, now)

    def deed(saved: Saved) -> Deed:
        codes = {place.id: place.code for place in draft.account.administrations}
        told = {"was": draft.former, "is": saved.route, "position": draft.position}
        detail = {
            name: value if not isinstance(value, Route) else records.route(value, codes=codes)
            for name, value in told.items()
            if value is not None
        }
        return Deed(act=draft.act, subject=f"account:{draft.account.name}", detail=detail)

    return desk.change(deed, write)


def _save(ledger: Transaction, draft: Draft, now: datetime) -> Saved:
    believed = [route.id for route in draft.account.routes]
    routes = stored.put(ledger, account_id=draft.account.id, believed=believed, wanted=draft.routes)
    route = None if draft.position is None else routes[draft.position]
    wanted = [one.id for place, one in enumerate(draft.routes) if place != draft.position]
    others = [one.id for place, one in enumerate(routes) if place != draft.position]
    retried = 0
    if route is not None and route.encoding is not None and _is_new_encoding(draft.account, route):
        retried = waiting.retry_all(ledger, account_id=draft.account.id, reasons=FOR_ENCODING, now=now)
    return Saved(routes=tuple(routes), route=route, is_renumbered=wanted != others, retried=retried)


def add(
    desk: Desk, *, account: str, pattern: str, kind: Kind | None = None, administration: str | None = None
) -> Route:
    """Add a route behind the others; raises as `draft_add` does."""
    wish = Wish(pattern=pattern, kind=kind, administration=administration)
    route = save(desk, draft_add(desk, account=account, wish=wish)).route
    if route is None:
        raise AssertionError("a route that was added is there")
    return route


def remove(desk: Desk, *, account: str, route_id: int) -> None:
    """Take a route away; raise `NotFound` if the account has none such."""
    save(desk, draft_remove(desk, account=account, route_id=route_id))


def _position(routes: Sequence[Route], route_id: int) -> int:
    for position, route in enumerate(routes):
        if route.id == route_id:
            return position
    raise NotFound(f"the account has no route {route_id}")


def _as_wished(account: Account, route: Route, wish: Wish) -> Route:
    """Return *route* with what *wish* says."""
    pattern = route.pattern if wish.pattern is None else check_pattern(wish.pattern)
    place = _administration(account, route, wish)
    if place is not None and names_administration(pattern):
        raise Invalid(
            f"route pattern {pattern!r} reads the administration out of the path; name none beside it"
        )
    return Route(
        id=route.id,
        pattern=pattern,
        kind=None if wish.is_kind_open else wish.kind or route.kind,
        administration_id=place,
        encoding=_encoding(route, wish),
        guards=changed(route.guards, parse_changes(wish.guards)) if wish.guards else route.guards,
    )


def _administration(account: Account, route: Route, wish: Wish) -> AdministrationId | None:
    if wish.is_administration_open:
        return None
    if wish.administration is None:
        return route.administration_id
    places = {place.code: place.id for place in account.administrations}
    if wish.administration not in places:
        raise NotFound(
            f"account {account.name} does not have administration {wish.administration}; "
            f"it has {', '.join(places)}"
        )
    return places[wish.administration]


def _encoding(route: Route, wish: Wish) -> str | None:
    if wish.encoding is None:
        return route.encoding
    return None if wish.encoding == NO_ENCODING else check_encoding(wish.encoding)


def _is_new_encoding(account: Account, route: Route) -> bool:
    return all(one.encoding != route.encoding for one in account.routes if one.id == route.id)
