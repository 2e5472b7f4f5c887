"""Acts on many deliveries: by ids or by filter, in portions, and none keeps the others back."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bridge.admin.operations import accounts, administrations, deliveries, many, trail
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.many import Filter, Verb
from bridge.config import Settings
from bridge.domain.accounts import Account
from bridge.domain.audit import Actor, Way
from bridge.domain.deliveries import Delivery, DeliveryId, DeliveryState
from bridge.domain.errors import Invalid, NotFound, Unavailable
from bridge.domain.reasons import ReasonCode
from bridge.ledger import counters
from bridge.ledger.database import Database, Transaction
from tests.support import builders
from tests.support.clock import FakeClock


@pytest.fixture
def account(desk: Desk) -> Account:
    """An account of A1 and B2."""
    return accounts.add(desk, name="sender", administration_codes=["A1", "B2"], password="x").account


def made(desk: Desk, account: Account, count: int) -> list[int]:
    """Accept so many uploads; return the ids of their deliveries."""
    return [
        desk.database.write_now(builders.an_accepted_upload, account, f"/{number}.pdf").id
        for number in range(count)
    ]


def test_a_filter_means_those_with_which_the_act_is_possible(desk: Desk, account: Account) -> None:
    first, second = made(desk, account, 2)
    deliveries.hold(desk, delivery_id=second)

    def chosen(verb: Verb, **which: object) -> list[int]:
        return list(many.choose(desk, verb=verb, which=Filter(account="sender", **which)))  # type: ignore[arg-type]

    assert chosen(Verb.HOLD) == [first]
    assert chosen(Verb.RELEASE) == [second]
    assert chosen(Verb.CANCEL) == [first, second]
    assert chosen(Verb.RETRY, states=[DeliveryState.PENDING]) == [first]
    assert chosen(Verb.CANCEL, reason=ReasonCode.BY_OPERATOR, administration="A1") == [second]
    assert chosen(Verb.CANCEL, administration="B2") == []


def test_a_filter_that_would_mean_everything_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid, match="say which"):
        many.choose(desk, verb=Verb.CANCEL, which=Filter())


def test_a_state_in_which_the_act_is_not_possible_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid, match="hold is for what is pending"):
        many.choose(desk, verb=Verb.HOLD, which=Filter(states=[DeliveryState.DELIVERED]))


def test_an_unknown_account_or_administration_is_said(desk: Desk) -> None:
    for which in (Filter(account="nobody"), Filter(administration="Z9")):
        with pytest.raises(NotFound):
            many.choose(desk, verb=Verb.HOLD, which=which)


def test_many_are_done_portion_by_portion_and_each_is_told(desk: Desk, account: Account) -> None:
    ids = made(desk, account, many.PORTION + 2)
    deliveries.cancel(desk, delivery_id=ids[1])

    portions = list(
        many.perform(
            desk,
            act="delivery hold",
            ids=ids,
            step=deliveries.holding(),
            detail={"chosen_by": {"account": "sender"}},
        )
    )

    assert [len(portion.done) for portion in portions] == [many.PORTION - 1, 2]
    assert [len(portion.refusals) for portion in portions] == [1, 0]
    assert "cancelled" in portions[0].refusals[0]
    [entry] = trail.listing(desk, subject=f"delivery:{ids[-1]}")
    assert entry.detail == {"from": "pending", "to": "held", "chosen_by": {"account": "sender"}}
    assert [one.act for one in trail.listing(desk, subject=f"delivery:{ids[1]}")] == ["delivery cancel"]


def test_a_running_server_is_told_that_there_is_something_to_look_at(desk: Desk, account: Account) -> None:
    ids = made(desk, account, 2)
    before = desk.database.read_now(counters.value, name=counters.QUEUE)

    list(many.perform(desk, act="delivery cancel", ids=ids, step=deliveries.cancelling(desk)))

    assert desk.database.read_now(counters.value, name=counters.QUEUE) > before


def test_what_was_not_tried_when_the_ledger_failed_is_said(desk: Desk, account: Account) -> None:
    ids = made(desk, account, many.PORTION + 2)
    holding = deliveries.holding()

    def failing(ledger: Transaction, delivery_id: DeliveryId) -> Delivery:
        if delivery_id == ids[-1]:
            raise Unavailable("ledger: disk full")
        return holding(ledger, delivery_id)

    done = many.together(many.perform(desk, act="delivery hold", ids=ids, step=failing))

    assert len(done.done) == many.PORTION
    assert done.refusals == [f"ledger: disk full; 2 of {len(ids)} were not tried"]
    state = deliveries.get(desk, delivery_id=ids[-2])[0].delivery.state
    assert state is DeliveryState.PENDING


def test_those_looked_at_are_in_the_order_asked_for(desk: Desk, account: Account) -> None:
    first, second = made(desk, account, 2)

    looked_at = many.look(desk, ids=[DeliveryId(second), DeliveryId(first)])

    assert [one.delivery.id for one in looked_at] == [second, first]


def test_two_who_act_on_the_same_deliveries_never_wait_for_each_other_in_a_circle(
    database: Database, clock: FakeClock, tmp_path: Path
) -> None:
    # Each holds what the other wants next, one from the front and one from the back.
    settings = Settings(data_dir=tmp_path / "data", keys_dir=tmp_path / "keys")
    desk = Desk(database=database, clock=clock, settings=settings, actor=Actor(who="tester", way=Way.CLI))
    administrations.add(desk, code="A1")
    account = accounts.add(desk, name="sender", administration_codes=["A1"], password="x").account
    ids = made(desk, account, 30)
    both_began = threading.Barrier(2)

    def hold_and_release(order: list[int]) -> list[str]:
        both_began.wait()
        refusals: list[str] = []
        for _ in range(3):
            for step in (deliveries.holding(), deliveries.releasing(desk)):
                portions = many.perform(desk, act="delivery hold", ids=order, step=step)
                refusals += many.together(portions).refusals
        return refusals

    with ThreadPoolExecutor(2) as threads:
        answers = [threads.submit(hold_and_release, order) for order in (ids, ids[::-1])]
        refusals = [sentence for answer in answers for sentence in answer.result()]

    # Being late is all right: what the other has held cannot be held again.
    assert [sentence for sentence in refusals if "only a pending one can be held" not in sentence] == []
    acts = trail.listing(desk, limit=10_000)
    assert len([one for one in acts if one.act == "delivery hold"]) == 2 * 3 * 2 * len(ids) - len(refusals)
