"""Everybody changes the own password, and sets up one-time passwords."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from fastapi import FastAPI

from bridge.admin.operations import admins
from bridge.admin.operations.desk import Desk
from bridge.domain.roles import Role
from tests.admin.web.conftest import PASSWORD, Browser
from tests.support.clock import FakeClock

NEW = "another sentence to keep"


@pytest.mark.parametrize("role", list(Role))
def test_everybody_changes_the_own_password(
    signed_in: Callable[[Role], Browser], application: FastAPI, role: Role
) -> None:
    browser, elsewhere = signed_in(role), Browser(application)
    elsewhere.sign_in(role.value)

    answer = browser.post("/me/password", old=PASSWORD, new=NEW, again=NEW)

    assert answer.headers["location"] == "/me"
    assert "your other sessions have ended" in browser.told()
    assert elsewhere.get("/me").status_code == 303
    assert elsewhere.sign_in(role.value, NEW).status_code == 303


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"old": "wrong"}, "this is not your password now"),
        ({"again": "something else"}, "the two passwords differ"),
        ({"new": "short", "again": "short"}, "12 to 1024"),
    ],
)
def test_a_mistake_changes_nothing(
    operator: Browser, application: FastAPI, fields: dict[str, str], said: str
) -> None:
    answer = operator.post("/me/password", **({"old": PASSWORD, "new": NEW, "again": NEW} | fields))

    assert answer.status_code == 422
    assert said in answer.text
    assert Browser(application).sign_in("operator").status_code == 303


def turn_on(browser: Browser, clock: FakeClock) -> pyotp.TOTP:
    """Set one-time passwords up; return what the telephone has."""
    page = browser.get("/me/totp").text
    secret = re.search(r'name="secret" value="(\w+)"', page)
    assert secret is not None
    telephone = pyotp.TOTP(secret[1])
    answer = browser.post("/me/totp", secret=secret[1], old=PASSWORD, code=telephone.at(clock.now()))
    assert answer.status_code == 303
    return telephone


def test_with_one_time_passwords_the_password_is_not_enough(
    operator: Browser, application: FastAPI, clock: FakeClock, desk: Desk
) -> None:
    telephone = turn_on(operator, clock)
    clock.advance(timedelta(seconds=30))
    stranger = Browser(application)

    without = stranger.sign_in("operator").status_code
    wrong = stranger.sign_in("operator", code="000000").status_code
    right = stranger.sign_in("operator", code=telephone.at(clock.now())).status_code

    assert (without, wrong, right) == (403, 403, 303)
    [admin] = admins.listing(desk)
    assert admin.sealed_totp is not None
    assert telephone.secret not in admin.sealed_totp


def test_a_one_time_password_works_once(operator: Browser, application: FastAPI, clock: FakeClock) -> None:
    telephone = turn_on(operator, clock)
    clock.advance(timedelta(seconds=30))
    code = telephone.at(clock.now())
    Browser(application).sign_in("operator", code=code)

    assert Browser(application).sign_in("operator", code=code).status_code == 403


def test_a_telephone_that_did_not_take_the_secret_locks_nobody_out(
    operator: Browser, application: FastAPI
) -> None:
    answer = operator.post("/me/totp", secret="JBSWY3DPEHPK3PXP" * 2, old=PASSWORD, code="000000")

    assert answer.status_code == 422
    assert "is the clock of the telephone right" in answer.text
    assert Browser(application).sign_in("operator").status_code == 303


def test_a_secret_that_is_none_is_refused(operator: Browser) -> None:
    answer = operator.post("/me/totp", secret="<b>", old=PASSWORD, code="000000")

    assert answer.status_code == 422
    assert "begin anew" in answer.text


def test_they_are_turned_off_with_the_password_and_the_next_one(
    operator: Browser, application: FastAPI, clock: FakeClock
) -> None:
    telephone = turn_on(operator, clock)
    used = telephone.at(clock.now())
    clock.advance(timedelta(seconds=30))
    code = telephone.at(clock.now())

    wrong = operator.post("/me/totp/off", old="wrong", code=code).status_code
    without = operator.post("/me/totp/off", old=PASSWORD).status_code
    twice = operator.post("/me/totp/off", old=PASSWORD, code=used).status_code
    done = operator.post("/me/totp/off", old=PASSWORD, code=code).status_code

    assert (wrong, without, twice, done) == (422, 422, 422, 303)
    assert Browser(application).sign_in("operator").status_code == 303


def test_another_telephone_takes_one_of_the_former(operator: Browser, clock: FakeClock) -> None:
    former = turn_on(operator, clock)
    clock.advance(timedelta(seconds=30))
    secret = pyotp.random_base32()
    form = {"secret": secret, "old": PASSWORD, "code": pyotp.TOTP(secret).at(clock.now())}

    without = operator.post("/me/totp", **form)
    done = operator.post("/me/totp", current=former.at(clock.now()), **form)

    assert 'name="current"' in without.text
    assert (without.status_code, done.status_code) == (422, 303)


# Bug: whoever found a browser signed in could try passwords without end.
@pytest.mark.parametrize("path", ["/me/password", "/me/totp", "/me/totp/off"])
def test_six_wrong_passwords_end_the_session(operator: Browser, path: str) -> None:
    answers = [operator.post(path, old="wrong", new=NEW, again=NEW) for _ in range(6)]

    assert [one.status_code for one in answers] == [422] * 5 + [403]
    assert "your session has ended, sign in again" in answers[-1].text
    assert operator.get("/me").status_code == 303
