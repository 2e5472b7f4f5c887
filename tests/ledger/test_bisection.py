"""The first row since a moment is found by its id, with gaps and at both ends."""

import pytest
from sqlalchemy.engine import Connection

from bridge.ledger.bisection import first_id_since
from bridge.ledger.schema import entries, uploads
from tests.support.builders import an_account, an_upload
from tests.support.clock import MINUTE, NOON


@pytest.mark.parametrize("removed", [(), (0, 3), (2, 4)])
def test_no_row_before_the_id_is_of_the_moment_or_later(
    connection: Connection, removed: tuple[int, ...]
) -> None:
    account = an_account(connection)
    made = [an_upload(connection, account, f"/{n}.pdf", now=NOON + n * MINUTE) for n in range(6)]
    connection.execute(entries.delete())
    for number in removed:
        connection.execute(uploads.delete().where(uploads.c.id == made[number].id))
    kept = [one for number, one in enumerate(made) if number not in removed]

    for minutes in range(-1, 8):
        since = NOON + minutes * MINUTE
        found = first_id_since(connection, ids=uploads.c.id, moments=uploads.c.closed_at, since=since)

        assert [one.id for one in kept if one.id >= found] == [
            one.id for one in kept if one.closed_at >= since
        ]


def test_of_nothing_it_is_the_first(connection: Connection) -> None:
    connection.execute(entries.delete())
    connection.execute(uploads.delete())

    assert first_id_since(connection, ids=uploads.c.id, moments=uploads.c.closed_at, since=NOON) == 0
