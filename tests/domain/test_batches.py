"""A batch is complete when everything of it is delivered, or somebody decided that it is not to be."""

from collections.abc import Mapping

import pytest

from bridge.domain.accounts import AccountId
from bridge.domain.batches import OPEN_UPLOADS, Batch
from bridge.domain.deliveries import DeliveryState
from bridge.domain.reports import SKIPPED, UNKNOWN, Counted
from bridge.domain.uploads import UploadId, UploadState
from tests.support.clock import NOON


def batch(uploads: Mapping[UploadState, int], deliveries: Mapping[Counted, int]) -> Batch:
    return Batch(
        id=UploadId(1),
        account_id=AccountId(1),
        files=1,
        first_at=NOON,
        last_at=NOON,
        uploads=uploads,
        deliveries=deliveries,
    )


@pytest.mark.parametrize(
    "deliveries",
    [
        {},
        {DeliveryState.DELIVERED: 18},
        {DeliveryState.DELIVERED: 1, SKIPPED: 1, DeliveryState.SUPERSEDED: 1, DeliveryState.CANCELLED: 1},
        {DeliveryState.DELIVERED: 1, DeliveryState.HELD: 0},
    ],
)
def test_what_is_delivered_or_decided_is_complete(deliveries: Mapping[Counted, int]) -> None:
    assert batch({}, deliveries).is_complete


@pytest.mark.parametrize("state", [DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.HELD, UNKNOWN])
def test_one_delivery_that_is_open_makes_it_incomplete(state: Counted) -> None:
    assert not batch({}, {DeliveryState.DELIVERED: 17, state: 1}).is_complete


@pytest.mark.parametrize("state", sorted(OPEN_UPLOADS))
def test_so_does_one_upload_that_is_not_in_the_queue(state: UploadState) -> None:
    assert not batch({state: 1}, {DeliveryState.DELIVERED: 17}).is_complete
