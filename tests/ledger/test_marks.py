"""A page that is looked at loads anew when something was received, decided, sent or stopped; only then."""

from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DEFAULT_LANE
from bridge.ledger import deliveries, lanes
from bridge.ledger.marks import mark
from tests.support.builders import an_accepted_upload, an_account, an_upload, claim


def test_it_changes_with_everything_that_is_worth_showing_and_with_nothing_else(
    connection: Connection,
) -> None:
    account = an_account(connection)
    first = an_accepted_upload(connection, account, "/a.pdf")
    an_accepted_upload(connection, account, "/b.pdf")
    marks = [mark(connection)]

    an_upload(connection, account, "/c.pdf")  # received
    marks.append(mark(connection))
    deliveries.hold(connection, delivery_id=first.id)  # decided
    marks.append(mark(connection))
    claim(connection)  # sent
    marks.append(mark(connection))
    lanes.stop(connection, name=DEFAULT_LANE)  # stopped
    marks.append(mark(connection))

    assert len(set(marks)) == len(marks)
    assert mark(connection) == marks[-1]
