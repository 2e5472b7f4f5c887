"""Routes as they are declared: all of an account's, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.admin.operations.account_records import route as record
from bridge.admin.operations.declared import DeclaredRoute
from bridge.domain.accounts import Account, Route, RouteId
from bridge.domain.administrations import AdministrationId
from bridge.domain.encodings import check_encoding
from bridge.domain.errors import Invalid, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.patterns import check_pattern, names_administration
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import Rule, changed, parse_changes
from bridge.ledger import routes
from bridge.ledger.database import Transaction

_NEW = RouteId(0)  # of a route that the ledger has not yet


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRoute:
    """A route as it should be."""

    pattern: str
    kind: Kind | None
    administration: str | None  # its code
    encoding: str | None
    guards: Mapping[ReasonCode, Rule]


def ready_routes(declared: Sequence[DeclaredRoute]) -> list[WantedRoute]:
    """Return what is wanted; raise `Invalid` for what cannot be right."""
    found = []
    for number, one in enumerate(declared, start=1):
        try:
            found.append(_ready(one))
        except Invalid as error:
            raise Invalid(f"route {number}: {error}") from None
    return found


def _ready(one: DeclaredRoute) -> WantedRoute:
    pattern = check_pattern(one.pattern)
    if one.administration is not None and names_administration(pattern):
        raise Invalid(f"pattern {pattern!r} reads the administration out of the path; leave it out")
    return WantedRoute(
        pattern=pattern,
        kind=one.kind,
        administration=one.administration,
        encoding=None if one.encoding is None else check_encoding(one.encoding),
        guards=changed({}, parse_changes(one.guards)),
    )


def as_routes(
    account: Account, wanted: Sequence[WantedRoute], ids: Mapping[str, AdministrationId]
) -> list[Route]:
    """Return *wanted* as routes of *account*, each with the id of the one whose place it takes.

    Raises:
        NotFound: one names an administration that is not in *ids*, which are the account's.
    """
    made = []
    for place, one in enumerate(wanted):
        if one.administration is not None and one.administration not in ids:
            raise NotFound(
                f"account {account.name}: route {place + 1} is for administration {one.administration}, "
                f"which the account does not have; it has {', '.join(ids) or 'none'}"
            )
        made.append(
            Route(
                id=account.routes[place].id if place < len(account.routes) else _NEW,
                pattern=one.pattern,
                kind=one.kind,
                administration_id=None if one.administration is None else ids[one.administration],
                encoding=one.encoding,
                guards=one.guards,
            )
        )
    return made


def put_routes(
    ledger: Transaction,
    account: Account,
    wanted: Sequence[WantedRoute],
    *,
    ids: Mapping[str, AdministrationId],
) -> dict[str, tuple[Any, Any]]:
    """Make *wanted* the routes of *account*; return what that changed."""
    after = as_routes(account, wanted, ids)
    if list(account.routes) == after:
        return {}
    before = told_of(account)
    routes.put(ledger, account_id=account.id, believed=[one.id for one in account.routes], wanted=after)
    codes = {number: code for code, number in ids.items()}
    return {"routes": (before, [_told(one, codes) for one in after])}


def told_of(account: Account) -> list[dict[str, Any]]:
    """Return the routes of *account* as plain values, without their ids."""
    codes = {place.id: place.code for place in account.administrations}
    return [_told(one, codes) for one in account.routes]


def _told(one: Route, codes: Mapping[AdministrationId, str]) -> dict[str, Any]:
    return {name: value for name, value in record(one, codes=codes).items() if name != "id"}
