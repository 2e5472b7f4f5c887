"""The intake service, end to end over a real ledger and spool: what it takes, and how it bears trouble."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bridge.domain.deliveries import DeliveryState
from bridge.domain.errors import NoSpace, Unavailable
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.intake.examine import Examiner
from bridge.ledger import tree, uploads
from tests.intake.house import NOON, House
from tests.intake.zips import CSV, PDF, Part, build

THREE = build(
    Part(name=b"d/x.csv", content=CSV), Part(name=b"d/1.pdf", content=PDF), Part(name=b"2.pdf", content=PDF)
)


async def test_a_file_in_a_kind_folder_becomes_one_pending_delivery_of_its_own_bytes(house: House) -> None:
    upload = house.put("/invoice_attachment/Bijlage É 1.xlsx", b"PK\x03\x04 anything")

    await house.settle()

    [(delivery, document)] = house.results(upload)
    assert house.outcome(upload) == (UploadState.ACCEPTED, None)
    assert (delivery.state, delivery.kind) == (DeliveryState.PENDING, Kind.INVOICE_ATTACHMENT)
    assert (document.name, document.member) == ("Bijlage É 1.xlsx", None)
    assert document.blob == house.upload(upload).blob
    assert document.sha256 == house.upload(upload).sha256


async def test_a_zip_becomes_one_document_for_each_file_with_data_last(house: House) -> None:
    upload = house.put("/all.zip", THREE)

    await house.settle()

    assert list(house.kinds(upload).items()) == [
        ("1.pdf", Kind.INVOICE_PDF),
        ("2.pdf", Kind.INVOICE_PDF),
        ("x.csv", Kind.DATA),
    ]
    assert [house.content(document) for _, document in house.results(upload)] == [PDF, PDF, CSV]


async def test_nothing_is_taken_before_its_settle_time_is_over(house: House) -> None:
    early = house.put("/1.pdf", PDF)
    late = house.put("/2.pdf", PDF, ready_in=timedelta(seconds=2))

    async with house.working():
        await house.wait_for(early, UploadState.ACCEPTED)
        assert house.outcome(late) == (UploadState.SPOOLED, None)
        house.clock.moment = NOON + timedelta(seconds=2)
        house.doorbell.ring()
        await house.wait_for(late, UploadState.ACCEPTED)


async def test_an_upload_from_before_the_clock_was_set_back_is_taken_at_once(house: House) -> None:
    upload = house.put("/1.pdf", PDF, ready_in=timedelta(hours=1))  # no settle time is as long

    async with house.working():
        await house.wait_for(upload, UploadState.ACCEPTED)


async def test_uploads_of_one_account_are_accepted_in_the_order_of_their_arrival(house: House) -> None:
    other = house.add_account("other", ("X",))
    made = []
    for number in range(20):
        made.append(house.put(f"/{number}.csv", CSV))
        house.put(f"/{number}.csv", CSV, account=other)

    await house.settle()

    order = [house.results(upload)[0][0].id for upload in made]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("path", "content", "state", "reason"),
    [
        ("/x.csv", b"", UploadState.HELD, ReasonCode.EMPTY_DATA_FILE),
        ("/x.bin", b"what", UploadState.HELD, ReasonCode.UNKNOWN_KIND),
        ("/NL09/csv/x", CSV, UploadState.HELD, ReasonCode.UNKNOWN_ADMINISTRATION),
        ("/maart/x.csv", CSV, UploadState.HELD, ReasonCode.UNKNOWN_FOLDER),
        ("/maart/mz.txt", b"011760101P", UploadState.HELD, ReasonCode.UNKNOWN_FOLDER),
        ("/x.zip", b"no zip", UploadState.REFUSED, ReasonCode.BROKEN_ARCHIVE),
    ],
)
async def test_what_cannot_go_is_stopped_as_a_whole_with_its_reason(
    house: House, path: str, content: bytes, state: UploadState, reason: ReasonCode
) -> None:
    upload = house.put(path, content)

    await house.settle()

    assert house.outcome(upload) == (state, reason)
    assert house.upload(upload).detail
    assert house.results(upload) == []


async def test_an_empty_attachment_passes(house: House) -> None:
    upload = house.put("/invoice_attachment/x", b"")

    await house.settle()

    assert house.outcome(upload) == (UploadState.ACCEPTED, None)


@pytest.mark.parametrize(
    ("path", "content", "kind", "code"),
    [
        ("/x.csv", b"", Kind.DATA, None),
        ("/maart/x.csv", CSV, None, "NL01"),
        ("/x.bin", b"what", Kind.INVOICE_ATTACHMENT, None),
        ("/NL09/csv/x.csv", CSV, None, "NL01"),
    ],
)
async def test_an_operators_decision_comes_before_every_rule(
    house: House, path: str, content: bytes, kind: Kind | None, code: str | None
) -> None:
    upload = house.put(path, content)
    await house.settle()
    assert house.outcome(upload)[0] is UploadState.HELD

    house.database.write_now(uploads.retry, upload_id=upload, kind=kind, administration=code, now=NOON)
    await house.settle()

    [(delivery, _)] = house.results(upload)
    assert delivery.state is DeliveryState.PENDING
    assert delivery.kind is (kind or Kind.DATA)


async def test_an_operators_administration_that_the_account_lacks_is_held(house: House) -> None:
    upload = house.put("/x.bin", b"what")
    await house.settle()

    house.database.write_now(uploads.retry, upload_id=upload, kind=Kind.DATA, administration="NL77", now=NOON)
    await house.settle()

    assert house.outcome(upload) == (UploadState.HELD, ReasonCode.UNKNOWN_ADMINISTRATION)


async def test_a_changed_account_counts_from_the_next_upload_on(house: House) -> None:
    async with house.working():
        first = house.put("/x.bin", b"what")
        await house.wait_for(first, UploadState.HELD)
        house.add_route("*.bin", Kind.INVOICE_ATTACHMENT)
        second = house.put("/x.bin", b"what")
        house.doorbell.ring()
        await house.wait_for(second, UploadState.ACCEPTED)


async def test_stored_bytes_that_are_missing_or_short_are_held(house: House) -> None:
    gone, short = house.put("/1.pdf", PDF), house.put("/2.pdf", PDF, size=99)
    house.spool.path(house.upload(gone).blob or "").unlink()

    await house.settle()

    assert house.outcome(gone) == (UploadState.HELD, ReasonCode.DAMAGED_SPOOL)
    assert house.outcome(short) == (UploadState.HELD, ReasonCode.DAMAGED_SPOOL)


def between_examining_and_writing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let *act* happen once, when an upload was examined and nothing is written yet."""
    real, is_done = Examiner.examine, threading.Event()

    def examine(self: Examiner, *arguments: Any) -> Any:
        decision = real(self, *arguments)
        if not is_done.is_set():
            is_done.set()
            act()
        return decision

    monkeypatch.setattr(Examiner, "examine", examine)


