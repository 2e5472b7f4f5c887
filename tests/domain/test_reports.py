"""What became of an upload is said in a few words, computed from its deliveries."""

import pytest

from bridge.domain.deliveries import DeliveryState
from bridge.domain.reports import outcome
from bridge.domain.uploads import UploadState

ACCEPTED = UploadState.ACCEPTED
HELD, PENDING, LEASED = DeliveryState.HELD, DeliveryState.PENDING, DeliveryState.LEASED
DELIVERED, CANCELLED = DeliveryState.DELIVERED, DeliveryState.CANCELLED


@pytest.mark.parametrize(
    ("deliveries", "words"),
    [
        ({}, "nothing to deliver"),
        ({DELIVERED: 1}, "delivered"),
        ({DELIVERED: 3, HELD: 0}, "delivered"),
        ({PENDING: 1}, "waiting"),
        ({LEASED: 1}, "being sent"),
        ({HELD: 1}, "held"),
        ({CANCELLED: 1}, "cancelled"),
        ({DeliveryState.SUPERSEDED: 1}, "superseded"),
        ({DELIVERED: 1, HELD: 1, PENDING: 1}, "1 of 3 delivered, 1 held, 1 waiting"),
        ({PENDING: 2}, "0 of 2 delivered, 2 waiting"),
    ],
)
def test_an_accepted_upload_is_what_its_deliveries_are(
    deliveries: dict[DeliveryState, int], words: str
) -> None:
    assert outcome(ACCEPTED, deliveries) == words


@pytest.mark.parametrize("state", [state for state in UploadState if state is not ACCEPTED])
def test_every_other_state_has_a_word(state: UploadState) -> None:
    assert outcome(state, {})


def test_nothing_is_ever_called_imported() -> None:
    assert not any("imported" in outcome(state, {DELIVERED: 1}) for state in UploadState)
