"""What became of an upload is said in a few words, computed from its deliveries."""

import re

import pytest

from bridge.domain.deliveries import Attempt, DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.domain.reports import SKIPPED, UNKNOWN, Counted, batch_outcome, counted_as, doubt, outcome
from bridge.domain.uploads import UploadState
from tests.support.clock import NOON

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
        ({DELIVERED: 1, HELD: 1, PENDING: 1}, "1 of 3 delivered, 1 waiting, 1 held"),
        ({PENDING: 2}, "0 of 2 delivered, 2 waiting"),
        ({SKIPPED: 1}, "skipped (sent before)"),
        ({UNKNOWN: 1}, "unknown (perhaps delivered)"),
        ({DELIVERED: 17, SKIPPED: 1}, "17 of 18 delivered, 1 skipped (sent before)"),
        ({DELIVERED: 1, CANCELLED: 1, SKIPPED: 2}, "1 of 4 delivered, 1 cancelled, 2 skipped (sent before)"),
    ],
)
def test_an_accepted_upload_is_what_its_deliveries_are(deliveries: dict[Counted, int], words: str) -> None:
    assert outcome(ACCEPTED, deliveries) == words


@pytest.mark.parametrize(
    ("deliveries", "words"),
    [
        ({DELIVERED: 17, HELD: 1}, "17 of 18 delivered, 1 held: The PDF is damaged."),
        (
            {DELIVERED: 1, PENDING: 1, HELD: 2},
            "1 of 4 delivered, 1 waiting, 2 held, the first: The PDF is damaged.",
        ),
        ({DELIVERED: 1, PENDING: 1}, "1 of 2 delivered, 1 waiting"),
        ({HELD: 1}, "held"),
        (
            {DELIVERED: 1, UNKNOWN: 1},
            "1 of 2 delivered, 1 unknown (perhaps delivered): The PDF is damaged.",
        ),
    ],
)
def test_an_archive_says_why_the_first_that_is_held_is(deliveries: dict[Counted, int], words: str) -> None:
    assert outcome(ACCEPTED, deliveries, first_held="The PDF is damaged.") == words


def test_what_nobody_decided_to_cancel_counts_as_skipped() -> None:
    assert counted_as(CANCELLED, ReasonCode.SENT_BEFORE) == SKIPPED
    assert counted_as(CANCELLED, ReasonCode.DUPLICATE) is CANCELLED
    assert counted_as(CANCELLED, None) is CANCELLED
    assert counted_as(HELD, ReasonCode.SENT_BEFORE) is HELD


def test_what_is_held_because_it_may_have_arrived_is_not_called_held() -> None:
    assert counted_as(HELD, ReasonCode.AMBIGUOUS) == UNKNOWN
    assert counted_as(CANCELLED, ReasonCode.AMBIGUOUS) is CANCELLED


@pytest.mark.parametrize("state", [state for state in UploadState if state is not ACCEPTED])
def test_every_other_state_has_a_word(state: UploadState) -> None:
    assert outcome(state, {})


def test_nothing_is_ever_called_imported() -> None:
    assert not any("imported" in outcome(state, {DELIVERED: 1}) for state in UploadState)


@pytest.mark.parametrize(
    ("uploads", "deliveries", "words"),
    [
        ({}, {DELIVERED: 17, HELD: 1}, "17 of 18 delivered, 1 held: The PDF is damaged."),
        ({UploadState.HELD: 1}, {DELIVERED: 17}, "17 of 18 delivered, 1 held: The PDF is damaged."),
        (
            {UploadState.HELD: 1, UploadState.SPOOLED: 2},
            {DELIVERED: 1, PENDING: 3, HELD: 1},
            "1 of 8 delivered, 5 waiting, 2 held, the first: The PDF is damaged.",
        ),
        (
            {UploadState.PARTIAL: 1, UploadState.REFUSED: 1},
            {DELIVERED: 1},
            "1 of 3 delivered, 1 interrupted, 1 refused",
        ),
        ({}, {DELIVERED: 18}, "delivered"),
        ({UploadState.HELD: 1}, {}, "held"),
        ({UploadState.PARTIAL: 2}, {}, "0 of 2 delivered, 2 interrupted"),
        ({}, {}, "nothing to deliver"),
    ],
)
def test_a_batch_counts_files_that_are_not_in_the_queue_too(
    uploads: dict[UploadState, int], deliveries: dict[Counted, int], words: str
) -> None:
    assert batch_outcome(uploads, deliveries, first_held="The PDF is damaged.") == words


@pytest.mark.parametrize(
    ("state", "outcomes", "words"),
    [
        (PENDING, [Outcome.DEFERRED, None], None),
        (PENDING, [Outcome.DEFERRED, Outcome.UNKNOWN], "attempt 2 is unknown: .* the file already"),
        (DELIVERED, [Outcome.UNKNOWN] * 2 + [Outcome.DELIVERED], "attempts 1, 2 are .* more than once"),
    ],
)
def test_which_attempts_nobody_knows_the_end_of_is_said_in_words(
    state: DeliveryState, outcomes: list[Outcome | None], words: str | None
) -> None:
    attempts = [
        Attempt(started_at=NOON, ended_at=None, outcome=each, status=None, detail=None) for each in outcomes
    ]

    said = doubt(state, attempts)

    assert said is None if words is None else re.match(words, said or "")
