"""Routes of an account: which path is of which kind, for whom."""

from typing import Annotated

from pydantic import Field

from bridge.admin.api.v1.calling import Operator, OperatorChange, Viewer
from bridge.admin.api.v1.router import CONFLICT, AccountName, router
from bridge.admin.api.v1.shapes import people
from bridge.admin.api.v1.shapes.rehearsal import Rehearsal
from bridge.admin.operations import accounts, declaring, records
from bridge.admin.operations import routes as operation
from bridge.admin.operations.declared import Declared, DeclaredRoute
from bridge.admin.operations.records import Record
from bridge.domain.accounts import Account

routes = router("/accounts/{name}/routes", tag="routes")


class RoutesBody(Declared):
    """All routes of the account, the first that fits wins."""

    routes: Annotated[list[DeclaredRoute], Field(max_length=500)]


@routes.get("", response_model=people.Routes)
def get_routes(call: Viewer, name: AccountName) -> Record:
    """Show the routes of an account."""
    return _record(accounts.get(call.desk, name=name))


@routes.put("", response_model=people.Routes, responses=CONFLICT)
def put_routes(call: OperatorChange, name: AccountName, body: RoutesBody) -> Record:
    """Make these the routes of the account; the same again changes nothing."""
    return _record(declaring.put_account_routes(call.desk, account=name, routes=body.routes))


@routes.post("/rehearsal", response_model=Rehearsal)
def rehearse_routes(call: Operator, name: AccountName, body: RoutesBody) -> Record:
    """Show what of the last 30 days would go elsewhere by these routes; nothing is saved."""
    account = accounts.get(call.desk, name=name)
    wanted = declaring.routes_of(account, body.routes)
    draft = operation.Draft(account=account, routes=tuple(wanted), position=None, act="account change")
    return records.rehearsal(operation.rehearse(call.desk, draft))


def _record(account: Account) -> Record:
    codes = {place.id: place.code for place in account.administrations}
    return {"routes": [records.route(one, codes=codes) for one in account.routes]}
