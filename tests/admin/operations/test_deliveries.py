"""Deliveries can be looked at, held, released and cancelled by a person."""

from datetime import datetime

import pytest

from bridge.admin.operations import accounts, administrations, deliveries, delivery_search, records
from bridge.admin.operations.deliveries import DeliveryReport
from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.deliveries import DeliveryState
from bridge.domain.errors import Conflict, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.ledger import deliveries as ledger
from tests.support import builders
from tests.support.clock import DAY, NOON, SECOND


@pytest.fixture
def account(desk: Desk) -> Account:
    """An account of A1 and B2."""
    return accounts.add(desk, name="sender", administration_codes=["A1", "B2"], password="x").account


def test_a_delivery_is_shown_with_names_instead_of_ids(desk: Desk, account: Account) -> None:
    desk.database.write_now(builders.an_accepted_upload, account, "/csv/a.csv", Kind.DATA)

    [report] = delivery_search.search(
        desk, wanted=delivery_search.Search(account="sender", states=[DeliveryState.PENDING])
    ).files
    record = records.delivery(report)

    assert (report.account, report.administration) == ("sender", "A1")
    assert record["endpoint"] == "/import/files/csv"
    assert record["name"] == "a.csv"
    assert record["due_at"] == "2026-11-21T12:00:00Z"


def test_its_attempts_are_shown_the_first_first(desk: Desk, account: Account) -> None:
    delivery = desk.database.write_now(builders.an_accepted_upload, account)
    [assignment] = desk.database.write_now(builders.claim)
    desk.database.write_now(
        ledger.settle,
        delivery=assignment.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=NOON + SECOND,
        status=201,
    )

    report, attempts = deliveries.get(desk, delivery_id=delivery.id)
    record = records.delivery_with_attempts(report, attempts)

    assert record["state"] == "delivered"
    assert [one["status"] for one in record["attempt_list"]] == [201]


def delivered(desk: Desk, account: Account, path: str, *, at: datetime = NOON) -> DeliveryReport:
    """Let a file be delivered."""
    delivery = desk.database.write_now(builders.an_accepted_upload, account, path, now=at)
    [assignment] = desk.database.write_now(builders.claim, now=at)
    desk.database.write_now(
        ledger.settle,
        delivery=assignment.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=at,
    )
    return deliveries.get(desk, delivery_id=delivery.id)[0]


def test_what_is_delivered_says_which_import_it_will_be_part_of(desk: Desk, account: Account) -> None:
    waiting = desk.database.write_now(builders.an_accepted_upload, account, "/waiting.pdf")
    administrations.change(desk, code="A1", import_times=["01:00", "13:30"])
    deliveries.hold(desk, delivery_id=waiting.id)

    record = records.delivery(delivered(desk, account, "/done.pdf"))
    other = records.delivery(deliveries.get(desk, delivery_id=waiting.id)[0])

    # 13:30 in Amsterdam, which is 12:30 by UTC; and Payt sends an hour later, on the half hour.
    assert record["import_expected_at"] == "2026-11-21T12:30:00Z"
    assert record["sending_from_at"] == "2026-11-21T13:30:00Z"
    assert (other["import_expected_at"], other["sending_from_at"]) == (None, None)


def test_several_deliveries_are_in_after_the_last_of_their_imports(desk: Desk, account: Account) -> None:
    first = delivered(desk, account, "/a.pdf")
    second = delivered(desk, account, "/b.pdf", at=NOON + DAY)
    waiting = desk.database.write_now(builders.an_accepted_upload, account, "/waiting.pdf")

    both = deliveries.last_import([first, second])

    assert both == second.coming
    assert deliveries.last_import([first, deliveries.get(desk, delivery_id=waiting.id)[0]]) is None
    assert deliveries.last_import([]) is None


def test_a_waiting_delivery_is_held_released_and_cancelled(desk: Desk, account: Account) -> None:
    delivery = desk.database.write_now(builders.an_accepted_upload, account)

    held = deliveries.hold(desk, delivery_id=delivery.id)
    assert held.delivery.state is DeliveryState.HELD
    assert f"bridge delivery release {delivery.id}" in records.delivery(held)["todo"]

    released = deliveries.release(desk, delivery_id=delivery.id, kind=Kind.DATA, administration="B2")
    assert (released.delivery.kind, released.administration) == (Kind.DATA, "B2")

    assert deliveries.cancel(desk, delivery_id=delivery.id).delivery.state is DeliveryState.CANCELLED
    with pytest.raises(Conflict, match="cancelled"):
        deliveries.release(desk, delivery_id=delivery.id)


def test_a_delivery_is_not_released_for_an_administration_of_another_tenant(
    desk: Desk, account: Account
) -> None:
    # It went, with the other's token, into the other's books.
    administrations.add(desk, code="C3")
    accounts.add(desk, name="other", administration_codes=["C3"], password="x")
    delivery = desk.database.write_now(builders.an_accepted_upload, account)
    deliveries.hold(desk, delivery_id=delivery.id)

    with pytest.raises(Conflict, match="does not send for that administration; name one of the account's"):
        deliveries.release(desk, delivery_id=delivery.id, administration="C3")
    assert deliveries.get(desk, delivery_id=delivery.id)[0].administration == "A1"

    accounts.change(
        desk, name="sender", administration_codes=["C3"]
    )  # A1 is not its own any more: that stays
    assert deliveries.release(desk, delivery_id=delivery.id, administration="A1").administration == "A1"
    assert deliveries.release(desk, delivery_id=delivery.id, administration="C3").administration == "C3"


def test_what_does_not_exist_is_said(desk: Desk, account: Account) -> None:
    delivery = desk.database.write_now(builders.an_accepted_upload, account)

    with pytest.raises(NotFound, match="no delivery 99"):
        deliveries.cancel(desk, delivery_id=99)
    with pytest.raises(NotFound, match="Z9"):
        deliveries.release(desk, delivery_id=delivery.id, administration="Z9")
    with pytest.raises(NotFound, match="nobody"):
        delivery_search.search(desk, wanted=delivery_search.Search(account="nobody"))
