"""The audit trail keeps every entry as it was noted, and is read newest first."""

import dataclasses

from sqlalchemy.engine import Connection

from bridge.domain.audit import Act, Way
from bridge.ledger import audit
from tests.support.clock import DAY, NOON

HELD = Act(
    at=NOON,
    who="anna",
    way=Way.CLI,
    act="delivery hold",
    subject="delivery:42",
    why="wrong month",
    detail={"from": "pending", "to": "held"},
)
RELEASED = dataclasses.replace(HELD, at=NOON + DAY, who="bob", act="delivery release", why=None, detail={})
OTHER = dataclasses.replace(HELD, at=NOON + 2 * DAY, subject="delivery:4")


def test_what_is_noted_is_read_again_the_newest_first(connection: Connection) -> None:
    audit.add(connection, acts=[HELD, RELEASED])
    audit.add(connection, acts=[])

    assert audit.listing(connection) == [RELEASED, HELD]
    assert audit.listing(connection, limit=1) == [RELEASED]


def test_entries_are_found_by_subject_person_and_moment(connection: Connection) -> None:
    audit.add(connection, acts=[HELD, RELEASED, OTHER])

    assert audit.listing(connection, subject="delivery:42") == [RELEASED, HELD]
    assert audit.listing(connection, who="bob") == [RELEASED]
    assert audit.listing(connection, since=NOON + DAY) == [OTHER, RELEASED]
    assert audit.listing(connection, subject="delivery:4", who="bob") == []
