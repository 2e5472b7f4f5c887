"""Upkeep: bytes go when their time is over, never before, and the ledger forgets nothing else."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bridge.config.settings import RetentionSettings
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger import leases, tree, uploads
from bridge.ledger.database import Database
from bridge.spool.local import LocalSpool
from bridge.upkeep.service import UpkeepService
from tests.support.builders import a_plan, accept, an_account, an_upload, claim
from tests.support.clock import DAY, NOON, FakeClock


@pytest.fixture
def spool(tmp_path: Path) -> LocalSpool:
    return LocalSpool(tmp_path / "spool")


@pytest.fixture
def upkeep(sqlite_database: Database, spool: LocalSpool, clock: FakeClock) -> UpkeepService:
    return UpkeepService(settings=RetentionSettings(), database=sqlite_database, spool=spool, clock=clock)


async def kept(spool: LocalSpool, content: bytes) -> str:
    draft = await spool.draft()
    await draft.write(0, content)
    return await draft.keep(str)


def delivered(database: Database, path: str, blob: str, kind: Kind) -> UploadId:
    """Put a delivered upload into the ledger."""
    account = database.write_now(an_account)
    upload = database.write_now(lambda c: an_upload(c, account, path, blob=blob))
    database.write_now(lambda c: accept(c, upload, a_plan(upload, account.administrations[0], kind)))
    [assignment] = database.write_now(claim)
    database.write_now(
        leases.settle,
        delivery=assignment.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=NOON,
        status=200,
    )
    return upload.id


async def test_a_delivered_file_keeps_its_bytes_until_its_retention_ends(
    sqlite_database: Database, spool: LocalSpool, clock: FakeClock, upkeep: UpkeepService
) -> None:
    blob = await kept(spool, b"%PDF")
    upload_id = delivered(sqlite_database, "/1.pdf", blob, Kind.INVOICE_PDF)

    clock.advance(13 * DAY)
    await upkeep.remove_what_is_over()
    assert spool.path(blob).read_bytes() == b"%PDF"

    clock.advance(2 * DAY)
    await upkeep.remove_what_is_over()
    assert not spool.path(blob).exists()
    after = sqlite_database.read_now(uploads.get, upload_id=upload_id)
    assert (after.name, after.size, after.sha256) == ("1.pdf", 3, "0" * 64)
    assert after.blob is None
    shown = sqlite_database.read_now(tree.page, account_id=after.account_id, folder="/")
    assert shown == []


async def test_a_declaration_goes_as_soon_as_it_is_delivered(
    sqlite_database: Database, spool: LocalSpool, clock: FakeClock, upkeep: UpkeepService
) -> None:
    blob = await kept(spool, b"01176")
    delivered(sqlite_database, "/declaration_file/d.asc", blob, Kind.DECLARATION)

    clock.advance(timedelta(seconds=1))
    await upkeep.remove_what_is_over()

    assert not spool.path(blob).exists()


async def test_what_is_not_delivered_stays_however_old_it_is(
    sqlite_database: Database, spool: LocalSpool, clock: FakeClock, upkeep: UpkeepService
) -> None:
    blob = await kept(spool, b"%PDF")
    account = sqlite_database.write_now(an_account)
    upload = sqlite_database.write_now(lambda c: an_upload(c, account, blob=blob))
    sqlite_database.write_now(lambda c: accept(c, upload, a_plan(upload, account.administrations[0])))

    clock.advance(1000 * DAY)
    await upkeep.remove_what_is_over()

    assert spool.path(blob).exists()


@pytest.mark.parametrize("waiting", [("/x.csv.filepart", True), ("/x.csv", False)])
async def test_what_waits_for_a_rename_or_a_resume_is_withdrawn_after_a_week(
    sqlite_database: Database,
    spool: LocalSpool,
    clock: FakeClock,
    upkeep: UpkeepService,
    waiting: tuple[str, bool],
) -> None:
    path, is_closed = waiting
    blob = await kept(spool, b"half")
    account = sqlite_database.write_now(an_account)
    upload = sqlite_database.write_now(lambda c: an_upload(c, account, path, blob=blob, is_closed=is_closed))

    clock.advance(6 * DAY)
    await upkeep.remove_what_is_over()
    assert spool.path(blob).exists()

    clock.advance(2 * DAY)
    await upkeep.remove_what_is_over()
    assert not spool.path(blob).exists()
    after = sqlite_database.read_now(uploads.get, upload_id=upload.id)
    assert after.state is UploadState.WITHDRAWN


async def test_it_starts_and_stops(upkeep: UpkeepService) -> None:
    await upkeep.start()
    await upkeep.stop(5)

    assert upkeep.task.done()
    assert upkeep.task.exception() is None


async def test_the_sweep_removes_what_was_promised_to_nobody_and_spares_an_upload_that_has_no_row_yet(
    sqlite_database: Database, tmp_path: Path, clock: FakeClock
) -> None:
    crashed = LocalSpool(tmp_path / "spool")
    promised, stray = await kept(crashed, b"promised"), await kept(crashed, b"stray")
    delivered(sqlite_database, "/1.pdf", promised, Kind.INVOICE_PDF)
    spool = LocalSpool(tmp_path / "spool")
    upkeep = UpkeepService(settings=RetentionSettings(), database=sqlite_database, spool=spool, clock=clock)
    draft = await spool.draft()
    await draft.write(0, b"its row comes after its file")

    def take(blob: str) -> str:
        """Sweep between the rename and the row, as a slow disk would have it."""
        asyncio.run(upkeep.sweep())
        return blob

    came = await draft.keep(take)

    assert spool.path(came).exists()
    assert spool.path(promised).exists()
    assert not spool.path(stray).exists()


async def test_a_sweep_without_the_ledger_is_left_to_the_next_start(
    sqlite_database: Database, tmp_path: Path, clock: FakeClock
) -> None:
    stray = await kept(LocalSpool(tmp_path / "spool"), b"stray")
    spool = LocalSpool(tmp_path / "spool")
    upkeep = UpkeepService(settings=RetentionSettings(), database=sqlite_database, spool=spool, clock=clock)
    with sqlite_database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE documents RENAME TO away")

    with capture_logs() as logged:
        await upkeep.sweep()

    assert [line["event"] for line in logged] == ["what a former process left stays until the next start"]
    assert spool.path(stray).exists()
