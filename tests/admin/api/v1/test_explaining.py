"""What cannot be done is told as a problem, and nothing of the program or of a secret is in it."""

import json

import pytest
from fastapi import FastAPI

from bridge.admin.web.guarding import MOST_BYTES
from tests.admin.api.v1.conftest import Program

JSON = {"content-type": "application/json"}


def send(program: Program, path: str, content: bytes, **headers: str) -> tuple[int, dict[str, object]]:
    """Send bytes as they are."""
    shown = {"authorization": f"Bearer {program.secret}"} | JSON | headers
    answer = program.client.post(f"/api/v1{path}", content=content, headers=shown)
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("PATCH", "/accounts", 405, "method_not_allowed"),
        ("GET", "/accounts/nobody", 404, "not_found"),
        ("GET", "/uploads/x", 422, "invalid"),
        ("GET", "/uploads/0", 422, "invalid"),
        ("GET", f"/uploads/{2**63}", 422, "invalid"),
        ("GET", "/uploads?sate=held", 422, "invalid"),
        ("GET", "/accounts/a%00b", 422, "invalid"),
        ("POST", "/lanes/none/pause", 404, "not_found"),
    ],
)
def test_every_error_is_a_problem(operator: Program, method: str, path: str, status: int, code: str) -> None:
    answer = operator.ask(method, path)

    told = answer.json()
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["detail"]


def test_a_body_that_cannot_be_is_refused_without_being_read_whole(operator: Program) -> None:
    assert send(operator, "/apply", b"[" * 1000 + b"]" * 1000)[0] in {400, 422}
    assert send(operator, "/apply", b'{"accounts":' * 20_000 + b"1" + b"}" * 20_000)[0] in {400, 422}
    assert send(operator, "/apply", b"{")[0] == 400
    assert send(operator, "/apply", b" " * (MOST_BYTES + 1))[0] == 413
    assert send(operator, "/apply", b"{}", **{"content-type": "text/plain"})[0] == 415


def test_a_body_without_a_length_ends_at_the_limit(operator: Program) -> None:
    shown = {"authorization": f"Bearer {operator.secret}"} | JSON
    pieces = (b" " * 100_000 for _ in range(MOST_BYTES // 100_000 + 2))

    answer = operator.client.post("/api/v1/apply", content=pieces, headers=shown)

    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_what_is_unknown_is_named_and_what_was_given_is_not_repeated(operator: Program) -> None:
    body = {"administrations": ["A1"], "encodng": "x", "password_hash": ["canary-hash"]}

    told = operator.put("/accounts/jansen", body).json()

    assert {"field": "body.encodng", "problem": "unknown field"} in told["errors"]
    assert "canary" not in json.dumps(told)


def test_a_bug_is_told_without_its_trace(operator: Program, application: FastAPI) -> None:
    def broken() -> None:
        raise RuntimeError("canary in a message")

    routes = list(application.router.routes)
    application.add_api_route("/api/v1/broken", broken)

    answer = operator.ask("GET", "/broken")
    application.router.routes[:] = routes  # of other tests, too

    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "canary" not in answer.text
    assert "Traceback" not in answer.text


def test_a_page_that_is_not_there_stays_a_page(operator: Program) -> None:
    answer = operator.client.get("http://127.0.0.1/nothing")

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
