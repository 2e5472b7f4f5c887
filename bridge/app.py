"""The composition root: settings in, started services out; the only module that knows every class.

Services start from the sink (delivery) to the source (sftp), so that nothing is accepted before it can go
on, and stop the other way round.  A service that dies ends the process; the init system restarts it.
"""

import asyncio
import gc
import json
import os
import random
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog
import uvloop

from bridge.admin.operations.trials import Trier
from bridge.admin.service import AdminService
from bridge.config import Settings
from bridge.courier.courier import Courier
from bridge.delivery.dispatcher import Dispatcher
from bridge.delivery.service import DeliveryService
from bridge.delivery.targets.asking import Asking
from bridge.domain.laning import Laning
from bridge.intake.recognise import recognise
from bridge.intake.service import IntakeService
from bridge.intake.verdict import CloseVerdict
from bridge.ledger.database import Database
from bridge.ledger.migrating import upgrade
from bridge.runtime import logs, tracing
from bridge.runtime.addresses import reachable
from bridge.runtime.clock import SystemClock
from bridge.runtime.doorbell import Doorbell
from bridge.runtime.node import Node
from bridge.runtime.sdnotify import notify
from bridge.runtime.sealing import Sealer
from bridge.runtime.service import Service
from bridge.sftp.service import SftpService
from bridge.spool.key_file import KeyFile
from bridge.spool.local import LocalSpool
from bridge.upkeep.notices import NoticeService
from bridge.upkeep.service import UpkeepService
from bridge.upkeep.watch import WatchService

THREADS = 16  # for disk and hashing; more than the 6 that two cores would get
YOUNG = 10_000  # objects between two looks for cycles; after 700, Python's own, it took 7 % of an upload
SWITCH_SECONDS = 0.0005  # how long the event loop waits for a thread that computes (Python: 5 ms)
# How long each service may take to stop; together below the 30 s that init systems give.
GRACE_SECONDS = {
    "sftp": 12.0,
    "intake": 4.0,
    "delivery": 8.0,
    "upkeep": 1.0,
    "watch": 1.0,
    "notices": 1.0,
    "admin": 2.0,
}

log = structlog.get_logger()


