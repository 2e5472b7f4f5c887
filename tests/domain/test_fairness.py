"""Whose turn it is."""

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.backlog import DataHead, Documents, Turn, Work
from bridge.domain.fairness import LOOKED_AT, Turns
from tests.support.clock import MINUTE, NOON

SECOND = timedelta(seconds=1)


def documents(account: int, fresh: int = 0, *, of: int | None = None, **more: object) -> Documents:
    """What waits of an account, for an administration of the same number."""
    return Documents(
        account_id=AccountId(account),
        administration_id=AdministrationId(account if of is None else of),
        fresh=fresh,
        **more,  # type: ignore[arg-type]
    )


def data(account: int, *, of: int | None = None, due_at: datetime = NOON, **more: object) -> DataHead:
    """The next data file."""
    return DataHead(
        account_id=AccountId(account),
        administration_id=AdministrationId(account if of is None else of),
        due_at=due_at,
        **more,  # type: ignore[arg-type]
    )


def turns(*waiting: Documents | DataHead, aim: datetime | None = None, per_second: float = 3) -> Turns:
    """Turns of what waits."""
    made = Turns(per_second=per_second, aim=lambda *_: aim)
    made.replace(
        [one for one in waiting if isinstance(one, Documents)],
        [one for one in waiting if isinstance(one, DataHead)],
        NOON,
    )
    return made


def take(of: Turns, count: int, now: datetime = NOON) -> list[tuple[int, Work]]:
    """Take *count* turns, as far as there are any."""
    taken: list[tuple[int, Work]] = []
    for _ in range(count):
        turn = of.choose(now)
        if turn is None:
            break
        of.took(turn)
        taken.append((turn.account_id, turn.work))
    return taken


def test_a_zip_of_20_000_does_not_keep_one_csv_waiting() -> None:
    queue = turns(documents(1, 20_000))
    take(queue, 100)

    queue.put_data(AdministrationId(2), data(2), NOON)

    assert (2, Work.DATA) in take(queue, 2)


def test_accounts_take_turns_whatever_each_has() -> None:
    queue = turns(documents(1, 1000), documents(2, 10), documents(3, 10))

    assert Counter(account for account, _ in take(queue, 30)) == {1: 10, 2: 10, 3: 10}


def test_an_account_of_many_administrations_has_one_share() -> None:
    queue = turns(documents(1, 50, of=1), documents(1, 50, of=2), documents(1, 50, of=3), documents(2, 50))

    assert Counter(account for account, _ in take(queue, 30)) == {1: 15, 2: 15}


def test_the_administrations_of_an_account_take_turns() -> None:
    queue = turns(documents(1, 50, of=1), documents(1, 50, of=2))
    taken = []
    for _ in range(10):
        turn = queue.choose(NOON)
        assert turn is not None
        queue.took(turn)
        taken.append(turn.administration_id)

    assert Counter(taken) == {1: 5, 2: 5}


def test_documents_go_before_the_data_file() -> None:
    queue = turns(documents(1, 3), data(1))

    assert [work for _, work in take(queue, 9)] == [Work.DOCUMENT] * 3 + [Work.DATA]


def test_the_data_file_goes_in_time_for_its_cut_off_whatever_waits() -> None:
    queue = turns(documents(1, 5000), data(1), aim=NOON + 20 * MINUTE)
    moment, sent = NOON, None
    while sent is None:
        turn = queue.choose(moment)
        assert turn is not None
        queue.took(turn)
        sent = moment if turn.work is Work.DATA else None
        moment += SECOND / 3

    assert NOON + 18 * MINUTE < sent < NOON + 20 * MINUTE


def test_a_data_file_under_way_holds_back_the_next_until_it_has_ended() -> None:
    queue = turns(data(1, count=2))
    assert take(queue, 9) == [(1, Work.DATA)]

    queue.put_data(AdministrationId(1), data(1), NOON)

    assert take(queue, 9) == [(1, Work.DATA)]
    queue.put_data(AdministrationId(1), None, NOON)
    assert take(queue, 9) == []


def test_what_is_paused_or_not_due_waits_for_its_moment() -> None:
    queue = turns(
        documents(1, 5, paused_until=NOON + MINUTE),
        documents(2, retries=1, retry_due_at=NOON + 2 * MINUTE),
        data(3, due_at=NOON + 3 * MINUTE),
    )

    assert take(queue, 9) == []
    assert queue.next_at() == NOON + MINUTE
    assert take(queue, 1, NOON + MINUTE) == [(1, Work.DOCUMENT)]
    assert (2, Work.RETRY) in take(queue, 2, NOON + 2 * MINUTE)
    assert (3, Work.DATA) in take(queue, 2, NOON + 3 * MINUTE)


