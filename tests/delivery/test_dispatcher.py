"""The delivery service against the sandbox: real sockets, a real ledger."""

import asyncio
import hashlib
from datetime import timedelta

import pytest

from bridge.domain.deliveries import DEFAULT_LANE, DeliveryId, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.ledger import lanes
from bridge.sandbox import Sandbox, ScriptedAnswer
from tests.delivery.conftest import TOKEN, Warehouse, running, until
from tests.support import builders

PDF = b"%PDF-1.4 made up"


async def until_settled(warehouse: Warehouse, *ids: DeliveryId) -> None:
    """Wait until no attempt of these deliveries is under way and each had one."""
    await until(
        lambda: all((found := warehouse.attempts(one)) and found[-1].outcome is not None for one in ids)
    )


async def test_a_delivery_arrives_bit_for_bit_with_its_administration(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    warehouse.administration("100", token=TOKEN)
    content = b"administration_code;invoice_number\r\n100;1\r\n"
    delivery = warehouse.add("invoices 2026.csv", content)

    async with running(warehouse.dispatcher(sandbox.url)):
        [received] = await sandbox.wait_for(1)
        await until_settled(warehouse, delivery)

    assert received.endpoint == "csv"
    assert received.filename == "invoices 2026.csv"
    assert received.administration_code == "100"
    assert received.has_token
    assert received.sha256 == hashlib.sha256(content).hexdigest()
    assert "content-length" in received.headers
    assert warehouse.delivery(delivery).state is DeliveryState.DELIVERED
    assert [attempt.status for attempt in warehouse.attempts(delivery)] == [201]


async def test_every_kind_goes_to_its_endpoint_and_only_data_carries_the_token(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    warehouse.administration("100", payt_id=4711, token=TOKEN)
    names = {
        Kind.DATA: "a.csv",
        Kind.INVOICE_PDF: "1.PDF",
        Kind.INVOICE_UBL: "1.xml",
        Kind.INVOICE_ATTACHMENT: "terms.docx",
        Kind.DECLARATION: "MZ301",
    }
    for kind, name in names.items():
        warehouse.add(name, PDF, kind=kind)

    async with running(warehouse.dispatcher(sandbox.url)):
        received = await sandbox.wait_for(5)

    assert {one.filename: one.endpoint for one in received} == {names[kind]: kind.folder for kind in names}
    assert {one.administration_id for one in received} == {4711}
    assert {one.administration_code for one in received} == {None}
    assert [one.filename for one in received if one.has_token] == ["a.csv"]


async def test_a_large_data_file_goes_as_gzip_and_unpacks_to_the_same_bytes(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    content = b"".join(b"%d;open;12.50\r\n" % number for number in range(20_000))
    warehouse.add("export.csv", content)

    async with running(warehouse.dispatcher(sandbox.url)):
        [received] = await sandbox.wait_for(1)

    assert received.filename == "export.csv.gz"
    assert received.inner_sha256 == hashlib.sha256(content).hexdigest()
    assert "content-length" in received.headers


async def test_data_files_of_an_administration_go_in_order_of_arrival_past_a_failure(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    names = [f"{number}.csv" for number in range(20)]
    for name in names:
        warehouse.add(name, b"x")

    async with running(warehouse.dispatcher(sandbox.url)):
        received = await sandbox.wait_for(20)

    assert [one.filename for one in received] == names


async def test_a_failed_data_file_holds_the_newer_ones_back(warehouse: Warehouse, sandbox: Sandbox) -> None:
    sandbox.script(ScriptedAnswer(status=503))
    first = warehouse.add("1.csv", b"x")
    second = warehouse.add("2.csv", b"x")
    other = warehouse.add("other.csv", b"x", code="200")

    # One at a time: the answer 503 is for whatever arrives first.
    async with running(warehouse.dispatcher(sandbox.url, max_in_flight=1)):
        await sandbox.wait_for(1)
        await until_settled(warehouse, first, other)

    assert warehouse.delivery(first).state is DeliveryState.PENDING
    assert warehouse.attempts(second) == []
    assert warehouse.delivery(other).state is DeliveryState.DELIVERED


async def test_429_pauses_the_lane_and_costs_no_attempt(warehouse: Warehouse, sandbox: Sandbox) -> None:
    sandbox.script(ScriptedAnswer(status=429, headers={"Retry-After": "1"}))
    delivery = warehouse.add("1.csv", b"x")

    async with running(warehouse.dispatcher(sandbox.url)):
        await sandbox.wait_for(1)

    first, second = sandbox.received
    assert second.monotonic_seconds - first.monotonic_seconds >= 1.0
    assert warehouse.delivery(delivery).attempts == 1
    assert warehouse.lane().slow_downs == 1
    assert [one.outcome for one in warehouse.attempts(delivery)] == [Outcome.DEFERRED, Outcome.DELIVERED]


@pytest.mark.parametrize("status", [404, 301, 302, 307, 308])
async def test_a_wrong_address_pauses_the_lane_and_says_what_to_do(
    warehouse: Warehouse, sandbox: Sandbox, status: int
) -> None:
    sandbox.script(ScriptedAnswer(status=status, headers={"Location": sandbox.url + "/import/files/csv"}))
    delivery = warehouse.add("1.csv", b"x")

    async with running(warehouse.dispatcher(sandbox.url)):
        await until_settled(warehouse, delivery)

    lane = warehouse.lane()
    assert lane.paused_until is not None
    assert "destination.base_url" in (lane.paused_reason or "")
    assert warehouse.delivery(delivery).attempts == 0
    assert len(sandbox.received) == 1


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_credentials_pause_one_administration_and_no_other(
    warehouse: Warehouse, sandbox: Sandbox, status: int
) -> None:
    sandbox.script(ScriptedAnswer(status=status))
    locked = warehouse.add("1.csv", b"x", code="100")
    async with running(warehouse.dispatcher(sandbox.url)):
        await until_settled(warehouse, locked)
        also_locked = warehouse.add("1.pdf", PDF, kind=Kind.INVOICE_PDF, code="100")
        free = warehouse.add("2.csv", b"x", code="200")
        await until_settled(warehouse, free)

    assert warehouse.delivery(locked).state is DeliveryState.PENDING
    assert warehouse.delivery(locked).attempts == 0
    assert warehouse.attempts(also_locked) == []
    assert warehouse.delivery(free).state is DeliveryState.DELIVERED


async def test_a_token_sealed_with_another_key_pauses_its_administration(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    warehouse.administration("100", token=TOKEN)
    delivery = warehouse.add("1.csv", b"x")
    for key in warehouse.folder.joinpath("keys").iterdir():
        key.unlink()
    warehouse.open_sealer()

    async with running(warehouse.dispatcher(sandbox.url)):
        await until_settled(warehouse, delivery)

    assert sandbox.received == []
    assert warehouse.delivery(delivery).state is DeliveryState.PENDING


async def test_a_rejected_file_is_tried_again_slowly_and_then_held(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    delivery = warehouse.add("1.csv", b"x")
    sandbox.script(*[ScriptedAnswer(status=422, body='{"error": "no such administration"}')] * 3)

    async with running(warehouse.dispatcher(sandbox.url)):
        for number in (1, 2, 3):
            await sandbox.wait_for(number, accepted_only=False)
            await until_settled(warehouse, delivery)
            if number < 3:
                assert warehouse.delivery(delivery).due_at > warehouse.clock.now() + timedelta(seconds=50)
                warehouse.make_due(delivery)

    held = warehouse.delivery(delivery)
    assert held.state is DeliveryState.HELD
    assert held.reason == ReasonCode.REJECTED
    assert "no such administration" in (held.detail or "")


@pytest.mark.parametrize("kind", [Kind.INVOICE_ATTACHMENT, Kind.DECLARATION])
async def test_what_must_not_arrive_twice_is_held_when_the_answer_is_lost(
    warehouse: Warehouse, sandbox: Sandbox, kind: Kind
) -> None:
    sandbox.script(ScriptedAnswer(status=0))
    delivery = warehouse.add("a.txt", b"x", kind=kind)

    async with running(warehouse.dispatcher(sandbox.url)):
        await until_settled(warehouse, delivery)

    held = warehouse.delivery(delivery)
    assert held.state is DeliveryState.HELD
    assert held.reason == ReasonCode.AMBIGUOUS
    assert [one.outcome for one in warehouse.attempts(delivery)] == [Outcome.UNKNOWN]
    assert len(sandbox.received) == 1


async def test_what_may_arrive_twice_is_sent_again_when_the_answer_is_lost(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    sandbox.script(ScriptedAnswer(status=0))
    delivery = warehouse.add("a.pdf", PDF, kind=Kind.INVOICE_PDF)

    async with running(warehouse.dispatcher(sandbox.url)):
        await sandbox.wait_for(1)
        await until_settled(warehouse, delivery)

    assert [one.outcome for one in warehouse.attempts(delivery)] == [Outcome.UNKNOWN, Outcome.DELIVERED]


@pytest.mark.parametrize("damage", ["gone", "short", "long", "changed"])
@pytest.mark.parametrize("size", [10, 3_000_000])
async def test_a_damaged_blob_is_held_and_never_becomes_a_whole_request(
    warehouse: Warehouse, sandbox: Sandbox, damage: str, size: int
) -> None:
    content = b"a" * size
    delivery = warehouse.add("1.pdf", content, kind=Kind.INVOICE_PDF)
    path = warehouse.blob_of(delivery)
    match damage:
        case "gone":
            path.unlink()
        case "short":
            path.write_bytes(content[:-1])
        case "long":
            path.write_bytes(content + b"b")
        case "changed":
            path.write_bytes(content[:-1] + b"b")

    async with running(warehouse.dispatcher(sandbox.url)):
        await until_settled(warehouse, delivery)

    held = warehouse.delivery(delivery)
    assert held.state is DeliveryState.HELD
    assert held.reason == ReasonCode.DAMAGED_SPOOL
    assert sandbox.accepted == []


async def test_what_a_dead_owner_left_leased_is_recovered_at_once(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    resendable = warehouse.add("1.pdf", PDF, kind=Kind.INVOICE_PDF)
    action = warehouse.add("MZ301.txt", b"x", kind=Kind.DECLARATION)
    warehouse.database.write_now(builders.claim, now=warehouse.clock.now(), token="dead")

    async with running(warehouse.dispatcher(sandbox.url)):
        [received] = await sandbox.wait_for(1)
        await until_settled(warehouse, resendable)

    assert received.filename == "1.pdf"
    assert warehouse.delivery(resendable).state is DeliveryState.DELIVERED
    assert warehouse.delivery(action).reason == ReasonCode.AMBIGUOUS
    assert len(sandbox.received) == 1


async def test_stopping_lets_requests_in_flight_finish_and_leaves_the_lane(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    sandbox.script(*[ScriptedAnswer(status=200, delay_seconds=0.3)] * 3)
    ids = [warehouse.add(f"{n}.pdf", PDF, kind=Kind.INVOICE_PDF) for n in range(3)]

    async with running(warehouse.dispatcher(sandbox.url, max_in_flight=3)):
        await until(lambda: all(warehouse.attempts(one) for one in ids))
    await until_settled(warehouse, *ids)

    assert {warehouse.delivery(one).state for one in ids} == {DeliveryState.DELIVERED}
    assert warehouse.lane().owner is None


async def test_after_the_grace_what_is_in_flight_is_settled_as_unknown(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    sandbox.script(*[ScriptedAnswer(status=200, delay_seconds=30)] * 2)
    data = warehouse.add("1.csv", b"x")
    action = warehouse.add("MZ301.txt", b"x", kind=Kind.DECLARATION)
    dispatcher = warehouse.dispatcher(sandbox.url)
    await dispatcher.start()
    await until(lambda: len(sandbox.starts) == 2)

    await dispatcher.stop(0.05)

    assert dispatcher.task.cancelled()
    assert warehouse.delivery(data).state is DeliveryState.PENDING
    assert warehouse.delivery(action).reason == ReasonCode.AMBIGUOUS
    assert warehouse.attempts(data)[0].outcome is Outcome.UNKNOWN
    assert warehouse.lane().owner is None


async def test_of_two_dispatchers_only_one_sends(warehouse: Warehouse, sandbox: Sandbox) -> None:
    for number in range(30):
        warehouse.add(f"{number}.pdf", PDF, kind=Kind.INVOICE_PDF)
    first = warehouse.dispatcher(sandbox.url, owner="first")
    second = warehouse.dispatcher(sandbox.url, owner="second")

    async with running(first):
        await until(lambda: warehouse.lane().owner == "first")
        async with running(second):
            received = await sandbox.wait_for(30)
            assert warehouse.lane().owner == "first"

    assert len({one.filename for one in received}) == 30
    assert len(sandbox.received) == 30


async def test_another_owner_takes_over_when_the_first_leaves(warehouse: Warehouse, sandbox: Sandbox) -> None:
    first = warehouse.dispatcher(sandbox.url, owner="first")
    async with running(first):
        await until(lambda: warehouse.lane().owner == "first")
        async with running(warehouse.dispatcher(sandbox.url, owner="second")):
            await first.stop(5)
            delivery = warehouse.add("1.csv", b"x")
            await until_settled(warehouse, delivery)
            assert warehouse.lane().owner == "second"

    assert len(sandbox.accepted) == 1


async def test_a_stopped_lane_sends_nothing_until_it_is_resumed(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    warehouse.database.write_now(lanes.stop, name=DEFAULT_LANE)
    delivery = warehouse.add("1.csv", b"x")

    async with running(warehouse.dispatcher(sandbox.url)):
        await asyncio.sleep(0.7)  # longer than the wait between looks at the queue
        assert sandbox.received == []
        warehouse.database.write_now(lanes.resume, name=DEFAULT_LANE)
        await until_settled(warehouse, delivery)

    assert warehouse.delivery(delivery).state is DeliveryState.DELIVERED


async def test_no_more_than_three_arrive_in_any_second_as_the_destination_sees_it(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    for number in range(10):
        warehouse.add(f"{number}.pdf", PDF, kind=Kind.INVOICE_PDF)
    sandbox.latency_seconds = 0.05
    sandbox.rate_limit = 3

    async with running(warehouse.dispatcher(sandbox.url, rate_limit=3)):
        await sandbox.wait_for(10)

    moments = [one.monotonic_seconds for one in sandbox.received]
    assert min(later - first for first, later in zip(moments, moments[3:], strict=False)) > 1.0
    assert {one.status for one in sandbox.received} == {201}