class Bridge:
    """Everything, put together; `run` starts it, waits, and stops it."""

    def __init__(self, settings: Settings) -> None:
        """Open ledger and spool.

        Raises:
            BridgeError: something that is needed is not there; the text says what.
        """
        self._settings = settings
        self.node = Node(settings.data_dir)
        self.database = Database(settings.ledger_url)
        upgrade(self.database)
        self.sealer = Sealer.from_folder(settings.keys_dir)
        self.spool = LocalSpool(
            settings.spool_folder,
            keys=KeyFile(settings.keys_dir, makes=settings.spool.encrypt),
            seals=settings.spool.encrypt,
        )
        clock = SystemClock()
        intake_doorbell, delivery_doorbell = Doorbell(), Doorbell()
        laning = Laning(
            scope=settings.destination.lane_scope,
            token_kinds=settings.destination.token_kinds,
            mark=self.sealer.mark,
        )
        self.delivery = DeliveryService(
            database=self.database,
            rule=laning,
            clock=clock,
            owner=self.node.name,
            doorbell=delivery_doorbell,
            dispatcher=lambda lane, doorbell: Dispatcher(
                database=self.database,
                spool=self.spool,
                sealer=self.sealer,
                settings=settings.destination,
                clock=clock,
                doorbell=doorbell,
                chance=random.random,  # noqa: TID251  the one place that draws chance
                owner=self.node.name,
                lane=lane,
            ),
        )
        self.intake = IntakeService(
            database=self.database,
            spool=self.spool,
            settings=settings.intake,
            guards=settings.guards,
            duplicates=settings.duplicates,
            clock=clock,
            doorbell=intake_doorbell,
            delivery_doorbell=delivery_doorbell,
            laning=laning,
        )
        self.upkeep = UpkeepService(
            settings=settings.retention, database=self.database, spool=self.spool, clock=clock
        )
        self.admin = AdminService(
            settings=settings,
            database=self.database,
            parts=self.parts,
            trier=Trier(recognise=recognise, requester=Asking(settings.destination, clock)),
        )
        self.watch = WatchService(
            settings=settings,
            database=self.database,
            spool=self.spool,
            clock=clock,
            node=self.node.name,
            prospects=self.admin.forecast.prospects,
        )
        self.notices = NoticeService(
            database=self.database,
            courier=Courier(mail=settings.mail, sealer=self.sealer, clock=clock),
            clock=clock,
            language=settings.language,
            chance=random.random,  # noqa: TID251  as above
        )
        self.sftp = SftpService(
            settings=settings.sftp,
            keys_dir=settings.keys_dir,
            settle_seconds=settings.intake.settle_seconds,
            batch_quiet_seconds=settings.intake.batch_quiet_seconds,
            verdict=CloseVerdict(settings=settings.intake),
            language=settings.language,
            database=self.database,
            spool=self.spool,
            clock=clock,
            intake_doorbell=intake_doorbell,
            node=self.node.name,
        )
        self._services: list[Service] = [
            self.delivery,
            self.intake,
            self.upkeep,
            self.notices,
            self.watch,
            self.admin,
            self.sftp,
        ]

    def parts(self) -> dict[str, bool]:
        """Return whether each service works, by its name; not yet, or no more: False."""
        return {
            service.name: service.ready.is_set() and not service.stopping.is_set()
            for service in self._services
        }

    async def run(self, stopping: asyncio.Event, on_ready: Callable[["Bridge"], None]) -> None:
        """Serve until *stopping* is set; raise what a service died of.

        Raises:
            BridgeError: a service could not start; the text says why.
        """
        sys.setswitchinterval(SWITCH_SECONDS)
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
        started: list[Service] = []
        try:
            for service in self._services:
                await service.start()
                started.append(service)
            gc.enable()
            gc.set_threshold(YOUNG)
            gc.freeze()  # what is loaded stays: the collector need not walk through it again and again
            on_ready(self)
            await self._wait(stopping, started)
        finally:
            for service in reversed(started):
                await service.stop(GRACE_SECONDS[service.name])

    async def _wait(self, stopping: asyncio.Event, started: list[Service]) -> None:
        asked = asyncio.create_task(stopping.wait())
        tasks = {service.task for service in started}
        await asyncio.wait({asked, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        for service in started:
            if service.task.done():
                log.error("a service ended by itself; the process ends", service=service.name)
                await service.task
                raise RuntimeError(f"service {service.name} ended by itself")

    def close(self) -> None:
        """Close the ledger and give the data folder's lock back."""
        self.spool.close()
        self.database.close()
        self.node.close()


def serve(settings: Settings, ready_file: Path | None = None) -> None:
    """Run until SIGTERM or SIGINT.

    Args:
        settings: all of them.
        ready_file: written in one rename when every listener answers.

    Raises:
        BridgeError: it could not start.
    """
    logs.configure(settings.log.format, settings.log.level)
    if settings.tracing.endpoint is not None:
        tracing.configure(settings.tracing.endpoint, service=settings.tracing.service)
    bridge = Bridge(settings)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(bridge, ready_file))
    finally:
        bridge.close()
        tracing.shut_down()


async def _serve(bridge: Bridge, ready_file: Path | None) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)

    def announce(ready: Bridge) -> None:
        if ready_file is not None:
            write_ready_file(ready_file, ready)
        notify("READY=1")
        log.info("ready", sftp=ready.sftp.port, admin=ready.admin.port)

    try:
        await bridge.run(stopping, announce)
    finally:
        notify("STOPPING=1")
        log.info("stopped")


def write_ready_file(path: Path, bridge: Bridge) -> None:
    """Write where the listeners are, in one rename (interface.md)."""
    facts = {
        "sftp": [reachable(bridge.sftp.host), bridge.sftp.port],
        "admin": [reachable(bridge.admin.host), bridge.admin.port],
        "pid": os.getpid(),
    }
    draft = path.with_name(path.name + ".new")
    draft.write_text(json.dumps(facts))
    draft.replace(path)
