"""What became of an upload, as its sender should know it."""

from datetime import UTC, date, datetime

import pytest

from bridge.domain.deliveries import DeliveryState
from bridge.domain.reasons import ReasonCode
from bridge.domain.reports import SKIPPED, UNKNOWN, Counted
from bridge.domain.status import Fate, day_at, fate_of
from bridge.domain.uploads import UploadState
from tests.support.clock import NOON
from tests.support.status import a_part, received

ACCEPTED = UploadState.ACCEPTED
HELD, PENDING, DELIVERED = DeliveryState.HELD, DeliveryState.PENDING, DeliveryState.DELIVERED
CANCELLED, SUPERSEDED = DeliveryState.CANCELLED, DeliveryState.SUPERSEDED


@pytest.mark.parametrize(
    ("deliveries", "fate"),
    [
        ({DELIVERED}, Fate.DELIVERED),
        ({DELIVERED, SKIPPED}, Fate.DELIVERED),
        ({SKIPPED}, Fate.SKIPPED),
        ({DELIVERED, PENDING}, Fate.WAITING),
        ({DeliveryState.LEASED}, Fate.WAITING),
        ({DELIVERED, PENDING, HELD}, Fate.HELD),
        ({UNKNOWN}, Fate.HELD),
        ({DELIVERED, CANCELLED}, Fate.CANCELLED),
        ({DELIVERED, SUPERSEDED}, Fate.REPLACED),
        (set(), Fate.EMPTY),
    ],
)
def test_the_worst_that_became_of_a_part_of_it_counts(deliveries: set[Counted], fate: Fate) -> None:
    assert fate_of(ACCEPTED, deliveries, is_replaced=False) is fate


@pytest.mark.parametrize("state", list(UploadState))
def test_every_state_of_an_upload_has_a_fate(state: UploadState) -> None:
    assert fate_of(state, set(), is_replaced=False) in Fate


@pytest.mark.parametrize("state", list(DeliveryState))
def test_every_state_of_a_delivery_has_a_fate(state: DeliveryState) -> None:
    assert fate_of(ACCEPTED, {state}, is_replaced=False) is not Fate.EMPTY


def test_what_was_sent_again_since_is_no_longer_rejected() -> None:
    assert fate_of(UploadState.REFUSED, set(), is_replaced=True) is Fate.REPLACED
    assert fate_of(ACCEPTED, {HELD}, is_replaced=True) is Fate.REPLACED
    assert fate_of(ACCEPTED, {DELIVERED}, is_replaced=True) is Fate.DELIVERED


def test_parts_that_count_alike_are_added_up() -> None:
    upload = received(
        "/a.zip",
        a_part(HELD, ReasonCode.BROKEN_PDF, 2),
        a_part(HELD, ReasonCode.BROKEN_CSV, 3),
        a_part(CANCELLED, ReasonCode.SENT_BEFORE),
    )

    assert upload.counts == {HELD: 5, SKIPPED: 1}
    assert (upload.path, received("/in/a.csv").path) == ("/a.zip", "/in/a.csv")


@pytest.mark.parametrize(
    ("now", "day", "begins_at"),
    [
        (NOON, date(2026, 11, 21), datetime(2026, 11, 20, 23, tzinfo=UTC)),
        (NOON.replace(hour=23), date(2026, 11, 22), datetime(2026, 11, 21, 23, tzinfo=UTC)),
        (datetime(2026, 7, 1, 21, 59, tzinfo=UTC), date(2026, 7, 1), datetime(2026, 6, 30, 22, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_local_midnight(now: datetime, day: date, begins_at: datetime) -> None:
    assert day_at(now, "Europe/Amsterdam") == (day, begins_at)