def test_retries_take_a_third_of_the_lane_while_others_wait() -> None:
    queue = turns(documents(1, retries=900, retry_due_at=NOON), documents(2, 900))

    works = Counter(work for _, work in take(queue, 600))

    assert 180 <= works[Work.RETRY] <= 201


def test_retries_take_all_of_the_lane_when_nothing_else_waits() -> None:
    queue = turns(documents(1, retries=50, retry_due_at=NOON), documents(2, retries=50, retry_due_at=NOON))

    assert Counter(take(queue, 200)) == {(1, Work.RETRY): 50, (2, Work.RETRY): 50}


def test_with_many_accounts_that_only_retry_the_first_that_does_not_is_not_looked_for_long() -> None:
    crowd = [documents(n, retries=5, retry_due_at=NOON) for n in range(2, 2 + 20 * LOOKED_AT)]
    queue = turns(*crowd, documents(1, 5))

    taken = take(queue, 200)

    assert Work.RETRY in {work for _, work in taken[:5]}
    assert (1, Work.DOCUMENT) in taken


def test_the_earliest_cut_off_goes_first_when_the_budget_is_short() -> None:
    aims = {1: NOON + 10 * MINUTE, 2: NOON + 600 * MINUTE}
    queue = Turns(per_second=3, aim=lambda of, _: aims[of])
    queue.replace([documents(1, 1600), documents(2, 1600)], [], NOON)

    works = Counter(account for account, _ in take(queue, 600))

    assert works[1] >= 540  # 1,600 of the 1,746 that fit: the others hardly get a turn


def test_what_cannot_be_in_time_does_not_make_others_late() -> None:
    queue = turns(documents(1, 20_000), *(documents(n, 100) for n in range(2, 8)), aim=NOON + 5 * MINUTE)

    assert Counter(account for account, _ in take(queue, 660))[1] <= 66
    assert Counter(account for account, _ in take(queue, 100)) == {1: 100}  # which is not forgotten


def test_without_a_limit_no_budget_is_ever_short() -> None:
    queue = turns(documents(1, 1000), documents(2, 1000), aim=NOON + SECOND, per_second=0)

    assert Counter(account for account, _ in take(queue, 30)) == {1: 15, 2: 15}


def test_a_count_of_everything_keeps_the_order_of_turns() -> None:
    queue = turns(documents(1, 9), documents(2, 9), documents(3, 9))
    first = take(queue, 2)

    queue.replace([documents(n, 9) for n in (1, 2, 3)], [], NOON)

    assert {account for account, _ in first + take(queue, 1)} == {1, 2, 3}


def test_what_has_arrived_is_added_to_what_waits() -> None:
    queue = turns(documents(1, 1))

    queue.arrived(documents(1, 2), NOON)
    queue.arrived(documents(2, 1), NOON)

    assert Counter(account for account, _ in take(queue, 9)) == {1: 3, 2: 1}


WAITING = st.builds(
    documents,
    st.integers(1, 4),
    st.integers(0, 5),
    of=st.integers(1, 3),
    retries=st.integers(0, 4),
    retry_due_at=st.sampled_from([None, NOON, NOON + MINUTE]),
    paused_until=st.sampled_from([None, NOON - MINUTE, NOON + MINUTE]),
)
HEADS = st.builds(
    data,
    st.integers(1, 4),
    of=st.integers(1, 3),
    due_at=st.sampled_from([NOON, NOON + MINUTE]),
    is_under_way=st.booleans(),
    paused_until=st.sampled_from([None, NOON + MINUTE]),
)
AIMS = st.sampled_from([None, NOON + SECOND, NOON + MINUTE, NOON + 600 * MINUTE])


@given(
    waiting=st.lists(WAITING, unique_by=lambda one: (one.account_id, one.administration_id)),
    heads=st.lists(HEADS, unique_by=lambda one: one.administration_id),
    aim=AIMS,
)
def test_all_that_may_go_gets_its_turn_and_nothing_else(
    waiting: list[Documents], heads: list[DataHead], aim: datetime | None
) -> None:
    queue = turns(*waiting, *heads, aim=aim)
    taken: Counter[Turn] = Counter()
    while (turn := queue.choose(NOON)) is not None:
        queue.took(turn)
        taken[turn] += 1
        assert sum(taken.values()) < 1000

    def of(one: Documents | DataHead, work: Work) -> Turn:
        return Turn(account_id=one.account_id, administration_id=one.administration_id, work=work)

    expected: Counter[Turn] = Counter()
    for one in waiting:
        if one.paused_until is None or one.paused_until <= NOON:
            expected[of(one, Work.DOCUMENT)] += one.fresh
            if one.retry_due_at == NOON:
                expected[of(one, Work.RETRY)] += one.retries
    for head in heads:
        if head.due_at == NOON and head.paused_until is None and not head.is_under_way:
            expected[of(head, Work.DATA)] += 1
    assert taken == +expected
