"""The connection sheet has all that a sender needs, in two languages, and no secret."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.admin.operations import accounts, sheets
from bridge.admin.operations.desk import Desk
from bridge.admin.web.console import HERE, Console
from bridge.config.settings import SftpSettings
from bridge.domain.terms import Terms
from bridge.sftp import hostkeys
from tests.admin.web.conftest import Browser


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A desk of a bridge that knows how it is reached."""
    hostkeys.load(desk.settings.keys_dir)
    sftp = SftpSettings(public_host="sftp.example.com", public_port=2022)
    return replace(desk, settings=desk.settings.model_copy(update={"sftp": sftp}))


def test_it_says_where_and_as_whom_and_how_to_check_the_server(viewer: Browser, desk: Desk) -> None:
    page = viewer.get("/accounts/jansen/sheet").text

    for key in sheets.host_keys(desk.settings.keys_dir):
        assert f"SHA256:{key.sha256}" in page
    assert "sftp -P 2022 jansen@sftp.example.com" in page
    assert "[sftp.example.com]:2022 ssh-ed25519 AAAA" in page
    assert "sftp://jansen@sftp.example.com:2022/ -hostkey=" in page
    assert "PRIVATE KEY" not in page
    assert 'class="secret"' not in page


def test_it_speaks_the_language_of_the_account(viewer: Browser, desk: Desk) -> None:
    english = viewer.get("/accounts/jansen/sheet").text
    accounts.change(desk, name="jansen", terms=Terms(language="nl"))
    dutch = viewer.get("/accounts/jansen/sheet").text
    asked = viewer.get("/accounts/jansen/sheet?language=en").text

    assert "Connection sheet for jansen" in english
    assert "Verbindingsblad voor jansen" in dutch
    assert "Connection sheet for jansen" in asked


def test_both_languages_have_the_same_words(console: Console) -> None:
    def keys(language: str) -> list[str]:
        text = Path(HERE / "templates" / f"sheet_{language}.html").read_text()
        return [*re.findall(r'"(\w+)": ', text), str(len(re.findall(r'^    "', text, re.MULTILINE)))]

    assert keys("en") == keys("nl")
    assert console.templates.get_template("sheet_nl.html")


def test_a_bridge_that_does_not_know_how_it_is_reached_says_so(operator: Browser, console: Console) -> None:
    settings = console.desk.settings.model_copy(update={"sftp": SftpSettings()})
    object.__setattr__(console, "desk", replace(console.desk, settings=settings))

    page = operator.get("/accounts/jansen/sheet").text

    assert "The host is missing" in page
    assert "is told by the administrator of the server" in page


def test_another_language_than_these_is_no_page(viewer: Browser) -> None:
    assert viewer.get("/accounts/jansen/sheet?language=xx").status_code == 422
