"""Every address of the admin side, page or API, is for a role, or stands in a list of those that are open."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from bridge.admin.api.v1 import docs
from bridge.admin.api.v1.calling import AtLeast
from bridge.admin.api.v1.mounting import NOUNS
from bridge.admin.web import asking, live
from bridge.admin.web import mounting as pages

OPEN = {
    "/sign-in",  # who is there proves who it is
    "/setup",  # asks for the one-time key of the log
    "/api/v1/docs",  # what can be asked is no secret
}
ROLES = (AtLeast, asking._AtLeast)


def routes() -> Iterator[APIRoute]:
    """Every page and every call."""
    modules: list[Any] = [*NOUNS, docs, *pages.PAGES, live]
    for module in modules:
        yield from (one for one in module.routes.routes if isinstance(one, APIRoute))


def needed(dependant: Dependant) -> Iterator[object]:
    """Everything that has to be asked before a route answers."""
    for one in dependant.dependencies:
        yield one.call
        yield from needed(one)


def roles_of(calls: Iterable[object]) -> list[object]:
    return [call for call in calls if isinstance(call, ROLES)]


@pytest.mark.parametrize("route", list(routes()), ids=lambda one: f"{sorted(one.methods)} {one.path}")
def test_every_address_is_for_a_role(route: APIRoute) -> None:
    asked = roles_of(needed(route.dependant))

    if route.path in OPEN:
        assert asked == []
    else:
        assert len(asked) == 1, "use Viewer, Support, Operator or one of …Change (pages: …Visitor)"


@pytest.mark.parametrize(
    "route",
    [one for one in routes() if one.path.startswith("/api/") and one.path not in OPEN],
    ids=lambda one: f"{sorted(one.methods)} {one.path}",
)
def test_a_call_that_changes_something_asks_for_a_token_that_may(route: APIRoute) -> None:
    # These look, whatever their method: `apply` may be a rehearsal, and asks for itself.
    looks = re.search(r"/rehearsal$|/trial$|/apply$", route.path)
    [asked] = [call for call in roles_of(needed(route.dependant)) if isinstance(call, AtLeast)]

    assert asked.is_change == (route.methods != {"GET"} and looks is None)
