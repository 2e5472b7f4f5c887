"""The intake service: takes the oldest upload that is ready, has it examined, and writes what was decided.

Its inbox is the ledger: uploads that are spooled and whose settle time is over.  A crash at any point leaves
an upload that is still spooled, which is looked at again.  One account's uploads are taken strictly one after
the other, in the order of their arrival; several accounts side by side.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from bridge.config.judging import DuplicateSettings, GuardSettings
from bridge.config.settings import IntakeSettings
from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.clock import Clock
from bridge.domain.duplicates import DuplicatePolicy
from bridge.domain.errors import Conflict, Unavailable
from bridge.domain.kinds import Kind
from bridge.domain.laning import ONE_LANE, Laning
from bridge.domain.names import printable
from bridge.domain.reasons import ReasonCode
from bridge.domain.snapshots import SnapshotRecord
from bridge.domain.uploads import Upload, UploadState
from bridge.intake.account_book import AccountBook
from bridge.intake.examine import Examiner
from bridge.intake.pace import Pace
from bridge.intake.plan import Plan, Stop
from bridge.intake.reading import Stopping
from bridge.ledger import blobs, snapshots, uploads
from bridge.ledger.database import Database
from bridge.runtime import tracing
from bridge.runtime.doorbell import Doorbell
from bridge.runtime.service import Service
from bridge.spool.protocol import Spool

WORKERS = 3  # uploads at once; more threads would make the loop wait for its turn (two cores, one GIL)
LOOK_SECONDS = 0.5  # without a ring: a command-line tool's retry is taken up within 2 s (interface.md)
REST_SECONDS = (0.5, 1.0, 2.0, 4.0)  # after trouble; space that returns is used within 5 s (threats D5)
BROKEN_REST_SECONDS = 30.0  # for an account whose upload cannot even be held

_EVER = datetime.max.replace(tzinfo=UTC)  # asked with this, the ledger also tells who is ready later

log = structlog.get_logger()


class IntakeService(Service):
    """From closed uploads to documents and deliveries, or to a reason why not."""

    name = "intake"

    def __init__(
        self,
        *,
        database: Database,
        spool: Spool,
        settings: IntakeSettings,
        guards: GuardSettings,
        duplicates: DuplicateSettings,
        clock: Clock,
        doorbell: Doorbell,
        delivery_doorbell: Doorbell,
        laning: Laning = ONE_LANE,
    ) -> None:
        """Prepare.

        Args:
            database: the ledger.
            spool: where the bytes are, and where members of archives go.
            settings: limits and habits.
            guards: when a data file warns or waits.
            duplicates: what is done with what was sent before.
            clock: tells when an upload is ready.
            doorbell: rung when an upload was closed; only this service waits for it.
            delivery_doorbell: rung when deliveries were written.
            laning: in which lane a delivery goes.
        """
        super().__init__()
        self._database = database
        self._spool, self._clock, self._laning = spool, clock, laning
        self._doorbell = doorbell
        self._delivery_doorbell = delivery_doorbell
        self._pace = Pace(doorbell, self.stopping)
        self._settle_seconds, self._abandon = settings.settle_seconds, Stopping()
        self._policies = {kind: DuplicatePolicy(getattr(duplicates, kind.value)) for kind in Kind}
        self._window = timedelta(days=duplicates.window_days)
        self._examiner = Examiner(
            spool=spool,
            settings=settings,
            guards=guards,
            stopping=self._abandon,
            last_delivered=self._last_delivered,
        )
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="intake")
        self._busy: set[AccountId] = set()  # an upload of theirs is in hand, or they rest after trouble
        self._accounts = AccountBook(database)
        self._looking = asyncio.Lock()  # two lookers must not take the same upload
        self._at_work = 0
        self._troubles: dict[AccountId, int] = {}  # in a row

    def _last_delivered(self, administration_id: AdministrationId) -> SnapshotRecord | None:
        return self._database.read_now(snapshots.last_delivered, administration_id=administration_id)

    @property
    def is_busy(self) -> bool:
        """Whether an upload is in hand."""
        return self._at_work > 0

    async def run(self) -> None:
        """Work until stopping; finish the uploads in hand."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._ring_at_stop())
                self.ready.set()
                while not self.stopping.is_set():
                    wait_seconds = LOOK_SECONDS
                    if self._at_work < WORKERS:
                        upload, wait_seconds = await self._look()
                        if upload is not None:
                            self._at_work += 1
                            tasks.create_task(self._work(upload), name="intake worker")
                            continue
                    await self._pace.wait(wait_seconds)
        finally:
            self._abandon.set()  # cancelled: a thread that still works must not keep the process alive
            self._threads.shutdown(wait=False)

    async def _ring_at_stop(self) -> None:
        await self.stopping.wait()
        self._doorbell.ring()

    async def _look(self, done: AccountId | None = None) -> tuple[Upload | None, float]:
        """Return an upload to take now, its account marked busy; or None and the seconds until the next look.

        *done* is the account with whose upload the caller has just finished.
        """
        async with self._looking:
            if done is not None:
                self._busy.discard(done)
            try:
                upload = await self._database.read(uploads.oldest_ready, now=_EVER, busy=self._busy)
            except Unavailable as error:
                log.warning("intake cannot read the ledger", error=str(error))
                return None, LOOK_SECONDS
            if upload is None:
                return None, LOOK_SECONDS
            early_seconds = (upload.ready_at - self._clock.now()).total_seconds()
            if 0 < early_seconds <= self._settle_seconds:  # more: the clock was set back since
                return None, min(LOOK_SECONDS, early_seconds)
            self._busy.add(upload.account_id)
            return upload, 0.0

    async def _work(self, first: Upload) -> None:
        """Take *first* to its decision, then what is ready next; whatever happens, intake goes on."""
        upload: Upload | None = first
        try:
            while upload is not None:
                begun, ids = tracing.moment(), {"upload": upload.id, "account_id": upload.account_id}
                with structlog.contextvars.bound_contextvars(**ids):
                    rest_seconds = await self._take(upload)
                tracing.record("intake", begun=begun, upload=upload.id, bridge__waits=rest_seconds > 0)
                if rest_seconds:
                    self._let_rest(upload.account_id, rest_seconds)
                    return
                self._troubles.pop(upload.account_id, None)
                await self._pace.give_way()
                if self.stopping.is_set():
                    return
                upload, _ = await self._look(done=upload.account_id)
        finally:
            self._at_work -= 1
            self._doorbell.ring()

    def _let_rest(self, account_id: AccountId, seconds: float) -> None:
        def end() -> None:
            self._busy.discard(account_id)
            self._doorbell.ring()

        asyncio.get_running_loop().call_later(seconds, end)

    async def _take(self, upload: Upload) -> float:
        """Examine and decide *upload*; return for how many seconds its account rests after trouble."""
        try:
            decision = await self._examine(upload)
            await self._write(upload, decision)
        except Conflict:
            log.info("upload was changed by its client meanwhile", path=printable(upload.path))
        except Unavailable as error:
            return self._rest(upload, error)
        except Exception:  # the bulkhead: one upload must not stop intake
            incident = secrets.token_hex(4)
            log.exception("intake failed on an upload", incident=incident, path=printable(upload.path))
            return await self._hold_as_failed(upload, incident)
        return 0.0

    def _rest(self, upload: Upload, error: Unavailable) -> float:
        count = self._troubles[upload.account_id] = self._troubles.get(upload.account_id, 0) + 1
        log.warning("intake tries an upload again later", path=printable(upload.path), error=str(error))
        return REST_SECONDS[min(count, len(REST_SECONDS)) - 1]

    async def _examine(self, upload: Upload) -> Plan | Stop:
        account = await self._accounts.get(upload.account_id)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._examiner.examine, account, upload)

    async def _write(self, upload: Upload, decision: Plan | Stop) -> None:
        match decision:
            case Plan():
                await self._accept(upload, decision)
            case Stop():
                await self._persistently(partial(self._stop, upload, decision))

    async def _persistently(self, write: Callable[[], Awaitable[None]]) -> None:
        """Run *write* until the ledger answers: what was unpacked need not be unpacked again."""
        while True:
            try:
                return await write()
            except Unavailable as error:
                if self.stopping.is_set():
                    raise
                log.warning("intake waits for the ledger", error=str(error))
                await self._pace.pause(REST_SECONDS[0])

    async def _accept(self, upload: Upload, plan: Plan) -> None:
        async def write() -> None:
            await self._database.write(
                uploads.accept,
                upload=upload,
                sha256=plan.sha256,
                planned=plan.documents,
                remarks=plan.remarks,
                policies=self._policies,
                window=self._window,
                rule=self._laning,
                now=self._clock.now(),
            )

        try:
            await self._persistently(write)
        except Unavailable:
            raise  # a commit whose answer was lost may have happened; the sweep at the next start can tell
        except Exception:
            await self._take_back(plan)
            raise
        self._delivery_doorbell.ring()
        log.info(
            "upload accepted",
            path=printable(upload.path),
            documents=len(plan.documents),
            held=sum(document.reason is not None for document in plan.documents),
            left_out=len(plan.left_out),
            left_out_names=plan.left_out[:10],
        )

    async def _take_back(self, plan: Plan) -> None:
        """Remove the members of a plan that was not written; not those that the ledger knows all the same.

        A former commit whose answer was lost may have happened.  What cannot be told now, the sweep at the
        next start removes.
        """
        if not plan.new_blobs:
            return
        try:
            unneeded = await self._database.read(blobs.unneeded, names=plan.new_blobs)
        except Unavailable as error:
            log.warning("intake leaves unpacked members to the next sweep", error=str(error))
            return
        await self._spool.remove(unneeded)

    async def _stop(self, upload: Upload, stop: Stop) -> None:
        await self._database.write(
            uploads.stop,
            upload=upload,
            to=stop.state,
            reason=stop.reason,
            detail=stop.detail,
            now=self._clock.now(),
            sha256=stop.sha256,
        )
        # Without the detail, which may quote lines of the file; the ledger has it.
        log.warning("upload stopped", path=printable(upload.path), state=stop.state, reason=stop.reason)

    async def _hold_as_failed(self, upload: Upload, incident: str) -> float:
        """Hold *upload* after an unplanned error; return for how many seconds its account rests."""
        stop = Stop(state=UploadState.HELD, reason=ReasonCode.INTAKE_FAILED, detail=f"incident {incident}")
        try:
            await self._stop(upload, stop)
        except Conflict:
            return 0.0
        except Exception:
            log.exception("intake cannot even hold the upload", incident=incident)
            return BROKEN_REST_SECONDS
        return 0.0
