"""Routes in the ledger: their order is that of their ids."""

from dataclasses import replace

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account, Route, RouteId
from bridge.domain.errors import Conflict
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import Action, Rule
from bridge.ledger import accounts, counters, routes
from tests.support.builders import an_account, an_administration

GUARDS = {ReasonCode.ROWS_FALLEN: Rule(Action.HOLD, 0.5), ReasonCode.OUTDATED: Rule(Action.OFF)}


@pytest.fixture
def account(connection: Connection) -> Account:
    account = an_account(connection)
    for pattern in ("*.1", "*.2", "*.3"):
        routes.add_route(
            connection, account_id=account.id, pattern=pattern, kind=Kind.DATA, administration_id=None
        )
    return accounts.get(connection, name=account.name)


def put(connection: Connection, account: Account, *wanted: Route) -> list[Route]:
    believed = [route.id for route in account.routes]
    now = routes.put(connection, account_id=account.id, believed=believed, wanted=wanted)

    assert tuple(now) == accounts.get(connection, name=account.name).routes
    assert [replace(route, id=RouteId(0)) for route in now] == [
        replace(route, id=RouteId(0)) for route in wanted
    ]
    return now


def test_a_route_comes_back_with_encoding_and_guards(connection: Connection) -> None:
    account = an_account(connection)

    route_id = routes.add_route(
        connection,
        account_id=account.id,
        pattern="*.csv",
        kind=None,
        administration_id=None,
        encoding="cp850",
        guards=GUARDS,
    )

    [route] = accounts.get(connection, name=account.name).routes
    assert (route.id, route.encoding, route.guards) == (route_id, "cp850", GUARDS)


def test_a_change_keeps_id_and_place(connection: Connection, account: Account) -> None:
    one, two, three = account.routes

    now = put(
        connection, account, one, replace(two, pattern="*.zwei", encoding="cp850", guards=GUARDS), three
    )

    assert [route.id for route in now] == [one.id, two.id, three.id]


def test_a_removal_keeps_the_ids_of_the_others(connection: Connection, account: Account) -> None:
    one, _, three = account.routes

    assert [route.id for route in put(connection, account, one, three)] == [one.id, three.id]


def test_behind_a_route_that_moved_no_id_is_used_again(connection: Connection, account: Account) -> None:
    one, two, three = account.routes
    new = Route(id=RouteId(0), pattern="*.new", kind=None, administration_id=None)

    now = put(connection, account, one, new, two, three)

    assert now[0].id == one.id
    assert {route.id for route in now[1:]}.isdisjoint({0, two.id, three.id})
    again = put(connection, accounts.get(connection, name=account.name), *reversed(now))
    assert {route.id for route in again[1:]}.isdisjoint({route.id for route in now})


def test_routes_of_another_account_are_not_touched(connection: Connection, account: Account) -> None:
    other = an_account(connection, an_administration(connection, "B2"), name="other")
    routes.add_route(connection, account_id=other.id, pattern="*", kind=None, administration_id=None)
    before = accounts.get(connection, name="other")

    put(connection, account)

    assert accounts.get(connection, name="other") == before


def test_a_change_of_what_has_changed_meanwhile_is_refused(connection: Connection, account: Account) -> None:
    routes.remove_route(connection, account_id=account.id, route_id=account.routes[0].id)

    with pytest.raises(Conflict):
        put(connection, account, *account.routes)


def test_a_running_server_is_told(connection: Connection, account: Account) -> None:
    before = counters.value(connection, name=counters.ACCOUNTS)

    put(connection, account, *account.routes)

    assert counters.value(connection, name=counters.ACCOUNTS) > before
