"""Who may call what: tokens, roles, and what belongs to another tenant."""

import re
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from bridge.admin.api.v1.mounting import NOUNS
from bridge.admin.operations import tokens, trail
from bridge.admin.operations.desk import Desk
from bridge.domain.roles import Role
from tests.admin.api.v1.conftest import Hire, Program, deliveries_of
from tests.support.clock import DAY, FakeClock

SAMPLES = {"name": "other", "code": "B2", "fingerprint": "SHA256:abc", "file": "today.txt"}


def every_route() -> Iterator[tuple[str, str]]:
    """Every method and address."""
    for noun in NOUNS:
        for route in noun.routes.routes:
            assert isinstance(route, APIRoute)
            for method in route.methods or ():
                yield method, route.path.removeprefix("/api/v1")


ROUTES = sorted(every_route())


def filled(path: str, **values: str) -> str:
    """Return *path* with something in each place."""
    return re.sub(r"\{(\w+)(?::path)?\}", lambda found: values[found[1]], path)


def test_nothing_is_answered_without_a_token(stranger: Program) -> None:
    for method, path in ROUTES:
        address = filled(path, id="1", **SAMPLES)

        answer = stranger.client.request(method, f"/api/v1{address}", json={})

        assert answer.status_code == 401, (method, path)
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


def test_another_tenants_things_are_as_if_they_were_not_there(viewer: Program, operator: Program) -> None:
    # Every address that has an id or a name in it, with what is there of another tenant and what is nowhere.
    theirs = deliveries_of(operator, "other", "held")[0]
    nowhere = "999999"
    upload = operator.get(f"/deliveries/{theirs}")["upload_id"]
    for method, path in ROUTES:
        if "{" not in path:
            continue
        for number in {str(theirs), str(upload)}:
            foreign = viewer.ask(method, filled(path, id=number, **SAMPLES), _body(method))
            absent = viewer.ask(
                method,
                filled(path, **SAMPLES | {"id": nowhere, "name": "nobody", "code": "ZZ"}),
                _body(method),
            )
            assert foreign.status_code in {404, 422}, (method, path, foreign.text)
            assert (foreign.status_code, foreign.text) == (absent.status_code, absent.text), (method, path)


def _body(method: str) -> dict[str, str] | None:
    return {} if method in {"POST", "PUT"} else None


def test_listings_have_only_the_tenants_own(viewer: Program) -> None:
    for path in ("/accounts", "/uploads", "/deliveries", "/batches"):
        text = viewer.ask("GET", path).text
        assert "jansen" in text
        assert "other" not in text
    assert {row["account"] for row in viewer.get("/forecast")["rows"]} <= {"jansen"}
    for path in ("/uploads", "/deliveries", "/batches"):
        foreign = viewer.ask("GET", f"{path}?account=other")
        absent = viewer.ask("GET", f"{path}?account=nobody")
        assert foreign.status_code == 404
        assert foreign.text == absent.text


def test_what_belongs_to_no_tenant_is_not_there_for_a_viewer(viewer: Program) -> None:
    for path in (
        "/administrations",
        "/lanes",
        "/watch",
        "/alarms",
        "/audit",
        "/admins",
        "/tokens",
        "/alerts",
    ):
        assert viewer.ask("GET", path).status_code == 404


def test_a_token_that_may_only_look_changes_nothing(hire: Hire, desk: Desk) -> None:
    looking = hire(Role.OPERATOR, may_write=False)
    before = len(trail.listing(desk))
    for method, path in ROUTES:
        if method == "GET":
            continue
        body: dict[str, Any] = {"routes": []} if path.endswith(("/routes", "/rehearsal")) else {}
        body |= {"path": "/a.csv"} if path.endswith("/trial") else {}

        answer = looking.ask(method, filled(path, id="1", **SAMPLES), body)

        assert answer.status_code == (200 if path.endswith(("/rehearsal", "/trial")) else 403), (
            path,
            answer.text,
        )
    assert len(trail.listing(desk)) == before


def test_support_decides_about_files_and_changes_no_accounts(support: Program, operator: Program) -> None:
    held = deliveries_of(operator, "jansen", "held")[0]

    assert support.post(f"/deliveries/{held}/cancel").status_code == 403
    assert support.post(f"/deliveries/{held}/release", {}).json()["state"] == "pending"
    assert support.put("/accounts/jansen", {"administrations": ["A1"]}).status_code == 403
    assert support.ask("GET", "/declaration").status_code == 403


def test_a_token_that_is_over_or_revoked_opens_nothing(
    operator: Program, desk: Desk, clock: FakeClock
) -> None:
    short = tokens.add(desk, name="short", role=Role.SUPPORT, days=1)
    program = Program(operator.client, short.secret)
    assert program.ask("GET", "/me").status_code == 200

    clock.advance(2 * DAY)
    assert program.ask("GET", "/me").status_code == 401

    tokens.revoke(desk, name="operator-write")
    assert operator.ask("GET", "/me").status_code == 401


def test_who_guesses_waits_and_a_token_that_was_right_does_not(stranger: Program, operator: Program) -> None:
    assert operator.ask("GET", "/me").status_code == 200
    guesses = [stranger.ask("GET", "/me").status_code for _ in range(9)]

    waits = stranger.ask("GET", "/me")
    assert guesses[:6] == [401] * 6
    assert guesses[-1] == 429
    assert int(waits.headers["retry-after"]) > 0
    assert operator.ask("GET", "/me").status_code == 200


def test_the_reason_is_noted_beside_the_token(operator: Program) -> None:
    operator.post("/accounts/jansen/stop", None, **{"bridge-why": "T-17: asked by telephone"})

    [act] = operator.get("/audit?limit=1")["items"]
    assert (act["who"], act["way"], act["why"]) == ("token operator-write", "api", "T-17: asked by telephone")


def test_the_application_has_a_gate_of_its_own(application: FastAPI) -> None:
    assert application.state.gate.known == {}
