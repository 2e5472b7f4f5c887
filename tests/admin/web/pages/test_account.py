"""The page of one account: how it is, what it sent, what it logs in with; and what is done to it."""

import pytest

from bridge.admin.operations import accounts, expectations
from bridge.admin.operations.desk import Desk
from bridge.domain.admission import NoEntry
from bridge.domain.errors import NotFound
from bridge.domain.expectations import Weekday
from bridge.domain.logins import Agreed
from bridge.domain.roles import Role
from bridge.domain.terms import Terms
from bridge.ledger import logins
from bridge.ledger.database import Transaction
from tests.admin.web.conftest import Browser
from tests.support import builders
from tests.support.clock import NOON


def test_the_first_sentence_says_how_it_is(operator: Browser, desk: Desk) -> None:
    account = accounts.get(desk, name="jansen")
    desk.database.write_now(builders.an_accepted_upload, account)

    page = operator.get("/accounts/jansen").text

    assert "jansen can log in with a password; 1 file waits." in page
    assert "/invoice.pdf" in page


def test_what_needs_a_hand_stands_before_the_rest(operator: Browser, desk: Desk) -> None:
    accounts.set_stopped(desk, name="jansen", is_stopped=True)
    accounts.change(desk, name="jansen", terms=Terms(password_expires="3"))

    page = operator.get("/accounts/jansen").text

    assert page.index("Needs a hand") < page.index("Last uploads")
    assert "its password ends in 3 d" in page
    assert "what it uploads is accepted and not sent" in page


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPPORT])
def test_who_may_only_look_sees_it_without_buttons(role: Role, request: pytest.FixtureRequest) -> None:
    browser: Browser = request.getfixturevalue(role.value)

    page = browser.get("/accounts/jansen").text

    assert "jansen can log in" in page
    assert "Connection sheet" in page
    assert page.count("<form") == 1  # to sign out
    for path in ("password", "keys", "terms", "expect", "routes/new"):
        assert f"/accounts/jansen/{path}" not in page
        assert browser.get(f"/accounts/jansen/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "/sheet"])
def test_another_tenants_account_is_none_to_a_viewer(viewer: Browser, path: str) -> None:
    there, nowhere = viewer.get(f"/accounts/other{path}"), viewer.get(f"/accounts/nobody{path}")

    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert there.text.replace("other", "nobody") == nowhere.text


def test_it_is_stopped_resumed_disabled_and_enabled(operator: Browser, desk: Desk) -> None:
    told = []
    for act in ("stop", "resume", "disable", "enable"):
        assert (
            operator.post(f"/accounts/jansen/{act}", why="moving").headers["location"] == "/accounts/jansen"
        )
        found = accounts.get(desk, name="jansen")
        told.append((operator.told(), found.is_stopped, found.is_disabled))

    assert told == [
        ("Nothing more of jansen is sent; what it uploads is accepted and waits.", True, False),
        ("What jansen uploads is sent again.", False, False),
        ("Nobody can log in as jansen any more.", False, True),
        ("jansen can log in again, with what it had.", False, False),
    ]


def test_to_remove_it_its_name_is_typed(operator: Browser, desk: Desk) -> None:
    wrong = operator.post("/accounts/jansen/remove", name="jan")
    still = accounts.get(desk, name="jansen")
    right = operator.post("/accounts/jansen/remove", name="jansen")

    assert wrong.status_code == 422
    assert still.name == "jansen"
    assert right.headers["location"] == "/accounts"
    with pytest.raises(NotFound):
        accounts.get(desk, name="jansen")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPPORT])
def test_only_an_operator_may_do_any_of_it(role: Role, request: pytest.FixtureRequest, desk: Desk) -> None:
    browser: Browser = request.getfixturevalue(role.value)

    for act in ("stop", "disable", "remove", "terms", "keys", "password", "expect", "routes/new"):
        assert browser.post(f"/accounts/jansen/{act}", name="jansen").status_code == 404
    found = accounts.get(desk, name="jansen")
    assert (found.is_stopped, found.is_disabled, found.keys, found.routes) == (False, False, (), ())


def test_an_act_that_is_none_is_refused(operator: Browser) -> None:
    assert operator.post("/accounts/jansen/explode").status_code == 422


def test_days_that_are_alike_are_one_line(operator: Browser, desk: Desk) -> None:
    expectations.set_times(
        desk,
        account="jansen",
        weekdays=[Weekday.MONDAY, Weekday.FRIDAY],
        times=["17:00"],
        least_count=2,
    )

    page = operator.get("/accounts/jansen").text

    assert "Monday, Friday by 17:00 (Europe/Amsterdam): at least 2 files, counted from 00:00" in page


def test_names_of_files_and_comments_of_keys_stay_text(operator: Browser, desk: Desk) -> None:
    evil = "<script>alert(1)</script>"
    account = accounts.get(desk, name="jansen")
    desk.database.write_now(builders.an_upload, account, f"/{evil}.csv")
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKVBQTpMOcMUzkzC2Yb3h1yYvLE3lDsVZ1lzWJ9ItQbV"
    accounts.add_keys(desk, name="jansen", source="k", text=f"{key} {evil}")

    page = operator.get("/accounts/jansen").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_who_is_here_who_was_refused_and_with_which_program_is_told(viewer: Browser, desk: Desk) -> None:
    account = accounts.get(desk, name="jansen")
    base = {"account_id": account.id, "name": "jansen", "client": "WinSCP <b>", "node": "n"}

    def write(ledger: Transaction) -> None:
        came = {"at": NOON, "peer": "192.0.2.7", "method": "password", "refused": None, "ended_at": None}
        refused = {"at": NOON, "peer": "192.0.2.9", "method": None, "refused": NoEntry.PASSWORD_EXPIRED}
        logins.add(ledger, values=base | came)
        logins.add(ledger, values=base | refused | {"ended_at": NOON})
        agreed = Agreed(
            account_id=account.id,
            client="WinSCP <b>",
            door="compat",
            key_exchange="curve25519-sha256",
            host_key="ssh-ed25519",
            cipher="aes256-ctr",
            mac="hmac-sha2-256",
            proof="password",
        )
        logins.add_profile(ledger, agreed=agreed, now=NOON, logins_more=3)

    desk.database.write_now(write)

    page = viewer.get("/accounts/jansen").text

    assert "Here now: WinSCP &lt;b&gt; from 192.0.2.7" in page
    assert "The password is right, but it has expired; set a new one." in page
    assert "curve25519-sha256, ssh-ed25519, aes256-ctr, hmac-sha2-256" in page
    assert "WinSCP <b>" not in page
