"""Uploads are told with their deliveries, without a walk through all that was ever sent."""

from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DeliveryState
from bridge.domain.reasons import ReasonCode
from bridge.ledger import status_received
from tests.support.builders import a_plan, accept, an_account, an_administration, an_upload
from tests.support.clock import NOON


def test_deliveries_that_fared_alike_are_told_together(connection: Connection) -> None:
    places = [an_administration(connection, code=code) for code in ("A1", "B2")]
    account = an_account(connection, *places)
    archive = an_upload(connection, account, "/a.zip")
    accept(
        connection,
        archive,
        *[a_plan(archive, places[0], member=f"{number}.pdf") for number in range(3)],
        a_plan(archive, places[1], member="4.pdf"),
        a_plan(archive, places[0], member="5.pdf", reason=ReasonCode.BROKEN_PDF),
    )

    [told] = status_received.by_ids(connection, ids=[archive.id])

    assert sorted((part.state, part.reason, part.count) for part in told.parts if part.reason is None) == [
        (DeliveryState.PENDING, None, 1),
        (DeliveryState.PENDING, None, 3),
    ]
    assert told.counts == {DeliveryState.PENDING: 4, DeliveryState.HELD: 1}


def test_they_come_in_the_order_in_which_they_were_asked_for(connection: Connection) -> None:
    account = an_account(connection)
    first, second = (an_upload(connection, account, path, now=NOON) for path in ("/1", "/2"))

    told = status_received.by_ids(connection, ids=[second.id, first.id])

    assert [one.id for one in told] == [second.id, first.id]
    assert [one.batch_id for one in told] == [second.id, first.id]
    assert status_received.by_ids(connection, ids=[]) == []
