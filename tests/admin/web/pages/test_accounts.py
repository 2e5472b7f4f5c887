"""The list of accounts answers who can log in, and an account is added in one form."""

import re
from datetime import timedelta

import pytest

from bridge.admin.operations import account_list, accounts
from bridge.admin.operations.desk import Desk
from bridge.domain.errors import NotFound
from bridge.domain.terms import Terms
from bridge.runtime.passwords import is_right
from tests.admin.web.conftest import Browser
from tests.support.clock import FakeClock

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKVBQTpMOcMUzkzC2Yb3h1yYvLE3lDsVZ1lzWJ9ItQbV laptop"


def test_the_first_sentence_says_how_many_can_log_in(operator: Browser, desk: Desk) -> None:
    accounts.set_disabled(desk, name="other", is_disabled=True)
    accounts.change(desk, name="jansen", terms=Terms(password_expires="5"))

    page = operator.get("/accounts").text

    assert "1 of 2 accounts can log in; 1 password ends within a week." in page
    assert "its password ends in 5 d" in page


def test_a_password_that_has_ended_locks_out_and_is_said(
    operator: Browser, desk: Desk, clock: FakeClock
) -> None:
    accounts.change(desk, name="jansen", terms=Terms(password_expires="1"))
    clock.advance(timedelta(hours=30))
    operator.sign_in("operator")

    page = operator.get("/accounts").text

    assert "locked out" in page
    assert "its password ended 6 h ago" in page


def test_it_is_narrowed_by_name_code_and_state(operator: Browser, desk: Desk) -> None:
    accounts.set_stopped(desk, name="other", is_stopped=True)

    by_name = operator.get("/accounts?search=JAN").text
    by_code = operator.get("/accounts?search=b2").text
    by_state = operator.get("/accounts?state=stopped").text
    none = operator.get("/accounts?search=nobody").text

    assert "/accounts/jansen" in by_name
    assert "/accounts/other" not in by_name
    assert ("/accounts/other" in by_code, "/accounts/jansen" in by_code) == (True, False)
    assert ("/accounts/other" in by_state, "/accounts/jansen" in by_state) == (True, False)
    assert "No account is like this." in none


def test_pages_follow_each_other_and_keep_the_filter(
    operator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_list, "PAGE", 1)

    first = operator.get("/accounts?search=e").text
    path = re.search(r'href="(/accounts\?[^"]+)" rel="next"', first)
    assert path is not None
    second = operator.get(path[1].replace("&amp;", "&")).text

    assert ("/accounts/jansen" in first, "/accounts/other" in first) == (True, False)
    assert ("/accounts/jansen" in second, "/accounts/other" in second) == (False, True)
    assert 'rel="next"' not in second


def test_without_accounts_it_says_what_to_do_first(operator: Browser, desk: Desk) -> None:
    for name in ("jansen", "other"):
        accounts.remove(desk, name=name)

    page = operator.get("/accounts").text

    assert "There is no account yet" in page
    assert 'href="/new-account"' in page


def test_a_name_and_an_administration_make_an_account_whose_password_is_shown_once(
    operator: Browser, desk: Desk
) -> None:
    sheet = operator.post("/new-account", name="de.boer", administrations="A1\nB2")
    later = operator.get("/accounts/de.boer/sheet").text

    shown = re.search(r'<code class="secret">([^<]+)</code>', sheet.text)
    assert shown is not None
    made = accounts.get(desk, name="de.boer")
    assert is_right(made.password_hash or "", shown[1])
    assert [place.code for place in made.administrations] == ["A1", "B2"]
    assert shown[1] not in later


def test_a_key_alone_opens_and_no_password_is_made(operator: Browser, desk: Desk) -> None:
    sheet = operator.post("/new-account", name="keyed", administrations="A1", keys=KEY)

    made = accounts.get(desk, name="keyed")
    assert sheet.status_code == 200
    assert 'class="secret"' not in sheet.text
    assert made.password_hash is None
    assert [key.comment for key in made.keys] == ["laptop"]


def test_what_was_typed_stays_with_each_mistake_at_its_field(operator: Browser, desk: Desk) -> None:
    answer = operator.post(
        "/new-account",
        name="Jan Sen",
        administrations="A1\nXX",
        keys="ssh-dss AAAA",
        encoding="klingon",
        password="never shown again",
    )

    assert answer.status_code == 422
    assert "4 fields need another look" in answer.text
    assert 'value="Jan Sen"' in answer.text
    assert "A1\nXX</textarea>" in answer.text
    assert 'id="name-wrong">account name' in answer.text
    assert 'id="administrations-wrong">no administration XX<' in answer.text
    assert 'id="keys-wrong">keys: DSA keys' in answer.text
    assert 'id="encoding-wrong">' in answer.text
    assert "never shown again" not in answer.text
    with pytest.raises(NotFound):
        accounts.get(desk, name="Jan Sen")


def test_a_name_that_is_taken_is_said_and_changes_nothing(operator: Browser) -> None:
    answer = operator.post("/new-account", name="jansen", administrations="A1")

    assert answer.status_code == 422
    assert "account jansen exists already" in answer.text


def test_hostile_values_stay_text(operator: Browser) -> None:
    evil = '"><script>alert(1)</script>'

    search = operator.client.get("/accounts", params={"search": evil, "state": evil, "after": evil})
    form = operator.post("/new-account", name=evil, administrations=f"{evil}\n</textarea>{evil}", keys=evil)

    for page in (search.text, form.text):
        assert "<script>alert" not in page
        assert "</textarea><" not in page


def test_a_viewer_is_led_to_the_own_account(viewer: Browser) -> None:
    assert viewer.get("/accounts").headers["location"] == "/accounts/jansen"


def test_only_an_operator_may_add(support: Browser, viewer: Browser, desk: Desk) -> None:
    for browser in (support, viewer):
        assert browser.get("/new-account").status_code == 404
        assert browser.post("/new-account", name="x", administrations="A1").status_code == 404
    assert 'href="/new-account"' not in support.get("/accounts").text
    with pytest.raises(NotFound):
        accounts.get(desk, name="x")


def test_a_form_without_its_token_adds_nothing(operator: Browser, desk: Desk) -> None:
    answer = operator.client.post(
        "/new-account",
        data={"name": "x", "administrations": "A1"},
        headers={"origin": "http://127.0.0.1:8080"},
    )

    assert answer.status_code == 403
    with pytest.raises(NotFound):
        accounts.get(desk, name="x")
