"""The delivery service: a sender for each lane that needs one, and what waits in a wrong lane."""

import asyncio
from datetime import timedelta

import pytest

from bridge.config.settings import DestinationSettings
from bridge.delivery import service as module
from bridge.delivery.dispatcher import Dispatcher
from bridge.delivery.service import DeliveryService
from bridge.domain.deliveries import DEFAULT_LANE, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.laning import ONE_LANE, LaneScope, Laning
from bridge.domain.outcomes import Outcome
from bridge.ledger import administrations, lanes, laning, leases
from bridge.runtime.doorbell import Doorbell
from bridge.sandbox import Sandbox, ScriptedAnswer
from tests.delivery.conftest import TOKEN, Warehouse, running, until
from tests.support import builders

PDF = b"%PDF-1.4 made up"
BY_ENDPOINT = Laning(scope=LaneScope.ENDPOINT)
BY_ADMINISTRATION = Laning(scope=LaneScope.ADMINISTRATION)


def service(
    warehouse: Warehouse, url: str, rule: Laning, *, owner: str = "one", **changes: object
) -> DeliveryService:
    """Return a delivery service that sends to *url*, without a rate limit unless told."""
    options = DestinationSettings.model_validate({"base_url": url, "rate_limit": 0, **changes})

    def dispatcher(lane: str, doorbell: Doorbell) -> Dispatcher:
        return Dispatcher(
            database=warehouse.database,
            spool=warehouse.spool,
            sealer=warehouse.sealer,
            settings=options,
            clock=warehouse.clock,
            doorbell=doorbell,
            chance=lambda: 0.5,
            owner=owner,
            lane=lane,
        )

    return DeliveryService(
        database=warehouse.database,
        rule=rule,
        clock=warehouse.clock,
        owner=owner,
        doorbell=warehouse.doorbell,
        dispatcher=dispatcher,
    )


def owners(warehouse: Warehouse) -> dict[str, str | None]:
    return {one.name: one.owner for one in warehouse.database.read_now(lanes.listing)}


async def until_idle(warehouse: Warehouse) -> None:
    await until(lambda: not warehouse.database.read_now(laning.busy))


async def test_with_one_lane_one_sender_sends_all_of_it(warehouse: Warehouse, sandbox: Sandbox) -> None:
    warehouse.add("1.csv", b"x")
    warehouse.add("1.pdf", PDF, kind=Kind.INVOICE_PDF)

    async with running(service(warehouse, sandbox.url, ONE_LANE)):
        await sandbox.wait_for(2)
        await until_idle(warehouse)
        assert owners(warehouse) == {DEFAULT_LANE: "one"}

    assert owners(warehouse) == {DEFAULT_LANE: None}


