"""A route is rehearsed on what came before it is saved, and again if others changed routes in between."""

import re

import pytest
from httpx2 import Response

from bridge.admin.operations import accounts, routes
from bridge.admin.operations.desk import Desk
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import Action
from tests.admin.web.conftest import Browser
from tests.support import builders

HERE = "/accounts/jansen"


def mark(page: Response) -> str:
    found = re.search(r'name="believed" value="([^"]*)"', page.text)
    assert found is not None
    return found[1]


def patterns(desk: Desk) -> list[str]:
    return [route.pattern for route in accounts.get(desk, name="jansen").routes]


def test_a_new_rule_is_rehearsed_first_and_then_saved(operator: Browser, desk: Desk) -> None:
    account = accounts.get(desk, name="jansen")
    desk.database.write_now(builders.an_accepted_upload, account, "/export/a.pdf")
    wish: dict[str, str] = {"pattern": "/export/*", "kind": "invoice_attachment"}

    rehearsed = operator.post(f"{HERE}/routes/new", **wish)
    unsaved = patterns(desk)
    saved = operator.post(f"{HERE}/routes/new", step="save", believed=mark(rehearsed), **wish)

    assert "1 of 1 file of the last 30 days would go elsewhere." in rehearsed.text
    assert "invoice_attachment, A1" in rehearsed.text
    assert 'value="save"' in rehearsed.text
    assert unsaved == []
    assert saved.headers["location"] == HERE
    assert patterns(desk) == ["/export/*"]


def test_it_cannot_be_saved_unseen(operator: Browser, desk: Desk) -> None:
    routes.add(desk, account="jansen", pattern="*.a")

    answer = operator.post(f"{HERE}/routes/new", pattern="*.b", step="save", believed="")

    assert answer.status_code == 200
    assert "Nothing came in the last 30 days" in answer.text
    assert patterns(desk) == ["*.a"]


def test_a_rule_is_changed_with_its_guards(operator: Browser, desk: Desk) -> None:
    route = routes.add(desk, account="jansen", pattern="*.a", kind=Kind.DATA)
    wish: dict[str, str] = {
        "pattern": "*.b",
        "kind": "",
        "administration": "A1",
        "encoding": "cp850",
        "guard.rows_fallen": "hold",
        "share.rows_fallen": "50",
    }

    shown = operator.get(f"{HERE}/routes/{route.id}")
    rehearsed = operator.post(f"{HERE}/routes/{route.id}", **wish)
    operator.post(f"{HERE}/routes/{route.id}", step="save", believed=mark(rehearsed), **wish)

    [changed] = accounts.get(desk, name="jansen").routes
    assert 'value="*.a"' in shown.text
    assert (changed.pattern, changed.kind, changed.encoding) == ("*.b", None, "cp850")
    assert changed.administration_id is not None
    assert changed.guards[ReasonCode.ROWS_FALLEN].action is Action.HOLD
    assert changed.guards[ReasonCode.ROWS_FALLEN].share == 0.5


def test_what_cannot_be_right_is_said_at_its_field(operator: Browser, desk: Desk) -> None:
    answer = operator.post(
        f"{HERE}/routes/new",
        **{
            "pattern": "re:(a+)+$",
            "kind": "poem",
            "guard.rows_fallen": "hold",
            "share.rows_fallen": "250",
        },
    )

    assert answer.status_code == 422
    assert 'id="pattern-wrong"' in answer.text
    assert 'id="kind-wrong"' in answer.text
    assert 'id="guard.rows_fallen-wrong"' in answer.text
    assert 'value="re:(a+)+$"' in answer.text
    assert patterns(desk) == []


def test_a_rule_is_moved_and_removed_after_it_was_rehearsed(operator: Browser, desk: Desk) -> None:
    first = routes.add(desk, account="jansen", pattern="*.a")
    second = routes.add(desk, account="jansen", pattern="*.b")

    shown = operator.get(f"{HERE}/routes/{second.id}/move?before={first.id}")
    operator.post(f"{HERE}/routes/{second.id}/move", before=str(first.id), believed=mark(shown))
    moved = accounts.get(desk, name="jansen").routes
    shown = operator.get(f"{HERE}/routes/{moved[0].id}/remove")
    operator.post(f"{HERE}/routes/{moved[0].id}/remove", believed=mark(shown))

    assert [route.pattern for route in moved] == ["*.b", "*.a"]
    assert patterns(desk) == ["*.a"]


@pytest.mark.parametrize("step", ["move", "remove"])
def test_what_others_changed_since_is_rehearsed_again(operator: Browser, desk: Desk, step: str) -> None:
    first = routes.add(desk, account="jansen", pattern="*.a")
    shown = operator.get(f"{HERE}/routes/{first.id}/{step}")
    routes.add(desk, account="jansen", pattern="*.b")

    answer = operator.post(f"{HERE}/routes/{first.id}/{step}", believed=mark(shown))

    assert "The routes have changed since you looked." in answer.text
    assert patterns(desk) == ["*.a", "*.b"]


@pytest.mark.parametrize("path", ["99", "99/remove", "99/move", "1/explode"])
def test_a_rule_or_step_that_is_not_there_is_not_found(operator: Browser, path: str) -> None:
    assert operator.get(f"{HERE}/routes/{path}").status_code == 404
