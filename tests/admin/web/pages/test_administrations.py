"""The list of administrations answers whether their imports will be complete; one is added in one form."""

import re

import pytest

from bridge.admin.operations import accounts, administrations
from bridge.admin.operations.desk import Desk
from bridge.admin.web.pages import administrations as page_module
from bridge.domain.errors import NotFound
from tests.admin.web.conftest import Browser
from tests.support import builders


def test_the_first_sentence_says_whether_all_are_on_time(support: Browser, desk: Desk) -> None:
    account = accounts.get(desk, name="jansen")
    desk.database.write_now(builders.an_accepted_upload, account)

    page = support.get("/administrations").text

    assert "2 administrations, all on time for the next import." in page
    assert "to spare" in page
    assert 'href="/new-administration"' not in page


def test_what_is_stopped_needs_a_hand(operator: Browser, desk: Desk) -> None:
    administrations.set_stopped(desk, code="A1", is_stopped=True)

    page = operator.get("/administrations").text

    assert "Needs a hand" in page
    assert "nothing is sent for it, whoever uploads it" in page


def test_pages_follow_each_other(operator: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "_PAGE", 1)

    first = operator.get("/administrations").text
    path = re.search(r'href="(/administrations\?[^"]+)" rel="next"', first)
    assert path is not None
    second = operator.get(path[1].replace("&amp;", "&")).text

    assert ("/administrations/A1" in first, "/administrations/B2" in first) == (True, False)
    assert ("/administrations/A1" in second, "/administrations/B2" in second) == (False, True)


def test_one_is_added_and_its_token_is_never_shown(operator: Browser, desk: Desk) -> None:
    answer = operator.post(
        "/new-administration",
        code="DE 05/".strip("/"),
        payt_id="4711",
        token="very-secret",
        times="01:00 13:30",
        timezone="Europe/Berlin",
    )

    added = administrations.get(desk, code="DE 05")
    page = operator.get("/administrations/DE%2005").text
    assert answer.headers["location"] == "/administrations/DE%2005"
    assert (added.payt_id, added.timezone, len(added.import_times)) == (4711, "Europe/Berlin", 2)
    assert added.sealed_token
    assert "very-secret" not in page
    assert "01:00, 13:30 Europe/Berlin" in page


def test_every_mistake_is_at_its_field_and_the_token_is_not_given_back(operator: Browser, desk: Desk) -> None:
    answer = operator.post(
        "/new-administration", code="a/b", payt_id="x", token="two words", times="25:00", timezone="Mars"
    )

    assert answer.status_code == 422
    for field in ("code", "payt_id", "token", "times", "timezone"):
        assert f'id="{field}-wrong"' in answer.text
    assert "two words" not in answer.text
    assert 'value="25:00"' in answer.text
    with pytest.raises(NotFound):
        administrations.get(desk, code="a/b")


def test_hostile_codes_stay_text(operator: Browser, desk: Desk) -> None:
    administrations.add(desk, code='"><script>alert(1)<b>')

    listed = operator.get("/administrations").text
    path = re.search(r'href="(/administrations/%22[^"]+)"', listed)
    assert path is not None
    shown = operator.get(path[1]).text

    assert "<script>alert" not in listed + shown
    assert "&lt;script&gt;" in shown


def test_a_viewer_sees_no_administrations(viewer: Browser) -> None:
    for path in ("/administrations", "/administrations/A1", "/new-administration"):
        assert viewer.get(path).status_code == 404


def test_without_any_it_says_what_to_do_first(operator: Browser, desk: Desk) -> None:
    for name, code in (("jansen", "A1"), ("other", "B2")):
        accounts.remove(desk, name=name)
        administrations.remove(desk, code=code)

    assert "There is no administration yet" in operator.get("/administrations").text
    assert "/new-administration" in operator.get("/accounts").text