async def test_what_waits_in_the_lane_of_another_setting_moves_at_the_start(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    warehouse.add("1.csv", b"x", code="100")
    warehouse.add("2.csv", b"x", code="200")

    async with running(service(warehouse, sandbox.url, BY_ADMINISTRATION)):
        await sandbox.wait_for(2)
        await until_idle(warehouse)
        assert owners(warehouse) == {
            DEFAULT_LANE: None,
            "administration:100": "one",
            "administration:200": "one",
        }

    assert set(owners(warehouse).values()) == {None}

    warehouse.add("3.csv", b"x", code="100")
    async with running(service(warehouse, sandbox.url, ONE_LANE)):
        await sandbox.wait_for(3)


async def test_a_lane_that_is_not_used_any_more_does_not_go_on_failing(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    warehouse.add("1.csv", b"x")
    now = warehouse.clock.now()
    warehouse.database.write_now(
        lanes.fail, name=DEFAULT_LANE, since=now, probe_at=now + timedelta(hours=1), reason="no answer"
    )

    async with running(service(warehouse, sandbox.url, BY_ENDPOINT)):
        await sandbox.wait_for(1)
        await until_idle(warehouse)

    [former] = [lane for lane in warehouse.database.read_now(lanes.listing) if lane.name == DEFAULT_LANE]
    assert former.failing_since is None


async def test_each_lane_has_a_rate_of_its_own(warehouse: Warehouse, sandbox: Sandbox) -> None:
    for number in range(6):
        warehouse.add(f"{number}.pdf", PDF, kind=Kind.INVOICE_PDF)
        warehouse.add(f"{number}.xml", PDF, kind=Kind.INVOICE_UBL)

    async with running(service(warehouse, sandbox.url, BY_ENDPOINT, rate_limit=3)):
        received = await sandbox.wait_for(12)

    moments = {
        kind: sorted(one.monotonic_seconds for one in received if one.endpoint == kind.folder)
        for kind in (Kind.INVOICE_PDF, Kind.INVOICE_UBL)
    }
    for times in moments.values():
        assert min(later - first for first, later in zip(times, times[3:], strict=False)) > 1.0
    assert max(max(times) for times in moments.values()) - min(min(times) for times in moments.values()) < 2.5


async def test_a_429_pauses_its_own_lane_only(warehouse: Warehouse, sandbox: Sandbox) -> None:
    warehouse.add("1.pdf", PDF, kind=Kind.INVOICE_PDF)
    warehouse.database.write_now(laning.make, names=["endpoint:invoice_pdf"])
    warehouse.database.write_now(
        lanes.pause,
        name="endpoint:invoice_pdf",
        until=warehouse.clock.now() + timedelta(minutes=10),
        reason="429",
    )
    other = warehouse.add("1.xml", PDF, kind=Kind.INVOICE_UBL)

    async with running(service(warehouse, sandbox.url, BY_ENDPOINT)):
        await until(lambda: warehouse.delivery(other).state is DeliveryState.DELIVERED)

    assert [one.endpoint for one in sandbox.received] == ["invoice_ubl"]


async def test_what_a_killed_process_left_leased_under_another_setting_is_recovered_and_sent(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    delivery = warehouse.add("1.pdf", PDF, kind=Kind.INVOICE_PDF)
    now = warehouse.clock.now()
    warehouse.database.write_now(
        lanes.take, name=DEFAULT_LANE, owner="one", now=now, until=now + timedelta(0, 9)
    )
    warehouse.database.write_now(builders.claim, now=now, token="t", limit=1)

    async with running(service(warehouse, sandbox.url, BY_ENDPOINT)):
        await until(lambda: warehouse.delivery(delivery).state is DeliveryState.DELIVERED)


async def test_a_lane_of_another_setting_in_which_another_process_sends_is_left_to_it(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    delivery = warehouse.add("1.pdf", PDF, kind=Kind.INVOICE_PDF)
    now = warehouse.clock.now()
    warehouse.database.write_now(
        lanes.take, name=DEFAULT_LANE, owner="other", now=now, until=now + timedelta(minutes=1)
    )
    warehouse.database.write_now(builders.claim, now=now, token="t", limit=1)

    async with running(service(warehouse, sandbox.url, BY_ENDPOINT)):
        await asyncio.sleep(1.2)  # two looks

    assert warehouse.delivery(delivery).state is DeliveryState.LEASED
    assert sandbox.received == []


async def test_a_lane_that_has_nothing_for_long_gives_its_sender_up_and_gets_one_again(
    warehouse: Warehouse, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.1)
    warehouse.add("1.pdf", PDF, kind=Kind.INVOICE_PDF)

    async with running(service(warehouse, sandbox.url, BY_ENDPOINT)):
        await sandbox.wait_for(1)
        await until(lambda: owners(warehouse).get("endpoint:invoice_pdf", "nobody yet") is None)
        warehouse.add("2.pdf", PDF, kind=Kind.INVOICE_PDF)
        warehouse.doorbell.ring()
        await sandbox.wait_for(2)


async def test_more_lanes_than_senders_take_turns(
    warehouse: Warehouse, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SENDERS", 1)
    monkeypatch.setattr(module, "TURN_SECONDS", 0.1)
    for code in ("100", "200", "300"):
        warehouse.add(f"{code}.csv", b"x", code=code)

    async with running(service(warehouse, sandbox.url, BY_ADMINISTRATION)):
        await sandbox.wait_for(3)
        await until_idle(warehouse)


async def test_the_lane_that_waited_longest_for_a_sender_is_the_next(
    warehouse: Warehouse, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first by name took all turns, and the last never got one.
    monkeypatch.setattr(module, "SENDERS", 1)
    monkeypatch.setattr(module, "TURN_SECONDS", 0.1)
    for code in ("100", "200", "300"):
        warehouse.add(f"{code}.csv", b"x", code=code)
    for code in ("100", "200"):  # which are always busy then
        warehouse.database.write_now(administrations.set_stopped, code=code, is_stopped=True)

    async with running(service(warehouse, sandbox.url, BY_ADMINISTRATION)), asyncio.timeout(10):
        await sandbox.wait_for(1)


async def test_a_new_token_is_a_new_lane_for_what_waits(warehouse: Warehouse, sandbox: Sandbox) -> None:
    rule = Laning(
        scope=LaneScope.TOKEN,
        token_kinds=frozenset({Kind.DATA}),
        mark=warehouse.sealer.mark,
    )
    warehouse.administration("100", token=TOKEN)
    delivery = warehouse.add("1.csv", b"x")
    first = f"token:{warehouse.sealer.mark(warehouse.sealer.seal(TOKEN))}"
    second = f"token:{warehouse.sealer.mark(warehouse.sealer.seal('f' * 40))}"
    warehouse.database.write_now(laning.make, names=[first])
    warehouse.database.write_now(lanes.stop, name=first)

    async with running(service(warehouse, sandbox.url, rule)):
        await until(lambda: warehouse.database.read_now(laning.busy) == {first})
        warehouse.database.write_now(
            administrations.change,
            code="100",
            values={"sealed_token": warehouse.sealer.seal("f" * 40)},
        )
        await until(lambda: warehouse.delivery(delivery).state is DeliveryState.DELIVERED)
        assert owners(warehouse)[second] == "one"


async def test_what_is_still_under_way_when_the_grace_is_over_is_settled_as_unknown(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    sandbox.script(ScriptedAnswer(delay_seconds=30))
    delivery = warehouse.add("1.pdf", PDF, kind=Kind.INVOICE_PDF)

    async with running(service(warehouse, sandbox.url, BY_ENDPOINT), grace_seconds=0.2):
        await until(lambda: bool(sandbox.starts))

    assert [one.outcome for one in warehouse.attempts(delivery)] == [Outcome.UNKNOWN]
    assert owners(warehouse)["endpoint:invoice_pdf"] is None


async def test_a_sender_that_dies_ends_the_service_with_its_error(
    warehouse: Warehouse, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ArithmeticError("strange")

    monkeypatch.setattr(leases, "recover", fail)
    broken = service(warehouse, sandbox.url, ONE_LANE)
    await broken.start()

    with pytest.raises(ArithmeticError):
        await asyncio.wait_for(broken.task, 5)
