"""The breaker: an outage of the destination wears nothing out, is seen by all, and ends by itself."""

from datetime import timedelta
from itertools import pairwise

import pytest

from bridge.delivery import dispatcher as dispatching
from bridge.delivery.breaker import Breaker
from bridge.domain import circuit
from bridge.domain.deliveries import DeliveryId, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Answer, NoAnswer, Outcome
from bridge.domain.retry import RetryPolicy
from bridge.ledger import lanes
from bridge.sandbox import Sandbox, ScriptedAnswer
from tests.delivery.conftest import Warehouse, running, until
from tests.support import builders

LANE = "destination"
PDF = b"%PDF-1.4 made up"


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probe after tenths of seconds."""
    policy = RetryPolicy(base=timedelta(seconds=0.2), cap=timedelta(seconds=0.4))
    monkeypatch.setattr(circuit, "PROBES", policy)
    monkeypatch.setattr(dispatching, "IDLE_SECONDS", 0.02)


def add_some(warehouse: Warehouse, count: int, kind: Kind = Kind.INVOICE_PDF) -> list[DeliveryId]:
    """Put files of two administrations into the queue, by turns."""
    return [
        warehouse.add(f"{kind}-{n}.pdf", PDF, kind=kind, code="100" if n % 2 else "200") for n in range(count)
    ]


def attempts(warehouse: Warehouse, ids: list[DeliveryId]) -> int:
    """How many attempts they had in all."""
    return sum(len(warehouse.attempts(one)) for one in ids)


async def test_an_outage_costs_a_cohort_and_probes_is_shown_and_ends_by_itself(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    ids = add_some(warehouse, 40)
    await sandbox.stop()
    async with running(warehouse.dispatcher(sandbox.url, max_in_flight=1)):
        await until(lambda: warehouse.lane().failing_since is not None)
        began = warehouse.lane()
        await until(lambda: attempts(warehouse, ids) >= circuit.COHORT + 3)
        lane = warehouse.lane()
        untouched = [one for one in ids if not warehouse.attempts(one)]
        await sandbox.start()
        await sandbox.wait_for(40)
        await until(lambda: warehouse.lane().failing_since is None)

    assert lane.failing_since == began.failing_since
    assert "could not connect" in (lane.paused_reason or "")
    assert len(untouched) >= 40 - circuit.COHORT - 5
    assert {warehouse.delivery(one).state for one in ids} == {DeliveryState.DELIVERED}
    assert warehouse.lane().paused_until is None
    assert {len(warehouse.attempts(one)) for one in untouched} == {1}


async def test_probes_go_one_at_a_time_and_as_rarely_as_they_should(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    ids = add_some(warehouse, 30)
    sandbox.script(*[ScriptedAnswer(status=503, delay_seconds=0.05)] * 1000)
    async with running(warehouse.dispatcher(sandbox.url, max_in_flight=4)):
        await until(lambda: warehouse.lane().failing_since is not None)
        await until(lambda: attempts(warehouse, ids) >= circuit.COHORT + 3 + 5)

    # Three more were under way when it opened.
    probes = sandbox.starts[circuit.COHORT + 3 :]
    gaps = [later - first for first, later in pairwise(probes)]
    assert min(gaps) >= 0.15  # three quarters of 0.2 s: chance is 0.5
    assert min(gaps[1:]) >= 0.3  # … and of 0.4 s


async def test_a_file_that_fails_while_others_succeed_keeps_nobody_waiting(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    strange = warehouse.add("strange.pdf", PDF, kind=Kind.INVOICE_PDF, code="300")
    sandbox.script(*[ScriptedAnswer(status=500)])
    async with running(warehouse.dispatcher(sandbox.url, max_in_flight=1)):
        for _ in range(circuit.COHORT + 3):
            count = len(warehouse.attempts(strange))
            await until(lambda: len(warehouse.attempts(strange)) > count)  # noqa: B023  awaited here
            await until(lambda: warehouse.attempts(strange)[-1].outcome is not None)
            sandbox.script(ScriptedAnswer(status=500))
            warehouse.make_due(strange)
        assert warehouse.lane().failing_since is None


async def test_a_restarted_process_goes_on_with_probes(warehouse: Warehouse, sandbox: Sandbox) -> None:
    ids = add_some(warehouse, 30)
    now = warehouse.clock.now()
    warehouse.database.write_now(
        lanes.fail, name=LANE, since=now, probe_at=now + timedelta(seconds=0.5), reason="Last: made up."
    )
    sandbox.script(*[ScriptedAnswer(status=503)] * 1000)

    async with running(warehouse.dispatcher(sandbox.url)):
        await until(lambda: attempts(warehouse, ids) >= 3)
        lane = warehouse.lane()

    assert lane.failing_since == now
    assert attempts(warehouse, ids) <= 4
    gaps = [later - first for first, later in pairwise(sandbox.starts)]
    assert min(gaps) >= 0.1


async def test_while_answers_get_lost_no_declaration_is_used_up_as_a_probe(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    sandbox.script(*[ScriptedAnswer(status=0)] * 1000)
    ids = add_some(warehouse, 10)
    dispatcher = warehouse.dispatcher(sandbox.url, max_in_flight=1)
    async with running(dispatcher):
        await until(lambda: warehouse.lane().failing_since is not None)
        actions = add_some(warehouse, 6, Kind.DECLARATION)
        before = attempts(warehouse, ids)
        await until(lambda: attempts(warehouse, ids) >= before + 5)

    assert attempts(warehouse, actions) == 0
    assert {one.outcome for each in ids for one in warehouse.attempts(each)} == {Outcome.UNKNOWN}


async def test_an_operator_who_resumes_the_lane_gets_a_probe_at_once(
    warehouse: Warehouse, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = RetryPolicy(base=timedelta(minutes=1), cap=timedelta(minutes=1))
    monkeypatch.setattr(circuit, "PROBES", slow)
    ids = add_some(warehouse, 8)
    sandbox.script(*[ScriptedAnswer(status=502)] * circuit.COHORT)

    async with running(warehouse.dispatcher(sandbox.url, max_in_flight=1)):
        await until(lambda: warehouse.lane().failing_since is not None)
        assert attempts(warehouse, ids) == circuit.COHORT
        warehouse.database.write_now(lanes.resume, name=LANE)
        await sandbox.wait_for(3)  # the others of the cohort back off for seconds

    assert warehouse.lane().failing_since is None


async def test_an_outage_ends_though_the_ledger_was_away_when_the_answer_came(warehouse: Warehouse) -> None:
    # It was over in memory only: the alarm and the lane said for ever that the destination does not answer.
    add_some(warehouse, circuit.COHORT + 2)
    now = warehouse.clock.now()
    assignments = warehouse.database.write_now(builders.claim, now=now, limit=circuit.COHORT + 2)
    breaker = Breaker(database=warehouse.database, lane=LANE, chance=lambda: 0.0)
    await breaker.resume()
    for one in assignments[: circuit.COHORT]:
        await breaker.ended(one, NoAnswer(is_unsent=True, what="refused"), now)
    assert warehouse.lane().failing_since is not None

    with warehouse.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lanes RENAME TO away")
    await breaker.ended(assignments[-2], Answer(status=201), now)
    with warehouse.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO lanes")
    await breaker.ended(assignments[-1], Answer(status=201), now)

    assert warehouse.lane().failing_since is None
    assert warehouse.lane().may_send(now)
