"""What waits, counted."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.backlog import DataHead, Documents
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.ledger import administrations, backlog, deliveries
from bridge.ledger.schema import accounts as accounts_table
from bridge.ledger.schema import administrations as administrations_table
from tests.support.builders import an_accepted_upload, an_account, an_administration, claim
from tests.support.clock import MINUTE, NOON

LANE = "destination"


def defer(connection: Connection) -> None:
    """Claim all that is due and put it off for a minute."""
    for assignment in claim(connection):
        deliveries.settle(
            connection,
            delivery=assignment.delivery,
            to=DeliveryState.PENDING,
            outcome=Outcome.DEFERRED,
            now=NOON,
            due_at=NOON + MINUTE,
        )


def test_documents_are_counted_by_account_and_administration(connection: Connection) -> None:
    one, two = an_administration(connection, "A1"), an_administration(connection, "A2")
    first = an_account(connection, one, two, name="first")
    second = an_account(connection, one, name="second")
    for name in ("1.pdf", "2.pdf", "3.pdf"):
        an_accepted_upload(connection, first, f"/{name}")
    an_accepted_upload(connection, second, "/1.pdf")

    found = backlog.everything(connection, lane=LANE)

    assert sorted(found.documents, key=lambda each: each.account_id) == [
        Documents(account_id=first.id, administration_id=one.id, fresh=3),
        Documents(account_id=second.id, administration_id=one.id, fresh=1),
    ]
    assert found.data == []
    assert found.administrations == {one.id: one, two.id: two}
    assert backlog.everything(connection, lane="another").documents == []


def test_what_was_tried_is_counted_apart_with_the_moment_of_the_first(connection: Connection) -> None:
    account = an_account(connection)
    an_accepted_upload(connection, account, "/1.pdf")
    defer(connection)
    an_accepted_upload(connection, account, "/2.pdf")
    place = account.administrations[0].id
    expected = Documents(
        account_id=account.id, administration_id=place, fresh=1, retries=1, retry_due_at=NOON + MINUTE
    )

    assert backlog.everything(connection, lane=LANE).documents == [expected]
    assert (
        backlog.documents_of(connection, lane=LANE, account_id=account.id, administration_id=place)
        == expected
    )


def test_of_data_files_only_the_oldest_of_an_administration_is_next(connection: Connection) -> None:
    place = an_administration(connection)
    one, two = an_account(connection, place, name="one"), an_account(connection, place, name="two")
    an_accepted_upload(connection, two, "/monday.csv", Kind.DATA)
    an_accepted_upload(connection, one, "/tuesday.csv", Kind.DATA)
    head = DataHead(administration_id=place.id, account_id=two.id, due_at=NOON, count=2)

    assert backlog.everything(connection, lane=LANE).data == [head]
    assert backlog.data_of(connection, administration_id=place.id) == head


def test_a_data_file_under_way_is_still_the_next(connection: Connection) -> None:
    account = an_account(connection)
    an_accepted_upload(connection, account, "/monday.csv", Kind.DATA)
    claim(connection)
    an_accepted_upload(connection, account, "/tuesday.csv", Kind.DATA)
    place = account.administrations[0].id

    [head] = backlog.everything(connection, lane=LANE).data

    assert (head.is_under_way, head.count) == (True, 2)
    assert backlog.data_of(connection, administration_id=place) == head


def test_what_an_operator_stopped_is_not_there(connection: Connection) -> None:
    stopped, other = an_administration(connection, "A1"), an_administration(connection, "A2")
    one = an_account(connection, stopped, name="one")
    two = an_account(connection, other, name="two")
    for account in (one, two):
        an_accepted_upload(connection, account, "/1.pdf")
        an_accepted_upload(connection, account, "/1.csv", Kind.DATA)
    connection.execute(
        sa.update(administrations_table)
        .where(administrations_table.c.id == stopped.id)
        .values(is_stopped=True)
    )
    connection.execute(sa.update(accounts_table).where(accounts_table.c.id == two.id).values(is_stopped=True))

    found = backlog.everything(connection, lane=LANE)

    assert (found.documents, found.data) == ([], [])
    assert backlog.data_of(connection, administration_id=stopped.id) is None
    nothing = backlog.documents_of(connection, lane=LANE, account_id=two.id, administration_id=other.id)
    assert (nothing.fresh, nothing.retries) == (0, 0)
    assert backlog.news(connection, lane=LANE, after=0).documents == []
    assert claim(connection) == []


def test_a_pause_of_the_administration_is_said(connection: Connection) -> None:
    account = an_account(connection)
    an_accepted_upload(connection, account, "/1.pdf")
    an_accepted_upload(connection, account, "/1.csv", Kind.DATA)
    administrations.pause(
        connection,
        administration_id=account.administrations[0].id,
        until=NOON + MINUTE,
        reason="the token was refused",
    )

    found = backlog.everything(connection, lane=LANE)

    assert [one.paused_until for one in found.documents] == [NOON + MINUTE]
    assert [one.paused_until for one in found.data] == [NOON + MINUTE]


def test_news_are_what_came_behind_an_id(connection: Connection) -> None:
    account = an_account(connection)
    place = account.administrations[0].id
    an_accepted_upload(connection, account, "/1.pdf")
    seen = backlog.everything(connection, lane=LANE).last_id
    an_accepted_upload(connection, account, "/2.pdf")
    an_accepted_upload(connection, account, "/3.pdf")
    newest = an_accepted_upload(connection, account, "/1.csv", Kind.DATA)

    news = backlog.news(connection, lane=LANE, after=seen)

    assert news.documents == [Documents(account_id=account.id, administration_id=place, fresh=2)]
    assert news.with_data == [place]
    assert news.last_id == newest.id
    assert backlog.news(connection, lane=LANE, after=newest.id) == backlog.News(
        documents=[], with_data=[], last_id=newest.id
    )
