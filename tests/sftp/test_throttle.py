"""Who has to wait, and for how long."""

import pytest

from bridge.domain.penalties import MAX_KNOWN
from bridge.sftp.throttle import Throttle

HERE, THERE = "192.0.2.1", "192.0.2.2"


class Time:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now() -> Time:
    return Time()


@pytest.fixture
def throttle(now: Time) -> Throttle:
    return Throttle(max_connections=10, max_unauthenticated=4, now=now)


def is_open(throttle: Throttle, address: str = HERE) -> bool:
    """Whether a connection would be admitted; it leaves at once."""
    if not throttle.admit(address):
        return False
    throttle.leave(address, was_logged_in=False)
    return True


def test_six_wrong_passwords_are_free(throttle: Throttle) -> None:
    for _ in range(6):
        throttle.failed(HERE)

    assert is_open(throttle)


def test_the_penalty_doubles_and_is_capped_and_ends(throttle: Throttle, now: Time) -> None:
    for _ in range(6):
        throttle.failed(HERE)
    for penalty in (5, 10, 20, 40, 80, 160, 320, 600, 600, 600, 600, 600, 600):
        throttle.failed(HERE)
        now.seconds += penalty - 0.1
        assert not is_open(throttle)
        assert is_open(throttle, THERE)
        now.seconds += 0.2
        assert is_open(throttle)


def test_failures_are_forgotten_after_an_hour(throttle: Throttle, now: Time) -> None:
    for _ in range(6):
        throttle.failed(HERE)
    now.seconds += 3601
    throttle.failed(HERE)

    assert is_open(throttle)


def test_a_login_wipes_the_failures(throttle: Throttle) -> None:
    assert throttle.admit(HERE)
    for _ in range(6):
        throttle.failed(HERE)
    throttle.logged_in(HERE)
    throttle.failed(HERE)

    assert is_open(throttle)


def test_one_address_gets_half_of_the_places_before_the_login(throttle: Throttle) -> None:
    assert [throttle.admit(HERE) for _ in range(3)] == [True, True, False]
    assert [throttle.admit(THERE) for _ in range(3)] == [True, True, False]
    assert not throttle.admit("192.0.2.3")
    throttle.leave(HERE, was_logged_in=False)
    assert throttle.admit("192.0.2.3")


def test_who_logged_in_waits_no_more(throttle: Throttle) -> None:
    for _ in range(10):
        assert throttle.admit(HERE)
        throttle.logged_in(HERE)
    assert not throttle.admit(HERE)
    throttle.leave(HERE, was_logged_in=True)
    assert throttle.admit(HERE)


def test_a_refused_connection_changes_no_count(throttle: Throttle) -> None:
    for _ in range(50):
        throttle.admit(HERE)
    throttle.leave(HERE, was_logged_in=False)
    throttle.leave(HERE, was_logged_in=False)

    assert [throttle.admit(HERE) for _ in range(3)] == [True, True, False]


def test_remembered_addresses_are_bounded_and_the_oldest_go_first(throttle: Throttle) -> None:
    for _ in range(7):
        throttle.failed(HERE)
    assert not is_open(throttle)
    for number in range(MAX_KNOWN):
        throttle.failed(f"2001:db8:0:{number:x}::1")

    assert len(throttle._penalties) == MAX_KNOWN
    assert is_open(throttle)


# Bug: of an IPv6 network each address was somebody else.
def test_one_customer_of_ipv6_is_one_peer(throttle: Throttle) -> None:
    for number in range(7):
        throttle.failed(f"2001:db8::{number:x}")

    assert not is_open(throttle, "2001:db8::ffff")
    assert is_open(throttle, "2001:db8:0:1::1")
