"""Turns: a few at once, a few wait, the others are told so."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bridge.domain.errors import Unavailable
from bridge.runtime.turns import Turns


def test_no_more_work_at_once_than_may_in_threads_of_their_own_and_all_get_their_turn() -> None:
    turns, lock = Turns(at_once=2, waiting=20, name="work"), threading.Lock()
    working, most, meeting = 0, 0, threading.Barrier(2)

    def work(_number: int) -> str:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        meeting.wait(timeout=10)  # two are in here, or this breaks
        with lock:
            working -= 1
        return threading.current_thread().name

    with ThreadPoolExecutor(20) as threads:
        done = list(threads.map(lambda number: turns.run(work, number), range(20)))

    assert most == 2
    assert len(done) == 20
    # Bug: each of the forty threads of the console kept 19 MiB after it had hashed.
    assert set(done) == {"work_0", "work_1"}


def test_who_finds_the_queue_full_is_told_to_come_again_and_then_may() -> None:
    turns, inside, leave = Turns(at_once=1, waiting=0, name="work"), threading.Event(), threading.Event()

    def stay() -> bool:
        inside.set()
        return leave.wait(timeout=10)

    with ThreadPoolExecutor(1) as threads:
        staying = threads.submit(turns.run, stay)
        assert inside.wait(timeout=10)
        with pytest.raises(Unavailable, match="try again in a few seconds"):
            turns.run(str)
        leave.set()
        assert staying.result()
    assert turns.run(int, "7") == 7


def test_what_the_work_raises_is_raised_and_gives_the_place_back() -> None:
    turns = Turns(at_once=1, waiting=0, name="work")

    for _ in range(3):
        with pytest.raises(ValueError, match="invalid literal"):
            turns.run(int, "x")
