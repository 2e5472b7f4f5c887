"""A costly answer is found once for all who ask within a while."""

import pytest

from bridge.runtime.remembered import Remembered


def test_within_the_time_the_same_answer_is_given_and_then_a_new_one() -> None:
    now = [0.0]
    answers = iter(range(9))
    remembered = Remembered(lambda: next(answers), seconds=2.0, now=lambda: now[0])

    first = [remembered(), remembered()]
    now[0] = 1.9
    within = remembered()
    now[0] = 2.0
    after = remembered()

    assert (first, within, after) == ([0, 0], 0, 1)


def test_what_is_forgotten_is_asked_anew() -> None:
    answers = iter(range(9))
    remembered = Remembered(lambda: next(answers), seconds=60.0)
    remembered()

    remembered.forget()

    assert remembered() == 1


def test_a_failure_is_not_remembered() -> None:
    failures = [OSError("no")]

    def ask() -> int:
        if failures:
            raise failures.pop()
        return 7

    remembered = Remembered(ask, seconds=60.0)
    with pytest.raises(OSError, match="no"):
        remembered()

    assert remembered() == 7
