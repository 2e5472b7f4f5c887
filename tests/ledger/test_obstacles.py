"""What is around a delivery is found: its lane, its parties, and a data file that goes first."""

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.ledger import deliveries, obstacles
from tests.support.builders import a_plan, accept, an_accepted_upload, an_account, an_upload


def test_an_older_data_file_that_is_not_finished_goes_first(connection: Connection) -> None:
    account = an_account(connection)
    monday = an_accepted_upload(connection, account, "/monday.csv", Kind.DATA)
    paper = an_accepted_upload(connection, account, "/1.pdf")
    tuesday = an_accepted_upload(connection, account, "/tuesday.csv", Kind.DATA)

    around = obstacles.around(connection, delivery=tuesday)

    assert around.older_data_file == monday.id
    assert (around.lane.name, around.account.name, around.administration.code) == (
        "destination",
        "sender",
        "A1",
    )
    assert obstacles.around(connection, delivery=monday).older_data_file is None
    assert obstacles.around(connection, delivery=paper).older_data_file is None
    deliveries.hold(connection, delivery_id=monday.id)
    assert obstacles.around(connection, delivery=tuesday).older_data_file is None


def test_what_is_for_nobody_yet_has_no_surroundings(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.bin")
    [held] = accept(connection, upload, a_plan(upload, None, None, reason=ReasonCode.UNKNOWN_KIND))

    with pytest.raises(ValueError, match="nobody"):
        obstacles.around(connection, delivery=held)
