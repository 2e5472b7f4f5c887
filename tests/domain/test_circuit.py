"""The circuit: opened by a failed cohort, closed by an answer, indifferent to one strange file."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.circuit import ALONE, COHORT, WITHIN, Circuit, Failure, answers
from bridge.domain.deliveries import DeliveryId
from bridge.domain.outcomes import Answer, Damaged, Event, Locked, NoAnswer
from tests.support.clock import MINUTE, NOON

SECOND = timedelta(seconds=1)


def failure(
    number: int, *, place: object = None, after: timedelta | None = None, lost: bool = False
) -> Failure:
    """The failure of delivery *number*, of a place of its own and a second after the former."""
    return Failure(
        delivery_id=DeliveryId(number),
        place=number if place is None else place,
        at=NOON + (number * SECOND if after is None else after),
        is_ambiguous=lost,
    )


def after(*failures: Failure, circuit: Circuit | None = None, is_probe: bool = False) -> Circuit:
    """The circuit after *failures*."""
    now = circuit or Circuit()
    for one in failures:
        now = now.after_failure(one, is_probe=is_probe)
    return now


def test_a_cohort_opens_it_since_the_first_failure_of_the_cohort() -> None:
    almost = after(*(failure(n) for n in range(1, COHORT)))
    opened = after(failure(COHORT), circuit=almost)

    assert not almost.is_open
    assert opened.is_open
    assert opened.failing_since == NOON + SECOND


def test_one_file_that_fails_again_and_again_never_opens_it() -> None:
    assert not after(*(failure(1, after=n * SECOND) for n in range(1000))).is_open


def test_many_files_of_one_place_open_it_late_for_there_may_be_no_other_place() -> None:
    failures = [failure(n, place="only") for n in range(ALONE)]

    assert not after(*failures[:-1]).is_open
    assert after(*failures).is_open


def test_failures_of_long_ago_say_nothing_about_now() -> None:
    assert not after(*(failure(n, after=n * (WITHIN / (COHORT - 1) + SECOND)) for n in range(100))).is_open


def test_the_interval_of_probes_grows_with_each_that_fails_up_to_a_minute() -> None:
    now = after(*(failure(n) for n in range(COHORT)))
    waits = []
    for number in range(100, 107):
        waits.append(now.probe_wait(0.0))
        now = after(failure(number), circuit=now, is_probe=True)

    assert waits == [n * SECOND for n in (5, 10, 20, 40, 60, 60, 60)]
    assert now.probe_wait(1.0) == 30 * SECOND


def test_what_began_before_it_opened_is_no_probe_and_lengthens_nothing() -> None:
    now = after(*(failure(n) for n in range(COHORT + 60)))

    assert now.probe_wait(0.0) == 5 * SECOND


def test_while_answers_get_lost_only_what_may_arrive_twice_is_a_probe_but_not_for_ever() -> None:
    cohort = [failure(n, lost=True) for n in range(COHORT)]
    now = after(*cohort)

    assert now.must_be_careful(NOON + MINUTE)
    assert not now.must_be_careful(NOON + 11 * MINUTE)
    assert not after(failure(9), circuit=now, is_probe=True).must_be_careful(NOON + MINUTE)
    assert not after(*cohort[1:]).must_be_careful(NOON + MINUTE)
    assert not Circuit(failing_since=NOON).must_be_careful(NOON)  # after a restart


def test_a_clock_that_was_set_back_makes_nothing_careful_for_hours() -> None:
    now = after(*(failure(n, lost=True) for n in range(COHORT)))

    assert not now.must_be_careful(NOON - timedelta(days=1))


@pytest.mark.parametrize(
    ("event", "is_answered"),
    [
        (Answer(status=201), True),
        (Answer(status=401), True),
        (Answer(status=404), True),
        (Answer(status=422), True),
        (Answer(status=429), True),
        (Answer(status=302), True),
        (Answer(status=408), False),
        (Answer(status=500), False),
        (Answer(status=101), False),
        (NoAnswer(is_unsent=True, what="refused"), False),
        (NoAnswer(is_unsent=False, what="reset"), False),
        (NoAnswer(is_unsent=True, what="the spool could not be read", is_ours=True), None),
        (Damaged(what="gone"), None),
        (Locked(what="no key"), None),
    ],
)
def test_a_refusal_is_an_answer_and_trouble_on_this_side_says_nothing(
    event: Event, is_answered: bool | None
) -> None:
    assert answers(event) is is_answered


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=200))
def test_it_is_open_only_after_a_run_of_failures_that_no_answer_interrupts(
    results: list[tuple[int, bool]],
) -> None:
    now, run = Circuit(), set[int]()
    for moment, (number, is_fine) in enumerate(results):
        if is_fine:
            now, run = Circuit(), set()
            continue
        run.add(number)
        now = after(failure(number, after=moment * SECOND), circuit=now)
        assert now.is_open == (len(run) >= COHORT)
        assert len(now.failures) <= ALONE
