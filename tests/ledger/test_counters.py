"""Counters that a running server watches."""

from sqlalchemy.engine import Connection

from bridge.ledger import counters


def test_a_counter_that_was_never_raised_is_zero(connection: Connection) -> None:
    assert counters.value(connection, name="changes") == 0


def test_a_counter_counts_by_itself(connection: Connection) -> None:
    for _ in range(3):
        counters.raise_by_one(connection, name="changes")
    counters.raise_by_one(connection, name="others")

    assert counters.value(connection, name="changes") == 3
    assert counters.value(connection, name="others") == 1
