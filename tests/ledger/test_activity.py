"""What was received and delivered is counted by the hour, for one account or for all."""

from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.ledger import activity, deliveries
from tests.support.builders import an_accepted_upload, an_account, an_administration, an_upload, claim
from tests.support.clock import MINUTE, NOON


def test_each_hour_counts_its_own_and_the_account_its_own(connection: Connection) -> None:
    place = an_administration(connection)
    one, two = (an_account(connection, place, name=name) for name in ("one", "two"))
    an_upload(connection, one, "/old.pdf", now=NOON - 61 * MINUTE)
    an_accepted_upload(connection, one, "/a.pdf")
    an_upload(connection, two, "/b.pdf")
    [sent] = claim(connection)
    deliveries.settle(
        connection,
        delivery=sent.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=NOON + 61 * MINUTE,
    )

    def hours(**whose: object) -> list[tuple[int, int]]:
        found = activity.by_hour(
            connection,
            since=NOON - 30 * MINUTE,
            until=NOON + 119 * MINUTE,
            **whose,  # type: ignore[arg-type]
        )
        return [(hour.received, hour.delivered) for hour in found]

    assert hours() == [(0, 0), (2, 0), (0, 1)]
    assert hours(account_id=one.id) == [(0, 0), (1, 0), (0, 1)]
    assert hours(account_id=two.id) == [(0, 0), (1, 0), (0, 0)]