async def test_a_removal_meanwhile_leaves_no_delivery_and_no_member(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = house.put("/all.zip", THREE)

    def remove() -> None:
        house.database.write_now(
            tree.remove_file, account_id=house.account.id, folder="/", name="all.zip", now=NOON
        )

    before = house.files()
    between_examining_and_writing(monkeypatch, remove)

    await house.settle()

    assert house.outcome(upload)[0] is UploadState.WITHDRAWN
    assert house.results(upload) == []
    assert house.files() == before


async def test_a_rename_meanwhile_counts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = house.put("/all.zip", THREE)

    def rename() -> None:
        house.database.write_now(
            tree.rename_file,
            account_id=house.account.id,
            old=("/", "all.zip"),
            new=("/declaration_file", "all.zip"),
            clock=house.clock,
            settle=timedelta(0),
        )

    between_examining_and_writing(monkeypatch, rename)

    await house.settle()

    assert house.kinds(upload) == {"all.zip": Kind.DECLARATION}
    assert len(house.files()) == 1


@pytest.mark.parametrize("trouble", [Unavailable("disk"), NoSpace("disk")])
async def test_trouble_with_the_disk_is_waited_out_while_others_go_on(
    house: House, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    other = house.add_account("other", ("X",))
    real, is_well = Examiner.examine, threading.Event()

    def examine(self: Examiner, account: Any, upload: Any) -> Any:
        if upload.name == "1.pdf" and not is_well.is_set():
            raise trouble
        return real(self, account, upload)

    monkeypatch.setattr(Examiner, "examine", examine)
    troubled = house.put("/1.pdf", PDF)
    async with house.working():
        spared = house.put("/2.pdf", PDF, account=other)
        house.doorbell.ring()
        await house.wait_for(spared, UploadState.ACCEPTED)
        assert house.outcome(troubled) == (UploadState.SPOOLED, None)
        is_well.set()
        await house.wait_for(troubled, UploadState.ACCEPTED)


async def test_a_ledger_that_does_not_write_is_waited_out_without_unpacking_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failures = uploads.accept, [Unavailable("ledger"), Unavailable("ledger")]

    def accept(*arguments: Any, **named: Any) -> None:
        if failures:
            raise failures.pop()
        real(*arguments, **named)

    monkeypatch.setattr(uploads, "accept", accept)
    upload = house.put("/all.zip", THREE)

    await house.settle()

    assert house.outcome(upload) == (UploadState.ACCEPTED, None)
    assert len(house.files()) == 4


async def test_a_commit_whose_answer_was_lost_keeps_its_members(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_write, is_lost = house.database.write, threading.Event()

    async def write(question: Any, *arguments: Any, **named: Any) -> Any:
        answer = await real_write(question, *arguments, **named)
        if not is_lost.is_set():
            is_lost.set()
            raise Unavailable("connection lost")
        return answer

    monkeypatch.setattr(house.database, "write", write)
    upload = house.put("/all.zip", THREE)
    async with house.working() as service:
        await house.wait_for(upload, UploadState.ACCEPTED)
        async with asyncio.timeout(10):
            while service.is_busy:  # noqa: ASYNC110  no event
                await asyncio.sleep(0.01)

    assert [house.content(document) for _, document in house.results(upload)] == [PDF, PDF, CSV]


async def test_an_unplanned_error_holds_its_upload_and_intake_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    between_examining_and_writing(monkeypatch, fail)
    first, second = house.put("/1.pdf", PDF), house.put("/2.pdf", PDF)

    await house.settle()

    assert house.outcome(first) == (UploadState.HELD, ReasonCode.INTAKE_FAILED)
    assert "incident" in (house.upload(first).detail or "")
    assert house.outcome(second) == (UploadState.ACCEPTED, None)


async def test_stopping_finishes_the_upload_in_hand(house: House) -> None:
    upload = house.put("/all.zip", build(*(Part(name=b"%d.pdf" % i, content=PDF) for i in range(300))))
    service = house.service()
    await service.start()
    async with asyncio.timeout(10):
        while not service.is_busy:  # noqa: ASYNC110  no event
            await asyncio.sleep(0)

    await service.stop(30)

    assert house.outcome(upload) == (UploadState.ACCEPTED, None)


async def test_stopping_does_not_wait_for_the_next_look(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.intake.service.LOOK_SECONDS", 3600)
    service = house.service()
    await service.start()

    await service.stop(10)

    assert service.task.done()
    assert not service.task.cancelled()
