"""A new password is shown once and the old one may go on for a while; keys come, end and go."""

import re
from datetime import timedelta

from bridge.admin.operations import accounts
from bridge.admin.operations.desk import Desk
from bridge.runtime.passwords import is_right
from tests.admin.web.conftest import Browser
from tests.support.clock import NOON

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKVBQTpMOcMUzkzC2Yb3h1yYvLE3lDsVZ1lzWJ9ItQbV laptop"
HERE = "/accounts/jansen"


def believed(operator: Browser) -> str:
    found = re.search(r'name="believed" value="(\w+)"', operator.get(f"{HERE}/password").text)
    assert found is not None
    return found[1]


def test_a_password_is_made_and_shown_while_the_old_one_goes_on(operator: Browser, desk: Desk) -> None:
    sheet = operator.post(f"{HERE}/password", believed=believed(operator), keep="7", expires="90")

    shown = re.search(r'<code class="secret">([^<]+)</code>', sheet.text)
    assert shown is not None
    account = accounts.get(desk, name="jansen")
    assert is_right(account.password_hash or "", shown[1])
    assert is_right(account.former_password_hash or "", "x")
    assert account.former_password_until == NOON + timedelta(days=7)
    assert account.password_expires_at == NOON + timedelta(days=90)


def test_the_same_form_sent_twice_makes_no_second_password(operator: Browser, desk: Desk) -> None:
    mark = believed(operator)
    operator.post(f"{HERE}/password", believed=mark)
    first = accounts.get(desk, name="jansen").password_hash

    again = operator.post(f"{HERE}/password", believed=mark)

    assert again.status_code == 422
    assert "was set since this page was loaded" in again.text
    assert accounts.get(desk, name="jansen").password_hash == first


def test_a_password_that_is_given_is_not_shown(operator: Browser, desk: Desk) -> None:
    answer = operator.post(f"{HERE}/password", believed=believed(operator), password="a given one")

    assert answer.status_code == 303
    assert is_right(accounts.get(desk, name="jansen").password_hash or "", "a given one")
    assert "a given one" not in operator.get(HERE).text


def test_days_that_cannot_be_are_said_at_their_field(operator: Browser, desk: Desk) -> None:
    before = accounts.get(desk, name="jansen")

    answer = operator.post(f"{HERE}/password", believed=believed(operator), keep="soon", expires="0")

    assert answer.status_code == 422
    assert 'id="keep-wrong"' in answer.text
    assert 'id="expires-wrong"' in answer.text
    assert 'value="soon"' in answer.text
    assert accounts.get(desk, name="jansen") == before


def test_only_when_a_password_ends_can_be_changed(operator: Browser, desk: Desk) -> None:
    before = accounts.get(desk, name="jansen").password_hash

    operator.post(f"{HERE}/password/expiry", ends="30")
    told, ends = operator.told(), accounts.get(desk, name="jansen").password_expires_at
    operator.post(f"{HERE}/password/expiry", ends="")
    after = accounts.get(desk, name="jansen")
    wrong = operator.post(f"{HERE}/password/expiry", ends="x")

    assert (told, ends) == ("The password of jansen ends in 30 days.", NOON + timedelta(days=30))
    assert (after.password_hash, after.password_expires_at) == (before, None)
    assert wrong.status_code == 422


def test_a_key_is_added_until_it_ends_and_removed(operator: Browser, desk: Desk) -> None:
    operator.post(f"{HERE}/keys", keys=KEY, expires="9")
    [key] = accounts.get(desk, name="jansen").keys
    page = operator.get(HERE).text
    operator.post(f"{HERE}/keys/remove", fingerprint=key.fingerprint)

    assert key.expires_at == NOON + timedelta(days=9)
    assert "laptop" in page
    assert accounts.get(desk, name="jansen").keys == ()


def test_a_private_key_is_refused_and_told_so(operator: Browser) -> None:
    answer = operator.post(f"{HERE}/keys", keys="-----BEGIN OPENSSH PRIVATE KEY-----")

    assert answer.status_code == 422
    assert "this is a private key: it stays with its owner" in answer.text


def test_the_password_goes_only_where_a_key_stays(operator: Browser, desk: Desk) -> None:
    without = operator.post(f"{HERE}/password/remove")
    accounts.add_keys(desk, name="jansen", source="k", text=KEY)
    with_key = operator.post(f"{HERE}/password/remove")

    assert (without.status_code, with_key.status_code) == (409, 303)
    assert accounts.get(desk, name="jansen").password_hash is None
