"""First run: the first admin is made with a link that works once."""

import pytest

from bridge.admin.operations import admins, trail
from bridge.admin.operations.desk import Desk
from bridge.admin.web.console import Console
from bridge.domain.roles import Role
from tests.admin.web.conftest import HOST, PASSWORD, Browser


def make(browser: Browser, key: str, **fields: str) -> int:
    """Send the form; return the status."""
    form = {"key": key, "name": "anna", "password": PASSWORD, "again": PASSWORD} | fields
    return browser.client.post("/setup", data=form, headers={"origin": HOST}).status_code


def test_the_first_operator_is_made_and_signed_in(stranger: Browser, console: Console, desk: Desk) -> None:
    path = console.set_up.path()

    shown = stranger.get(path).status_code
    made = make(stranger, path.removeprefix("/setup?key="))

    assert (shown, made) == (200, 303)
    assert stranger.get("/me").status_code == 200
    assert [(one.name, one.role) for one in admins.listing(desk)] == [("anna", Role.OPERATOR)]
    assert "admin add" in [one.act for one in trail.listing(desk)]


def test_afterwards_there_is_no_such_page(stranger: Browser, console: Console) -> None:
    path = console.set_up.path()
    key = path.removeprefix("/setup?key=")
    make(stranger, key)

    assert stranger.get(path).status_code == 404
    assert make(stranger, key, name="ben") == 404


@pytest.mark.parametrize("key", ["", "guess", "é"])
def test_without_the_key_there_is_no_such_page(stranger: Browser, desk: Desk, key: str) -> None:
    assert stranger.get(f"/setup?key={key}").status_code == 404
    assert make(stranger, key) == 404
    assert admins.listing(desk) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"again": "another sentence"}, "the two passwords differ"),
        ({"password": "short", "again": "short"}, "5 characters"),
        ({"name": "Anna Smith"}, "first and last a letter or digit"),
    ],
)
def test_a_mistake_is_said_and_what_was_typed_stays(
    stranger: Browser, console: Console, desk: Desk, fields: dict[str, str], said: str
) -> None:
    key = console.set_up.path().removeprefix("/setup?key=")
    form = {"key": key, "name": "anna", "password": PASSWORD, "again": PASSWORD} | fields

    answer = stranger.client.post("/setup", data=form, headers={"origin": HOST})

    assert answer.status_code == 422
    assert said in answer.text
    assert PASSWORD not in answer.text
    assert f'value="{form["name"].lower()}"' in answer.text
    assert admins.listing(desk) == []
