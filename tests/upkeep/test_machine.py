"""A disk that fills and a certificate that ends are told in time; of what cannot be seen nothing is said."""

import asyncio
import datetime as dt
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from bridge.config.settings import DestinationSettings
from bridge.domain.alarms import AlarmKind
from bridge.ledger import alarms
from bridge.ledger.database import Database
from bridge.upkeep.alarms import Alarms
from bridge.upkeep.conditions import Conditions
from bridge.upkeep.machine import CERTIFICATES_EVERY, CertificateWatch, DiskWatch
from tests.support.certificates import certificate_for
from tests.support.clock import DAY, MINUTE, FakeClock

GIB = 1024**3


@pytest.fixture
def conditions(sqlite_database: Database, clock: FakeClock) -> Conditions:
    return Conditions(
        database=sqlite_database, alarms=Alarms(database=sqlite_database, clock=clock), clock=clock
    )


async def told(database: Database) -> list[str]:
    return [alarm.detail for alarm in await database.read(alarms.listing, is_open=True)]


async def test_a_disk_is_low_until_there_is_a_good_deal_more_room(
    conditions: Conditions, sqlite_database: Database
) -> None:
    free = iter((3 * GIB, 1 * GIB, 1 * GIB, int(2.2 * GIB), int(2.2 * GIB), 3 * GIB, 3 * GIB))
    watch = DiskWatch(
        free_bytes=lambda: next(free),
        folder=Path("/srv/spool"),
        node="n1",
        low_bytes=2 * GIB,
        conditions=conditions,
    )
    story = []
    for _ in range(7):
        await watch.look()
        story.append(len(await told(sqlite_database)))

    assert story == [0, 0, 1, 1, 1, 1, 0]
    [alarm] = await sqlite_database.read(alarms.listing)
    assert (alarm.kind, alarm.subject) == (AlarmKind.DISK_LOW, f"disk:{socket.gethostname()}.n1")
    assert alarm.detail == "1074 MB free in /srv/spool"


def watch_of(conditions: Conditions, url: str, file: Path | None) -> CertificateWatch:
    settings = DestinationSettings(base_url=url, ca_file=file)
    return CertificateWatch(settings=settings, expiry=timedelta(days=14), conditions=conditions)


async def test_a_certificate_is_told_when_it_ends_soon_or_is_not_trusted(
    conditions: Conditions, sqlite_database: Database, clock: FakeClock, tmp_path: Path
) -> None:
    certificate = certificate_for(tmp_path)
    ends = x509.load_pem_x509_certificate(certificate.file.read_bytes()).not_valid_after_utc
    server = await asyncio.start_server(
        lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=certificate.server
    )
    async with server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await watch_of(conditions, url, None).look(clock.now())
        assert "not trusted: self-signed certificate" in (await told(sqlite_database))[0]

        trusting = watch_of(conditions, url, certificate.file)
        await trusting.look(clock.now())
        assert await told(sqlite_database) == []

        clock.advance(MINUTE)
        await trusting.look(ends - 13 * DAY)
        assert len(await told(sqlite_database)) == 2  # that of the server, and the same in the file
        assert all(f"ends {ends:%Y-%m-%d}" in detail for detail in await told(sqlite_database))


async def test_of_a_destination_that_does_not_answer_nothing_is_said(
    conditions: Conditions, sqlite_database: Database, clock: FakeClock
) -> None:
    await watch_of(conditions, "https://127.0.0.1:1", None).look(clock.now())

    assert await told(sqlite_database) == []


async def test_a_certificate_is_looked_at_a_few_times_a_day(
    conditions: Conditions, clock: FakeClock, tmp_path: Path
) -> None:
    certificate = certificate_for(tmp_path)
    met: list[dt.datetime] = []

    def meet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.append(clock.now())
        writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0, ssl=certificate.server)
    async with server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        watch = watch_of(conditions, url, certificate.file)
        for _ in range(3):
            await watch.look(clock.now())
            clock.advance(MINUTE)
        clock.advance(CERTIFICATES_EVERY)
        await watch.look(clock.now())

    assert len(met) == 2
