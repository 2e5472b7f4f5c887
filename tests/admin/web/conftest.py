"""The console without a socket, and whoever is signed in to it."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from bridge.admin.operations import accounts, administrations, admins, forecasts, watching
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.doorkeeper import Doorkeeper
from bridge.admin.operations.trials import Trier
from bridge.admin.web.console import Console
from bridge.config import Settings
from bridge.delivery.targets.asking import Asking
from bridge.domain.audit import Actor, Way
from bridge.domain.roles import Role
from bridge.intake.recognise import recognise
from bridge.ledger.database import Database
from tests.admin.built import application_of, hash_cheaply
from tests.support.clock import FakeClock
from tests.support.databases import SqliteTemplate

PASSWORD = "a sentence to keep"
HOST = "http://127.0.0.1:8080"


class Browser:
    """A client that does what a browser does: keeps cookies, says where a form is from, sends the token."""

    def __init__(self, application: FastAPI) -> None:
        self.client = TestClient(application, base_url=HOST, follow_redirects=False)

    def get(self, path: str, **headers: str) -> Response:
        """Ask for a page."""
        return self.client.get(path, headers=headers)

    def post(self, path: str, *, at: str = "/me", **fields: str | list[str]) -> Response:
        """Send a form with the token that the page *at* shows."""
        found = re.search(r'name="csrf" value="(\w+)"', self.client.get(at).text)
        token = {"csrf": found[1]} if found else {}
        return self.client.post(path, data=token | fields, headers={"origin": HOST})

    def sign_in(self, name: str, password: str = PASSWORD, code: str = "") -> Response:
        """Sign in."""
        form = {"name": name, "password": password, "code": code, "next": "/"}
        return self.client.post("/sign-in", data=form, headers={"origin": HOST})

    def told(self) -> str:
        """Return what the next page says that was done."""
        found = re.search(r'<p class="told"[^>]*>(.*?)</p>', self.client.get("/me").text, re.DOTALL)
        return found[1] if found else ""


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)


@pytest.fixture(scope="session")
def peopled(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """A ledger with administrations A1 and B2, and accounts jansen and other."""
    folder = tmp_path_factory.mktemp("peopled")

    def fill(database: Database) -> None:
        desk = _desk(database, FakeClock(), folder)
        for code in ("A1", "B2"):
            administrations.add(desk, code=code)
        accounts.add(desk, name="jansen", administration_codes=["A1"], password="x")
        accounts.add(desk, name="other", administration_codes=["B2"], password="x")

    return sqlite_template.filled(folder, fill)


@pytest.fixture
def desk(peopled: SqliteTemplate, clock: FakeClock, tmp_path: Path) -> Iterator[Desk]:
    """A desk with administrations A1 and B2, and accounts jansen and other."""
    with peopled.database(tmp_path) as database:
        yield _desk(database, clock, tmp_path)


def _desk(database: Database, clock: FakeClock, folder: Path) -> Desk:
    settings = Settings(data_dir=folder / "data", keys_dir=folder / "keys")
    return Desk(database=database, clock=clock, settings=settings, actor=Actor(who="tester", way=Way.CLI))


@pytest.fixture
def console(desk: Desk) -> Console:
    """What the pages share; nothing is remembered, so that each page shows what is."""
    return Console(
        desk=desk,
        doorkeeper=Doorkeeper(lambda: desk.clock.now().timestamp()),
        release="test",
        forecast=partial(forecasts.whole, desk),
        watched=partial(watching.look, desk),
        forget=lambda: None,
        parts=lambda: {"intake": True, "sftp": True},
        is_stopping=lambda: False,
        trier=Trier(recognise=recognise, requester=Asking(desk.settings.destination, desk.clock)),
    )


@pytest.fixture
def application(console: Console) -> FastAPI:
    """The whole HTTP application."""
    return application_of(console)


@pytest.fixture
def stranger(application: FastAPI) -> Iterator[Browser]:
    """Somebody who is not signed in."""
    browser = Browser(application)
    with browser.client:
        yield browser


@pytest.fixture
def signed_in(application: FastAPI, desk: Desk) -> Callable[[Role], Browser]:
    """Somebody of a role; a viewer is jansen's."""

    def sign_in(role: Role) -> Browser:
        account = "jansen" if role is Role.VIEWER else None
        admins.add(desk, name=role.value, role=role, account=account, password=PASSWORD)
        browser = Browser(application)
        assert browser.sign_in(role.value).status_code == 303
        return browser

    return sign_in


@pytest.fixture
def operator(signed_in: Callable[[Role], Browser]) -> Browser:
    """An operator."""
    return signed_in(Role.OPERATOR)


@pytest.fixture
def support(signed_in: Callable[[Role], Browser]) -> Browser:
    """Somebody of support."""
    return signed_in(Role.SUPPORT)


@pytest.fixture
def viewer(signed_in: Callable[[Role], Browser]) -> Browser:
    """Jansen's viewer."""
    return signed_in(Role.VIEWER)
