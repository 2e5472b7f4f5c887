"""Who has to wait is remembered for a while, by what cannot be made up without end."""

import pytest

from bridge.domain.penalties import FORGET_SECONDS, MAX_KNOWN, Penalties, peer_of


class Time:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now() -> Time:
    return Time()


@pytest.fixture
def penalties(now: Time) -> Penalties:
    return Penalties(now)


def test_from_the_seventh_failure_on_one_waits(penalties: Penalties, now: Time) -> None:
    waits = []
    for _ in range(9):
        penalties.failed("a")
        waits.append(penalties.seconds_left("a"))

    assert waits == [0, 0, 0, 0, 0, 0, 5, 10, 20]
    assert penalties.seconds_left("b") == 0
    now.seconds += 20
    assert penalties.seconds_left("a") == 0


def test_free_failures_and_the_longest_wait_can_be_others(now: Time) -> None:
    penalties = Penalties(now, free=1, longest_seconds=5)
    for _ in range(10):
        penalties.failed("a")

    assert penalties.seconds_left("a") == 5


def test_what_is_taken_back_was_never_there(penalties: Penalties) -> None:
    for _ in range(7):
        penalties.failed("a")
    penalties.take_back("a")
    penalties.take_back("nobody")

    assert penalties.seconds_left("a") == 0
    assert penalties.failures("a") == 6
    for _ in range(6):
        penalties.take_back("a")
    assert len(penalties) == 0


# Bug: what nobody failed with again stayed for good, at any length.
def test_what_is_an_hour_old_is_forgotten_by_the_next_failure_of_anybody(
    penalties: Penalties, now: Time
) -> None:
    for number in range(100):
        penalties.failed(f"name {number}")
    now.seconds += FORGET_SECONDS + 1
    penalties.failed("somebody else")

    assert len(penalties) == 1


def test_no_more_than_so_many_are_remembered_and_the_oldest_go_first(penalties: Penalties) -> None:
    for number in range(MAX_KNOWN + 1):
        penalties.failed(str(number))

    assert len(penalties) == MAX_KNOWN
    assert penalties.failures("0") == 0
    assert penalties.failures(str(MAX_KNOWN)) == 1


@pytest.mark.parametrize(
    ("address", "peer"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("x" * 1_000_000, "?"),
        ("", "?"),
    ],
)
def test_a_peer_is_an_ipv4_address_or_what_one_customer_has_of_ipv6(address: str, peer: str) -> None:
    assert peer_of(address) == peer
