"""Names beside rows stay after a removal, and a held delivery says why."""

from sqlalchemy.engine import Connection

from bridge.domain.reasons import ReasonCode
from bridge.ledger import deliveries, labels, removing
from tests.support import builders
from tests.support.clock import MINUTE, NOON


def test_what_was_removed_keeps_its_name(connection: Connection) -> None:
    place = builders.an_administration(connection, "Z9")
    account = builders.an_account(connection, place)
    removing.remove(connection, account_id=account.id, now=NOON)

    assert labels.account_names(connection, ids=[account.id]) == {account.id: "sender"}
    assert labels.administration_codes(connection, ids=[place.id]) == {place.id: "Z9"}
    assert labels.account_names(connection, ids=[]) == {}


def test_the_first_held_delivery_of_each_upload_is_found(connection: Connection) -> None:
    account = builders.an_account(connection)
    upload = builders.an_upload(connection, account, "/a.zip")
    place = account.administrations[0]
    _, second, _ = builders.accept(
        connection,
        upload,
        builders.a_plan(upload, place, member="a.pdf"),
        builders.a_plan(upload, None, None, member="b", reason=ReasonCode.UNKNOWN_KIND),
        builders.a_plan(upload, None, None, member="c", reason=ReasonCode.OTHER_XML),
    )
    other = builders.an_upload(connection, account, "/b.pdf")
    builders.accept(connection, other, builders.a_plan(other, place))

    held = labels.first_held(connection, upload_ids=[upload.id, other.id])

    assert list(held) == [upload.id]
    assert held[upload.id].delivery_id == second.id
    assert held[upload.id].reason == ReasonCode.UNKNOWN_KIND


def test_only_what_is_finished_has_a_moment(connection: Connection) -> None:
    account = builders.an_account(connection)
    first = builders.an_accepted_upload(connection, account, "/a.pdf")
    second = builders.an_accepted_upload(connection, account, "/b.pdf")
    deliveries.cancel(connection, delivery_id=first.id, now=NOON + MINUTE)

    assert labels.finished_moments(connection, delivery_ids=[first.id, second.id]) == {
        first.id: NOON + MINUTE
    }
