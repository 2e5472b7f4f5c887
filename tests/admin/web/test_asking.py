"""Who is not signed in is led to the sign-in; who may not see a page does not learn that it is there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI

from bridge.admin.api import create
from bridge.admin.operations import admins
from bridge.admin.operations.desk import Desk
from bridge.admin.web.asking import COOKIE
from bridge.admin.web.console import Console
from bridge.config.admin import AdminSettings
from bridge.domain.roles import Role
from tests.admin.web.conftest import HOST, PASSWORD, Browser
from tests.support.clock import FakeClock


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(stranger: Browser, desk: Desk) -> None:
    admins.add(desk, name="anna", role=Role.OPERATOR, password=PASSWORD)

    led = stranger.get("/me?x=1")
    form = stranger.get(led.headers["location"])
    answer = stranger.client.post(
        "/sign-in",
        data={"name": "anna", "password": PASSWORD, "next": "/me?x=1"},
        headers={"origin": HOST},
    )

    assert led.headers["location"] == "/sign-in?next=%2Fme%3Fx%3D1"
    assert 'value="/me?x=1"' in form.text
    assert (answer.status_code, answer.headers["location"]) == (303, "/me?x=1")


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/", "/\\evil.example", "evil"])
def test_the_sign_in_leads_to_no_other_site(stranger: Browser, desk: Desk, to: str) -> None:
    admins.add(desk, name="anna", role=Role.OPERATOR, password=PASSWORD)

    answer = stranger.client.post(
        "/sign-in", data={"name": "anna", "password": PASSWORD, "next": to}, headers={"origin": HOST}
    )

    assert answer.headers["location"] == "/"


def test_the_cookie_is_for_this_site_only_and_no_script_reads_it(stranger: Browser, desk: Desk) -> None:
    admins.add(desk, name="anna", role=Role.OPERATOR, password=PASSWORD)

    cookie = stranger.sign_in("anna").headers["set-cookie"]

    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # plain http on loopback


def test_behind_a_proxy_with_tls_the_cookie_is_for_https_only(console: Console, desk: Desk) -> None:
    admins.add(desk, name="anna", role=Role.OPERATOR, password=PASSWORD)
    settings = desk.settings.model_copy(update={"admin": AdminSettings(public_url="https://bridge.example")})
    behind = replace(console, desk=replace(desk, settings=settings))

    cookie = Browser(create(behind)).sign_in("anna").headers["set-cookie"]

    assert "Secure" in cookie


def test_a_form_without_the_session_s_token_changes_nothing(operator: Browser) -> None:
    answer = operator.client.post("/sign-out", data={"csrf": "0" * 64}, headers={"origin": HOST})

    assert answer.status_code == 403
    assert operator.get("/me").status_code == 200


def test_the_token_of_one_session_is_of_no_use_in_another(operator: Browser, support: Browser) -> None:
    page = support.get("/me").text
    token = page.split('name="csrf" value="')[1].split('"')[0]

    answer = operator.client.post("/sign-out", data={"csrf": token}, headers={"origin": HOST})

    assert answer.status_code == 403


def test_a_session_ends_after_two_hours_without_use(operator: Browser, clock: FakeClock) -> None:
    clock.advance(timedelta(minutes=119))
    used = operator.get("/me").status_code
    clock.advance(timedelta(minutes=119))
    used_again = operator.get("/me").status_code
    clock.advance(timedelta(minutes=121))

    assert (used, used_again, operator.get("/me").status_code) == (200, 200, 303)


def test_a_session_ends_after_twelve_hours_of_use(operator: Browser, clock: FakeClock) -> None:
    for _ in range(11):
        clock.advance(timedelta(hours=1))
        assert operator.get("/me").status_code == 200
    clock.advance(timedelta(hours=1, seconds=1))

    assert operator.get("/me").status_code == 303


def test_who_is_disabled_is_out_at_once(
    operator: Browser, signed_in: Callable[[Role], Browser], desk: Desk
) -> None:
    support = signed_in(Role.SUPPORT)

    admins.set_disabled(desk, name="support", is_disabled=True)

    assert support.get("/me").status_code == 303
    assert operator.get("/me").status_code == 200


def test_a_cookie_that_was_foisted_is_worth_nothing(application: FastAPI, desk: Desk) -> None:
    admins.add(desk, name="anna", role=Role.OPERATOR, password=PASSWORD)
    browser = Browser(application)
    browser.client.cookies.set(COOKIE, "known-to-the-attacker")

    browser.sign_in("anna")
    attacker = Browser(application)
    attacker.client.cookies.set(COOKIE, "known-to-the-attacker")

    assert attacker.get("/me").status_code == 303
