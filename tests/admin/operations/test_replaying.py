"""A replay of many goes in the order of arrival, leaves out what a newer one replaces, and is told."""

import pytest

from bridge.admin.operations import accounts, deliveries, delivery_search, many, replaying, trail
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.many import Filter, Verb
from bridge.domain.accounts import Account
from bridge.domain.deliveries import DeliveryId, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.ledger import deliveries as ledger
from tests.support import builders
from tests.support.clock import NOON


@pytest.fixture
def account(desk: Desk) -> Account:
    """An account of A1 and B2."""
    return accounts.add(desk, name="sender", administration_codes=["A1", "B2"], password="x").account


def delivered(desk: Desk, account: Account, path: str, kind: Kind = Kind.INVOICE_PDF) -> DeliveryId:
    """Upload a file and deliver it."""
    delivery = desk.database.write_now(builders.an_accepted_upload, account, path, kind)
    [assignment] = desk.database.write_now(builders.claim)
    desk.database.write_now(
        ledger.settle,
        delivery=assignment.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=NOON,
    )
    return delivery.id


def test_the_oldest_goes_first_and_of_data_files_only_the_newest(desk: Desk, account: Account) -> None:
    monday = delivered(desk, account, "/monday.csv", Kind.DATA)
    paper = delivered(desk, account, "/1.pdf")
    tuesday = delivered(desk, account, "/tuesday.csv", Kind.DATA)

    plan = replaying.plan(desk, ids=[tuesday, DeliveryId(99), paper, monday])

    assert plan.ids == [paper, tuesday, 99]
    [left_out] = plan.left_out
    assert left_out == (
        f"delivery {monday} (monday.csv) is left out: of data files of its administration only the newest "
        f"goes, delivery {tuesday}"
    )


def test_what_goes_again_is_told_with_what_it_goes_as(desk: Desk, account: Account) -> None:
    number = delivered(desk, account, "/1.pdf")

    done = many.together(
        many.perform(desk, act="delivery replay", ids=[number], step=replaying.replaying(desk))
    )

    [report] = done.done
    assert done.ids == [number]
    assert deliveries.get(desk, delivery_id=number)[0].delivery.state is DeliveryState.DELIVERED
    [entry] = trail.listing(desk, subject=f"delivery:{number}")
    assert entry.act == "delivery replay"
    assert entry.detail == {"from": "delivered", "to": "pending", "as": report.delivery.id}


def test_what_would_be_refused_is_known_beforehand_and_nothing_changes(desk: Desk, account: Account) -> None:
    good = delivered(desk, account, "/1.pdf")
    declaration = delivered(desk, account, "/1.txt", Kind.DECLARATION)

    refused = replaying.refusals(desk, ids=[good, declaration])

    assert list(refused) == [declaration]
    assert len(delivery_search.search(desk).files) == 2


def test_a_second_replay_by_filter_finds_only_what_is_left(desk: Desk, account: Account) -> None:
    number = delivered(desk, account, "/1.pdf")
    which = Filter(account="sender", since=NOON)
    assert many.choose(desk, verb=Verb.REPLAY, which=which) == [number]

    list(many.perform(desk, act="delivery replay", ids=[number], step=replaying.replaying(desk)))

    assert many.choose(desk, verb=Verb.REPLAY, which=which) == []
