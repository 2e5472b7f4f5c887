"""The API without a socket, and programs of every role; a ledger with something of everything."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from bridge.admin.operations import (
    accounts,
    administrations,
    admins,
    expectations,
    forecasts,
    tokens,
    watching,
)
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.doorkeeper import Doorkeeper
from bridge.admin.operations.routes import Wish, draft_add, save
from bridge.admin.operations.trials import Trier
from bridge.admin.web.console import Console
from bridge.config import Settings
from bridge.delivery.targets.asking import Asking
from bridge.domain.alarms import AlarmKind
from bridge.domain.audit import Actor, Way
from bridge.domain.deliveries import DeliveryId, DeliveryState
from bridge.domain.expectations import Weekday
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.roles import Role
from bridge.intake.recognise import recognise
from bridge.ledger import alarms, deliveries
from bridge.ledger.accounts import get as account_of
from bridge.ledger.database import Database
from tests.admin.built import application_of, hash_cheaply
from tests.support import builders
from tests.support.clock import DAY, NOON, FakeClock

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINz8WUVw4OdqAz9Akcui5qC91V2w2hDWc3oyUwPJfDqL laptop"
PASSWORD = "canary-password-7Q"
TOKEN = "canary-import-token-9Z"


@dataclass(frozen=True, slots=True)
class Program:
    """Something that shows a token."""

    client: TestClient
    secret: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Send a request below ``/api/v1``."""
        shown = {"authorization": f"Bearer {self.secret}"} | headers
        if body is None:
            return self.client.request(method, f"/api/v1{path}", headers=shown)
        return self.client.request(method, f"/api/v1{path}", headers=shown, json=body)

    def get(self, path: str) -> Any:
        """Return what is there."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def put(self, path: str, body: Any) -> Response:
        """Make something so."""
        return self.ask("PUT", path, body)

    def post(self, path: str, body: Any = None, **headers: str) -> Response:
        """Do something."""
        return self.ask("POST", path, body, **headers)


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)


@pytest.fixture
def desk(sqlite_database: Database, clock: FakeClock, tmp_path: Path) -> Desk:
    """A desk with administrations A1 and B2, and accounts jansen and other that have sent files."""
    settings = Settings(data_dir=tmp_path / "data", keys_dir=tmp_path / "keys")
    desk = Desk(
        database=sqlite_database, clock=clock, settings=settings, actor=Actor(who="tester", way=Way.CLI)
    )
    administrations.add(desk, code="A1", payt_id=12, token=TOKEN, guards={"rows_fallen": "hold:50%"})
    administrations.add(desk, code="B2")
    accounts.add(
        desk, name="jansen", administration_codes=["A1"], password=PASSWORD, key_texts={"laptop": KEY}
    )
    accounts.add(desk, name="other", administration_codes=["B2"], password=PASSWORD)
    save(desk, draft_add(desk, account="jansen", wish=Wish(pattern="/export/*.csv", kind=Kind.DATA)))
    admins.add(desk, name="maria", role=Role.SUPPORT, password=PASSWORD)
    expectations.set_times(desk, account="jansen", weekdays=[Weekday.MONDAY], times=["17:00"])
    sqlite_database.write_now(_files)
    return desk


def _files(ledger: Any) -> None:
    """Files of both accounts: waiting, held, delivered; and an alarm."""
    for name in ("jansen", "other"):
        account = account_of(ledger, name=name)
        for number in range(2):
            builders.an_accepted_upload(ledger, account, f"/{name}-{number}.pdf")
        held = builders.an_accepted_upload(ledger, account, f"/{name}-held.pdf")
        deliveries.hold(ledger, delivery_id=held.id)
        builders.an_upload(ledger, account, f"/{name}-arriving.pdf")
    [first, *_] = builders.claim(ledger, limit=1)
    deliveries.settle(
        ledger,
        delivery=first.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=NOON,
        status=200,
    )
    alarms.raise_once(
        ledger,
        kind=AlarmKind.FILES_HELD,
        subject="account:jansen",
        detail="one file",
        now=NOON,
        not_since=NOON - DAY,
    )


@pytest.fixture
def application(desk: Desk) -> FastAPI:
    """The whole HTTP application."""
    console = Console(
        desk=replace(desk, actor=Actor(who="server", way=Way.API)),
        doorkeeper=Doorkeeper(lambda: desk.clock.now().timestamp()),
        release="test",
        forecast=partial(forecasts.whole, desk),
        watched=partial(watching.look, desk),
        forget=lambda: None,
        parts=lambda: {"intake": True, "sftp": True},
        is_stopping=lambda: False,
        trier=Trier(recognise=recognise, requester=Asking(desk.settings.destination, desk.clock)),
    )
    return application_of(console)


@pytest.fixture
def stranger(application: FastAPI) -> Iterator[Program]:
    """A program with a token that nobody made."""
    with TestClient(application, raise_server_exceptions=False) as client:
        yield Program(client, "bridge_nobody")


Hire = Callable[..., Program]


@pytest.fixture
def hire(desk: Desk, stranger: Program) -> Hire:
    """Give a program a token of a role; a viewer's is jansen's."""

    def make(role: Role, *, may_write: bool = True) -> Program:
        name = f"{role.value}-{'write' if may_write else 'read'}"
        account = "jansen" if role is Role.VIEWER else None
        made = tokens.add(desk, name=name, role=role, account=account, may_write=may_write)
        return Program(stranger.client, made.secret)

    return make


@pytest.fixture
def operator(hire: Hire) -> Program:
    """A program that may do everything."""
    return hire(Role.OPERATOR)


@pytest.fixture
def support(hire: Hire) -> Program:
    """A program that decides about files."""
    return hire(Role.SUPPORT)


@pytest.fixture
def viewer(hire: Hire) -> Program:
    """Jansen's program."""
    return hire(Role.VIEWER)


def deliveries_of(program: Program, account: str, state: str) -> list[DeliveryId]:
    """Return the ids of an account's deliveries in a state, the newest first."""
    found = program.get(f"/deliveries?account={account}&state={state}")
    return [DeliveryId(one["id"]) for one in found["items"]]
