"""Searching the queue and what became of it."""

from datetime import datetime

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import Delivery, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.ledger import deliveries, delivery_search
from bridge.ledger.delivery_search import Wanted, search
from tests.support.builders import (
    a_plan,
    accept,
    an_accepted_upload,
    an_account,
    an_administration,
    an_upload,
)
from tests.support.clock import NOON


@pytest.fixture
def five(connection: Connection) -> list[Delivery]:
    """Of account one for A1 two PDF and a data file, of which the second is held; of two for B2 two."""
    one = an_account(connection, an_administration(connection, "A1"), name="one")
    two = an_account(connection, an_administration(connection, "B2"), name="two")
    made = [
        an_accepted_upload(connection, one, "/a.pdf"),
        an_accepted_upload(connection, one, "/b.pdf"),
        an_accepted_upload(connection, one, "/c.csv", Kind.DATA),
        an_accepted_upload(connection, two, "/d.pdf"),
        an_accepted_upload(connection, two, "/e.pdf"),
    ]
    deliveries.hold(connection, delivery_id=made[1].id)
    return made


def test_each_filter_narrows(connection: Connection, five: list[Delivery]) -> None:
    def found(wanted: Wanted) -> list[int]:
        ids = [one.id for one in five]
        return [ids.index(one.id) for one in search(connection, wanted=wanted).deliveries]

    assert found(Wanted()) == [4, 3, 2, 1, 0]
    assert found(Wanted(states=[DeliveryState.HELD])) == [1]
    assert found(Wanted(account_id=five[0].account_id)) == [2, 1, 0]
    assert found(Wanted(administration_id=five[3].administration_id)) == [4, 3]
    assert found(Wanted(kind=Kind.DATA)) == [2]
    assert found(Wanted(reason=ReasonCode.BY_OPERATOR)) == [1]
    assert found(Wanted(lane="elsewhere")) == []
    assert found(Wanted(states=[DeliveryState.PENDING], account_id=five[0].account_id)) == [2, 0]
    assert found(Wanted(states=[DeliveryState.PENDING, DeliveryState.HELD])) == [4, 3, 2, 1, 0]
    assert found(Wanted(states=[DeliveryState.LEASED, DeliveryState.HELD])) == [1]


def test_what_is_of_an_upload_is_found_however_long_ago_it_came(
    connection: Connection, five: list[Delivery]
) -> None:
    upload_id = deliveries.document_of(connection, delivery=five[0]).upload_id

    found = search(connection, wanted=Wanted(upload_id=upload_id), stretch=1)

    assert [one.id for one in found.deliveries] == [five[0].id]
    assert (found.before, found.looked_to) == (None, None)


def test_pages_follow_each_other_and_end(connection: Connection, five: list[Delivery]) -> None:
    pages: list[list[int]] = []
    before = None
    while not pages or before is not None:
        page = search(connection, wanted=Wanted(), before=before, limit=2)
        pages.append([one.id for one in page.deliveries])
        before = page.before

    assert pages == [[five[4].id, five[3].id], [five[2].id, five[1].id], [five[0].id]]


def test_one_look_goes_so_far_and_the_next_goes_on(connection: Connection, five: list[Delivery]) -> None:
    wanted = Wanted(kind=Kind.DATA)

    first = search(connection, wanted=wanted, stretch=2)
    second = search(connection, wanted=wanted, before=first.before, stretch=3)

    assert first.deliveries == []
    assert isinstance(first.looked_to, datetime)
    assert [one.id for one in second.deliveries] == [five[2].id]
    assert second.before is None


def test_the_files_of_an_archive_come_in_its_order_page_by_page(connection: Connection) -> None:
    account = an_account(connection)
    archive = an_upload(connection, account, "/all.zip")
    plans = [a_plan(archive, account.administrations[0], member=f"{number}.pdf") for number in range(3)]
    made = accept(connection, archive, *plans)

    first = delivery_search.of_upload(connection, upload_id=archive.id, limit=2)
    second = delivery_search.of_upload(connection, upload_id=archive.id, after=first.before, limit=2)

    assert [one.id for one in first.deliveries] == [made[0].id, made[1].id]
    assert [one.id for one in second.deliveries] == [made[2].id]
    assert second.before is None


def test_what_waits_is_counted_if_wanted_of_one_account(connection: Connection, five: list[Delivery]) -> None:
    assert delivery_search.waiting(connection, account_id=five[0].account_id) == 2
    assert delivery_search.waiting(connection) >= 4


def test_attempts_are_found_for_many_at_once(connection: Connection, five: list[Delivery]) -> None:
    from tests.support.builders import claim

    claim(connection, now=NOON)
    found = delivery_search.attempts_of_many(connection, delivery_ids=[one.id for one in five])

    assert set(found) == {five[0].id, five[2].id, five[3].id, five[4].id}
    assert all(len(attempts) == 1 for attempts in found.values())
