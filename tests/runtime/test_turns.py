"""Turns: a few at once, a few wait, the others are told so."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bridge.domain.errors import Unavailable
from bridge.runtime.turns import Turns


def test_no_more_work_at_once_than_may_and_all_get_their_turn() -> None:
    turns, lock = Turns(at_once=2, waiting=20), threading.Lock()
    working, most, meeting = 0, 0, threading.Barrier(2)

    def work(_number: int) -> None:
        nonlocal working, most
        with turns.take():
            with lock:
                working += 1
                most = max(most, working)
            meeting.wait(timeout=10)  # two are in here, or this breaks
            with lock:
                working -= 1

    with ThreadPoolExecutor(20) as threads:
        done = list(threads.map(work, range(20)))

    assert len(done) == 20
    assert most == 2


def test_who_finds_the_queue_full_is_told_to_come_again_and_then_may() -> None:
    turns, inside, leave = Turns(at_once=1, waiting=0), threading.Event(), threading.Event()

    def stay() -> None:
        with turns.take():
            inside.set()
            leave.wait(timeout=10)

    with ThreadPoolExecutor(1) as threads:
        staying = threads.submit(stay)
        assert inside.wait(timeout=10)
        with pytest.raises(Unavailable, match="try again in a few seconds"), turns.take():
            pass
        leave.set()
        staying.result()
    with turns.take():
        pass
