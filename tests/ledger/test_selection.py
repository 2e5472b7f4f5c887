"""A filter means the deliveries that fit all of it, the oldest first."""

from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.ledger import deliveries, selection
from tests.support.builders import an_accepted_upload, an_account, an_administration, claim
from tests.support.clock import DAY, NOON

OPEN = (DeliveryState.PENDING, DeliveryState.HELD)


def test_each_part_of_a_filter_narrows_it(connection: Connection) -> None:
    one, two = an_account(connection), an_account(connection, an_administration(connection, "B2"), name="two")
    first = an_accepted_upload(connection, one, "/1.pdf").id
    second = an_accepted_upload(connection, one, "/2.pdf", now=NOON + DAY).id
    third = an_accepted_upload(connection, two, "/3.pdf", now=NOON + DAY).id
    deliveries.hold(connection, delivery_id=second)

    def chosen(**which: object) -> list[int]:
        return list(selection.chosen(connection, **({"states": OPEN} | which)))  # type: ignore[arg-type]

    assert chosen() == [first, second, third]
    assert chosen(account_id=one.id) == [first, second]
    assert chosen(administration_id=two.administrations[0].id) == [third]
    assert chosen(states=[DeliveryState.HELD]) == [second]
    assert chosen(reason=ReasonCode.BY_OPERATOR) == [second]
    assert chosen(reason=ReasonCode.AMBIGUOUS) == []
    assert chosen(since=NOON + DAY) == [second, third]
    assert chosen(since=NOON + DAY, account_id=one.id, states=[DeliveryState.PENDING]) == []


def test_what_is_finished_counts_from_its_end(connection: Connection) -> None:
    account = an_account(connection)
    for number in (1, 2):
        an_accepted_upload(connection, account, f"/{number}.pdf")
    for number, assignment in enumerate(claim(connection)):
        deliveries.settle(
            connection,
            delivery=assignment.delivery,
            to=DeliveryState.DELIVERED,
            outcome=Outcome.DELIVERED,
            now=NOON + number * DAY,
        )

    [late] = selection.chosen(connection, states=[DeliveryState.DELIVERED], since=NOON + DAY)

    assert (
        deliveries.document_of(connection, delivery=deliveries.get(connection, delivery_id=late)).name
        == "2.pdf"
    )
