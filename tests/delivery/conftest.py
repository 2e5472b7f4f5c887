"""What the tests of delivery share: a real ledger, a folder of blobs, a sandbox, a dispatcher."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import time, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bridge.config.settings import DestinationSettings
from bridge.delivery.dispatcher import Dispatcher
from bridge.domain.accounts import Account
from bridge.domain.administrations import Administration
from bridge.domain.clock import Clock
from bridge.domain.deliveries import DEFAULT_LANE, Attempt, Delivery, DeliveryId, Lane
from bridge.domain.documents import PlannedDocument
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.ledger import accounts, administrations, decisions, deliveries, lanes, uploads
from bridge.ledger.database import Database
from bridge.ledger.schema import attempts as attempts_table
from bridge.ledger.schema import deliveries as deliveries_table
from bridge.ledger.schema import lanes as lanes_table
from bridge.ledger.schema import metadata
from bridge.runtime.clock import SystemClock
from bridge.runtime.doorbell import Doorbell
from bridge.runtime.sealing import Sealer
from bridge.runtime.service import Service
from bridge.sandbox import Sandbox
from bridge.spool.local import LocalSpool
from tests.support import lists
from tests.support.clock import FakeClock

TOKEN = "0123456789abcdef0123456789abcdef01234567"

Running = TypeVar("Running", bound=Service)


class Warehouse:
    """A ledger with one account, blobs in a folder, and what a test asks of them."""

    def __init__(self, folder: Path) -> None:
        self.clock: Clock = SystemClock()
        self.database = Database(f"sqlite:///{folder / 'ledger.db'}")
        metadata.create_all(self.database.engine)
        with self.database.engine.begin() as connection:
            connection.execute(lanes_table.insert().values(name=DEFAULT_LANE, is_stopped=False))
        self.spool = LocalSpool(folder / "spool")
        self.sealer = Sealer.from_folder(folder / "keys")
        self.doorbell = Doorbell()
        self.folder = folder
        self.account: Account | None = None
        self.administrations: dict[str, Administration] = {}

    def open_sealer(self) -> None:
        """Open the keys folder again, as a restart does."""
        self.sealer = Sealer.from_folder(self.folder / "keys")

    def administration(
        self, code: str, *, payt_id: int | None = None, token: str | None = None
    ) -> Administration:
        """Return the administration *code*; make it, and the account, if it is new."""
        if code not in self.administrations:
            self.administrations[code] = self.database.write_now(
                administrations.add,
                code=code,
                payt_id=payt_id,
                sealed_token=None if token is None else self.sealer.seal(token),
                import_times=(time(1),),
                timezone="Europe/Amsterdam",
                now=self.clock.now(),
            )
        if self.account is None:
            self.account = self.database.write_now(
                accounts.add,
                name="sender",
                password_hash=None,
                encoding=None,
                administration_ids=[self.administrations[code].id],
                keys=[],
                now=self.clock.now(),
            )
        return self.administrations[code]

    def add(
        self,
        name: str,
        content: bytes,
        *,
        kind: Kind = Kind.DATA,
        code: str = "100",
        age: timedelta = timedelta(),
    ) -> DeliveryId:
        """Put a document into the queue; return its delivery."""
        administration = self.administration(code)
        assert self.account is not None
        path = self.spool.new_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        [blob] = self.spool.adopt([path])
        now = self.clock.now() - age
        digest = hashlib.sha256(content).hexdigest()
        receipt = self.database.write_now(
            uploads.receive,
            account_id=self.account.id,
            folder=f"/{now.timestamp()}",
            name=name,
            blob=blob,
            size=len(content),
            is_closed=True,
            clock=FakeClock(now),
            settle=timedelta(0),
            modified_at=now,
            peer=None,
            client=None,
        )
        upload = self.database.read_now(uploads.get, upload_id=receipt.upload_id)
        planned = PlannedDocument(
            member=None,
            name=name,
            kind=kind,
            administration_id=administration.id,
            size=len(content),
            sha256=digest,
            blob=blob,
        )
        self.database.write_now(decisions.accept, upload=upload, sha256=digest, planned=[planned], now=now)
        [(delivery, _)] = self.database.read_now(lists.deliveries, upload_id=upload.id)
        return delivery.id

    def blob_of(self, delivery_id: DeliveryId) -> Path:
        """Return where the bytes of a delivery are."""
        document = self.database.read_now(deliveries.document_of, delivery=self.delivery(delivery_id))
        assert document.blob is not None
        return self.spool.path(document.blob)

    def delivery(self, delivery_id: DeliveryId) -> Delivery:
        """Return the delivery as it is now."""
        return self.database.read_now(deliveries.get, delivery_id=delivery_id)

    def make_due(self, delivery_id: DeliveryId) -> None:
        """Let a pending delivery be due now, as time would."""
        with self.database.engine.begin() as connection:
            connection.execute(
                deliveries_table.update()
                .where(deliveries_table.c.id == delivery_id)
                .values(due_at=self.clock.now())
            )

    def tried(self, delivery_id: DeliveryId, times: int, ago: timedelta) -> None:
        """Let a delivery have had its attempts, the first of them so long ago; only that one is written."""
        at = self.clock.now() - ago
        values = {"started_at": at, "ended_at": at, "outcome": Outcome.DEFERRED, "status": 503}
        with self.database.engine.begin() as connection:
            connection.execute(
                deliveries_table.update()
                .where(deliveries_table.c.id == delivery_id)
                .values(attempts=times, due_at=at)
            )
            connection.execute(attempts_table.insert().values(delivery_id=delivery_id, **values))

    def attempts(self, delivery_id: DeliveryId) -> list[Attempt]:
        """Return its attempts."""
        return self.database.read_now(deliveries.attempts_of, delivery_id=delivery_id)

    def lane(self) -> Lane:
        """Return the lane as it is now."""
        return self.database.read_now(lanes.get, name=DEFAULT_LANE)

    def dispatcher(self, url: str, *, owner: str = "one", **changes: Any) -> Dispatcher:
        """Return a dispatcher that sends to *url*, without a rate limit unless told."""
        settings = DestinationSettings(**{"base_url": url, "rate_limit": 0, **changes})
        return Dispatcher(
            database=self.database,
            spool=self.spool,
            sealer=self.sealer,
            settings=settings,
            clock=self.clock,
            doorbell=self.doorbell,
            chance=lambda: 0.5,
            owner=owner,
        )


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """A ledger, a spool and an account."""
    made = Warehouse(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox without a rate limit of its own."""
    server = Sandbox(rate_limit=0)
    await server.start()
    yield server
    await server.stop()


@asynccontextmanager
async def running(dispatcher: Running, grace_seconds: float = 10.0) -> AsyncIterator[Running]:
    """Run *dispatcher* while the block runs; whatever it raised is raised."""
    await dispatcher.start()
    try:
        yield dispatcher
    finally:
        await dispatcher.stop(grace_seconds)
        if not dispatcher.task.cancelled():
            dispatcher.task.result()


async def until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until *is_so*: for what the ledger says, which rings no bell."""
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110  there is no event to wait for
            await asyncio.sleep(0.01)
