"""Who gets through before the cut-off."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.budget import Demand, plan
from tests.support.clock import MINUTE, NOON


def demand(number: int, minutes: float, documents: int, data_files: int = 0) -> Demand:
    """What waits for an administration whose import is in so many minutes."""
    return Demand(
        account_id=AccountId(number),
        administration_id=AdministrationId(number),
        aim=NOON + timedelta(minutes=minutes),
        documents=documents,
        data_files=data_files,
    )


def pressed(*demands: Demand, now: datetime = NOON) -> list[set[int]]:
    """For whom the budget is short, by aim; 174 files fit into a minute."""
    return [{account for account, _ in group} for group in plan(demands, per_second=3, now=now).pressed]


def test_with_room_for_all_nobody_goes_first() -> None:
    assert pressed(demand(1, 10, 450), demand(2, 20, 450)) == []


def test_the_earliest_cut_off_goes_first_when_there_is_little_room() -> None:
    assert pressed(demand(2, 20, 1600), demand(1, 10, 1600)) == [{1}, {2}]


def test_only_those_before_the_shortage_are_pressed() -> None:
    assert pressed(demand(1, 10, 1600), demand(2, 600, 10)) == [{1}]


def test_whoever_cannot_be_through_is_left_out_and_the_others_go_first() -> None:
    assert pressed(demand(1, 10, 20_000), demand(2, 10, 100), demand(3, 10, 100)) == [{2, 3}]


def test_a_cut_off_that_has_come_presses_nobody_but_those_who_have_a_data_file() -> None:
    assert pressed(demand(1, 0, 5), demand(2, 0, 0, 1)) == [{2}]


def test_nothing_waits_and_nobody_is_pressed() -> None:
    nothing = plan([], per_second=3, now=NOON)

    assert (nothing.pressed, nothing.urgent(NOON)) == ([], ())


@pytest.mark.parametrize(("documents", "every"), [(1000, 3), (1500, 10), (1600, 40)])
def test_the_less_room_there_is_the_fewer_turns_go_to_others(documents: int, every: int) -> None:
    assert plan([demand(1, 10, documents)], per_second=3, now=NOON).others_every == every


def test_a_data_file_is_urgent_shortly_before_its_cut_off() -> None:
    found = plan([demand(1, 10, 0, 1)], per_second=3, now=NOON)

    assert found.urgent(NOON + 9 * MINUTE) == ()
    assert found.urgent(NOON + 9.5 * MINUTE) == [1]


def test_of_a_thousand_with_one_cut_off_the_first_are_urgent_long_before() -> None:
    found = plan([demand(n, 60, 0, 1) for n in range(1000)], per_second=3, now=NOON)

    assert found.urgent(NOON + 50 * MINUTE) == ()
    assert len(found.urgent(NOON + 53 * MINUTE)) == 1000


def test_whoever_comes_before_one_that_is_urgent_is_urgent_too() -> None:
    crowd = [demand(n, 61, 0, 1) for n in range(2, 1000)]

    assert plan([*crowd, demand(1, 60, 0, 1)], per_second=3, now=NOON).urgent(NOON + 54.5 * MINUTE)[0] == 1


@given(
    sizes=st.lists(
        st.tuples(st.floats(0.1, 100), st.integers(0, 3000), st.integers(0, 2)), min_size=1, max_size=30
    )
)
def test_all_that_are_pressed_can_be_through_in_time(sizes: list[tuple[float, int, int]]) -> None:
    demands = {n: demand(n, *size) for n, size in enumerate(sizes)}
    found = plan(demands.values(), per_second=3, now=NOON)

    work = 0
    for group in found.pressed:
        for number, _ in group:
            work += demands[number].documents
            seconds = (demands[number].aim - NOON).total_seconds()
            data = sum(one.data_files for one in demands.values() if one.aim <= demands[number].aim)
        assert work == 0 or work + data <= 3 * seconds or work <= data
