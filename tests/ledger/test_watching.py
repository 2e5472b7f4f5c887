"""What the last attempts came to is read from the end of the table, the newest first."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.ledger import deliveries, schema, watching
from tests.support.builders import an_accepted_upload, an_account, claim
from tests.support.clock import MINUTE, NOON, SECOND


def test_attempts_are_told_in_the_order_in_which_they_ended(connection: Connection) -> None:
    account = an_account(connection)
    for number in range(3):
        an_accepted_upload(connection, account, f"/{number}.pdf")
    first, second, _under_way = claim(connection)
    for assignment, seconds in ((first, 9), (second, 2)):
        deliveries.settle(
            connection,
            delivery=assignment.delivery,
            to=DeliveryState.DELIVERED,
            outcome=Outcome.DELIVERED,
            now=NOON + seconds * SECOND,
            status=201,
            detail="ok",
        )

    slow, quick = watching.last_ended(connection, limit=10)

    assert (slow.name, slow.at, slow.status) == ("0.pdf", NOON + 9 * SECOND, 201)
    assert (quick.name, quick.account, quick.administration) == ("1.pdf", "sender", "A1")
    assert (quick.outcome, quick.delivery_id, quick.detail) == (Outcome.DELIVERED, second.delivery.id, "ok")
    assert watching.last_ended(connection, limit=1) == [slow]


def test_no_more_is_looked_at_than_the_end_of_the_table(connection: Connection) -> None:
    delivery = an_accepted_upload(connection, an_account(connection))
    rows = [
        {
            "delivery_id": delivery.id,
            "started_at": NOON,
            "ended_at": NOON + MINUTE if number == 0 else None,
            "outcome": Outcome.DEFERRED if number == 0 else None,
        }
        for number in range(watching.NEWEST + 1)
    ]
    connection.execute(sa.insert(schema.attempts), rows)

    assert watching.last_ended(connection, limit=10) == []
