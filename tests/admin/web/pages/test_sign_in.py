"""Signing in and out."""

from datetime import timedelta

import pytest

from bridge.admin.operations import admins, trail
from bridge.admin.operations.desk import Desk
from bridge.admin.web.console import Console
from bridge.domain.roles import Role
from bridge.runtime.turns import Turns
from tests.admin.web.conftest import PASSWORD, Browser
from tests.support.clock import FakeClock


@pytest.fixture
def anna(desk: Desk) -> str:
    """An operator."""
    return admins.add(desk, name="anna", role=Role.OPERATOR, password=PASSWORD).admin.name


def test_signing_in_and_out(stranger: Browser, desk: Desk, anna: str) -> None:
    assert stranger.sign_in(anna).status_code == 303
    assert stranger.get("/me").status_code == 200

    assert stranger.post("/sign-out").headers["location"] == "/sign-in"

    assert stranger.get("/me").status_code == 303
    assert [one.act for one in trail.listing(desk, limit=2)] == ["admin sign out", "admin sign in"]


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize(
    ("name", "password"), [("anna", "wrong"), ("nobody", PASSWORD), ("", ""), ("é" * 999, "x")]
)
def test_it_is_not_said_what_is_wrong(stranger: Browser, name: str, password: str) -> None:
    answer = stranger.sign_in(name, password)

    assert answer.status_code == 403
    assert "name, password or one-time password is not right" in answer.text
    assert not password or f'value="{password}"' not in answer.text


def test_a_disabled_admin_is_a_wrong_one(stranger: Browser, desk: Desk) -> None:
    admins.add(desk, name="ben", role=Role.SUPPORT, password=PASSWORD)
    admins.set_disabled(desk, name="ben", is_disabled=True)

    assert stranger.sign_in("ben").status_code == 403


def test_who_guesses_waits_even_with_the_right_password(
    stranger: Browser, anna: str, clock: FakeClock
) -> None:
    for number in range(7):
        stranger.sign_in(anna, f"guess {number}")

    waits = stranger.sign_in(anna)
    clock.advance(timedelta(seconds=5))
    then = stranger.sign_in(anna)

    assert "too many wrong passwords; try again in 5 s" in waits.text
    assert then.status_code == 303


def test_too_many_at_once_are_told_to_come_again(
    stranger: Browser, anna: str, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.doorkeeper, "_turns", Turns(at_once=1, waiting=-1, name="none"))

    answer = stranger.sign_in(anna)

    assert answer.status_code == 503
    assert "too many at this moment; try again in a few seconds" in answer.text


def test_before_there_is_an_admin_the_page_says_how_one_is_made(stranger: Browser) -> None:
    assert "There is no admin yet" in stranger.get("/sign-in").text
