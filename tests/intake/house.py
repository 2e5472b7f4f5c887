"""A small house for intake: a ledger in SQLite, a spool in a folder, an account, and a clock that stands."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bridge.config.judging import DuplicateSettings, GuardSettings
from bridge.config.settings import IntakeSettings
from bridge.domain.accounts import Account
from bridge.domain.deliveries import Delivery
from bridge.domain.documents import Document
from bridge.domain.kinds import Kind
from bridge.domain.uploads import Upload, UploadId, UploadState
from bridge.intake.examine import Examiner
from bridge.intake.plan import Plan, Stop
from bridge.intake.reading import Stopping
from bridge.intake.service import IntakeService
from bridge.ledger import accounts, administrations, snapshots, uploads
from bridge.ledger.database import Database
from bridge.ledger.schema import metadata
from bridge.runtime.doorbell import Doorbell
from bridge.spool.local import LocalSpool
from tests.support import lists

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class StandingClock:
    """Tells the time that it was given."""

    moment: datetime = NOON

    def now(self) -> datetime:
        return self.moment


@dataclass
class House:
    """All that intake touches."""

    folder: Path
    settings: IntakeSettings = field(default_factory=IntakeSettings)
    guards: GuardSettings = field(default_factory=GuardSettings)
    duplicates: DuplicateSettings = field(default_factory=DuplicateSettings)
    codes: tuple[str, ...] = ("NL01",)

    def __post_init__(self) -> None:
        self.clock = StandingClock()
        self.database = Database(f"sqlite:///{self.folder / 'ledger.db'}")
        metadata.create_all(self.database.engine)
        self.spool = LocalSpool(self.folder / "spool")
        self.doorbell = Doorbell()
        self.delivery_doorbell = Doorbell()
        self.account = self.add_account("klant", self.codes)

    def close(self) -> None:
        self.database.close()

    def add_account(self, name: str, codes: tuple[str, ...], encoding: str | None = None) -> Account:
        ids = [
            self.database.write_now(
                administrations.add,
                code=code,
                payt_id=None,
                sealed_token=None,
                import_times=(time(1),),
                timezone="Europe/Amsterdam",
                now=NOON,
            ).id
            for code in codes
        ]
        return self.database.write_now(
            accounts.add,
            name=name,
            password_hash=None,
            encoding=encoding,
            administration_ids=ids,
            keys=[],
            now=NOON,
        )

    def add_route(self, pattern: str, kind: Kind | None, code: str | None = None) -> None:
        ids = {administration.code: administration.id for administration in self.account.administrations}
        self.database.write_now(
            accounts.add_route,
            account_id=self.account.id,
            pattern=pattern,
            kind=kind,
            administration_id=None if code is None else ids[code],
        )

    def put(
        self,
        path: str,
        content: bytes,
        *,
        account: Account | None = None,
        ready_in: timedelta = timedelta(0),
        size: int | None = None,
    ) -> UploadId:
        """Receive a file as SFTP does."""
        file = self.spool.new_file()
        file.write_bytes(content)
        [blob] = self.spool.adopt([file])
        folder, _, name = path.rpartition("/")
        receipt = self.database.write_now(
            uploads.receive,
            account_id=(account or self.account).id,
            folder=folder or "/",
            name=name,
            blob=blob,
            size=len(content) if size is None else size,
            is_closed=True,
            clock=self.clock,
            settle=ready_in,
            modified_at=self.clock.now(),
            peer=None,
            client=None,
        )
        return receipt.upload_id

    def upload(self, upload_id: UploadId) -> Upload:
        return self.database.read_now(uploads.get, upload_id=upload_id)

    def outcome(self, upload_id: UploadId) -> tuple[UploadState, str | None]:
        upload = self.upload(upload_id)
        return upload.state, upload.reason

    def results(self, upload_id: UploadId) -> list[tuple[Delivery, Document]]:
        """Return deliveries and documents in the order in which they would be sent."""
        return self.database.read_now(lists.deliveries, upload_id=upload_id)[::-1]

    def kinds(self, upload_id: UploadId) -> dict[str, Kind | None]:
        return {document.name: document.kind for _, document in self.results(upload_id)}

    def content(self, document: Document) -> bytes:
        if document.blob is None:
            raise AssertionError(f"{document.name} has no bytes")
        return self.spool.path(document.blob).read_bytes()

    def files(self) -> set[str]:
        """Return every file of the spool."""
        return {path.name for path in (self.folder / "spool").rglob("*") if path.is_file()}

    def examine(self, path: str, content: bytes) -> Plan | Stop:
        """Receive a file and return what intake would make of it."""
        account = self.database.read_now(accounts.by_id, account_id=self.account.id)
        return self.examiner().examine(account, self.upload(self.put(path, content)))

    def examiner(self, stopping: Stopping | None = None) -> Examiner:
        return Examiner(
            spool=self.spool,
            settings=self.settings,
            guards=self.guards,
            stopping=stopping or Stopping(),
            last_delivered=lambda one: self.database.read_now(
                snapshots.last_delivered, administration_id=one
            ),
        )

    def service(self) -> IntakeService:
        return IntakeService(
            database=self.database,
            spool=self.spool,
            settings=self.settings,
            guards=self.guards,
            duplicates=self.duplicates,
            clock=self.clock,
            doorbell=self.doorbell,
            delivery_doorbell=self.delivery_doorbell,
        )

    @asynccontextmanager
    async def working(self) -> AsyncIterator[IntakeService]:
        service = self.service()
        await service.start()
        try:
            yield service
        finally:
            await service.stop(10)

    async def settle(self) -> None:
        """Let intake work until nothing is spooled any more."""
        async with self.working():
            await self.wait_until_idle()

    async def wait_for(self, upload_id: UploadId, state: UploadState) -> None:
        async with asyncio.timeout(10):
            while self.upload(upload_id).state is not state:  # noqa: ASYNC110  no event
                await asyncio.sleep(0.01)

    async def wait_until_idle(self, at_most_seconds: float = 100) -> None:
        self.doorbell.ring()
        async with asyncio.timeout(at_most_seconds):
            while await self.database.read(uploads.next_ready_at) is not None:  # noqa: ASYNC110  no event
                await asyncio.sleep(0.01)
