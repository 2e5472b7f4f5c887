"""The table of payt-imports §8: what came back, and what the delivery does next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.kinds import Kind
from bridge.domain.outcomes import (
    LEAST_ATTEMPTS,
    Answer,
    Damaged,
    Event,
    Locked,
    NextStep,
    NoAnswer,
    Outcome,
    Situation,
    Verdict,
    judge,
    next_step,
    retry_after,
)
from bridge.domain.reasons import ReasonCode

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
FRESH = Situation(
    kind=Kind.DATA,
    attempts=1,
    rejections=0,
    trying_since=NOON - timedelta(minutes=1),
    now=NOON,
    max_age=timedelta(hours=120),
    jitter=0.0,
)
OLD = replace(FRESH, attempts=LEAST_ATTEMPTS, trying_since=NOON - timedelta(hours=120))
LOST = NoAnswer(is_unsent=False, what="the connection was reset")
UNSENT = NoAnswer(is_unsent=True, what="refused")
SECOND = timedelta(seconds=1)

VERDICTS = {
    **dict.fromkeys((100, 101, 199), Verdict.AMBIGUOUS),
    **dict.fromkeys(range(200, 300), Verdict.DELIVERED),
    **dict.fromkeys(range(300, 400), Verdict.CONFIGURATION),
    **dict.fromkeys(range(400, 500), Verdict.THIS_FILE),
    **dict.fromkeys((401, 403), Verdict.CREDENTIALS),
    404: Verdict.CONFIGURATION,
    408: Verdict.LATER,
    429: Verdict.SLOW_DOWN,
    **dict.fromkeys(range(500, 1000), Verdict.LATER),
}


@pytest.mark.parametrize(("status", "verdict"), VERDICTS.items())
def test_every_status_has_its_verdict(status: int, verdict: Verdict) -> None:
    assert judge(Answer(status=status)) is verdict


@pytest.mark.parametrize(
    ("event", "verdict"),
    [
        (UNSENT, Verdict.LATER),
        (LOST, Verdict.AMBIGUOUS),
        (Damaged(what="gone"), Verdict.DAMAGED),
        (Locked(what="no key"), Verdict.CREDENTIALS),
    ],
)
def test_what_is_no_answer_has_its_verdict(event: Event, verdict: Verdict) -> None:
    assert judge(event) is verdict


def test_delivered_is_the_end() -> None:
    assert next_step(Answer(status=201, excerpt="ok"), OLD) == NextStep(
        outcome=Outcome.DELIVERED, is_delivered=True, detail="ok"
    )


@pytest.mark.parametrize("situation", [FRESH, OLD])
def test_429_pauses_the_lane_and_is_not_counted_however_old_the_delivery(situation: Situation) -> None:
    step = next_step(Answer(status=429, retry_after="7"), situation)

    assert (step.lane_pause, step.counts, step.wait) == (7 * SECOND, False, timedelta())
    assert step.outcome is Outcome.DEFERRED


@pytest.mark.parametrize("event", [Answer(status=503), Answer(status=408), UNSENT])
def test_what_may_be_better_later_backs_off_until_it_is_too_old(event: Event) -> None:
    waits = [next_step(event, replace(FRESH, attempts=n)).wait for n in (1, 2, 3, 50)]

    assert waits == [5 * SECOND, 10 * SECOND, 20 * SECOND, 900 * SECOND]
    assert next_step(event, FRESH).outcome is Outcome.DEFERRED
    assert next_step(event, OLD).hold is ReasonCode.GIVEN_UP


@pytest.mark.parametrize(("hours", "least"), [(120.0, LEAST_ATTEMPTS), (2.0, 8), (0.1, 0)])
def test_what_is_old_by_the_clock_but_was_tried_seldom_is_tried_again(hours: float, least: int) -> None:
    # A clock that is put right makes what was tried in 1970 half a century old.
    ancient = replace(OLD, trying_since=datetime(1970, 1, 1, tzinfo=UTC), max_age=timedelta(hours=hours))

    holds = [next_step(UNSENT, replace(ancient, attempts=n)).hold for n in range(1, 25)]

    assert holds == [None if n < least else ReasonCode.GIVEN_UP for n in range(1, 25)]


def test_a_destination_that_is_away_may_say_for_how_long() -> None:
    def wait(text: str) -> timedelta | None:
        return next_step(Answer(status=503, retry_after=text), replace(FRESH, probe_wait=SECOND)).wait

    assert wait("120") == 120 * SECOND
    assert wait("99999") == 3600 * SECOND
    assert wait("soon") == 5 * SECOND
    assert next_step(Answer(status=503, retry_after="120"), OLD).hold is ReasonCode.GIVEN_UP


def test_an_outage_lets_nothing_wait_longer_than_until_the_next_probe() -> None:
    tired = replace(FRESH, attempts=40, probe_wait=30 * SECOND)

    assert [next_step(event, tired).wait for event in (UNSENT, LOST)] == [30 * SECOND] * 2
    assert next_step(UNSENT, replace(tired, attempts=1)).wait == 5 * SECOND
    assert next_step(UNSENT, replace(OLD, probe_wait=SECOND)).hold is ReasonCode.GIVEN_UP


@pytest.mark.parametrize("event", [Answer(status=401), Answer(status=403), Locked(what="no key.")])
def test_refused_credentials_pause_the_administration_only(event: Event) -> None:
    step = next_step(event, OLD)

    assert step.administration_pause == timedelta(minutes=10)
    assert step.lane_pause is None
    assert (step.counts, step.wait) == (False, timedelta())
    assert step.advice


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308, 404])
def test_a_wrong_address_pauses_the_lane_and_names_the_setting(status: int) -> None:
    step = next_step(Answer(status=status), OLD)

    assert step.lane_pause == 60 * SECOND
    assert (step.counts, step.wait) == (False, timedelta())
    assert "destination.base_url" in (step.advice or "")


def test_a_rejected_file_is_tried_after_a_minute_and_ten_and_then_held() -> None:
    steps = [next_step(Answer(status=422), replace(FRESH, rejections=n)) for n in (0, 1, 2, 3)]

    assert [step.wait for step in steps] == [timedelta(minutes=1), timedelta(minutes=10), None, None]
    assert [step.hold for step in steps] == [None, None, ReasonCode.REJECTED, ReasonCode.REJECTED]
    assert {step.outcome for step in steps} == {Outcome.REJECTED}


@pytest.mark.parametrize("kind", Kind)
def test_a_lost_answer_is_tried_again_only_where_a_second_arrival_does_no_harm(kind: Kind) -> None:
    step = next_step(LOST, replace(FRESH, kind=kind))

    assert step.outcome is Outcome.UNKNOWN
    if kind in {Kind.INVOICE_ATTACHMENT, Kind.DECLARATION}:
        assert step.hold is ReasonCode.AMBIGUOUS
    else:
        assert step.wait == 5 * SECOND
        assert next_step(LOST, replace(OLD, kind=kind)).hold is ReasonCode.GIVEN_UP
    assert step.yields == (kind is Kind.DATA)


@pytest.mark.parametrize("kind", Kind)
def test_what_was_never_sent_whole_is_tried_again_whatever_it_is(kind: Kind) -> None:
    assert next_step(UNSENT, replace(FRESH, kind=kind)).wait == 5 * SECOND


def test_damaged_bytes_are_held_at_once() -> None:
    step = next_step(Damaged(what="the stored bytes are gone"), FRESH)

    assert step.hold is ReasonCode.DAMAGED_SPOOL
    assert step.detail == "the stored bytes are gone"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, 5),
        ("", 5),
        ("0", 1),
        ("1", 1),
        ("2", 2),
        (" 17 ", 17),
        ("3600", 3600),
        ("3601", 3600),
        ("9" * 30, 3600),
        ("9" * 1_000_000, 5),
        ("x" * 1_000_000, 5),
        ("9" * 40, 3600),
        ("0" * 39 + "7", 7),
        ("1.0", 1),
        ("1.2", 2),
        ("0.001", 1),
        ("1.", 1),
        (".5", 5),
        ("1.5.2", 5),
        ("1.-5", 5),
        ("7, 9", 5),
        ("7s", 5),
        ("+7", 5),
        ("-1", 5),
        ("-1e999", 5),
        ("1e3", 5),
        ("inf", 5),
        ("nan", 5),
        ("٣", 5),  # an Arabic three
        ("Sat, 21 Nov 2026 12:00:09 GMT", 9),
        ("Sat, 21 Nov 2026 12:00:09 -0000", 9),
        ("Saturday, 21-Nov-26 12:00:09 GMT", 9),
        ("Sat Nov 21 12:00:09 2026", 9),
        ("Sat Nov  7 12:00:09 2026", 1),
        ("Tue Dec  1 12:00:09 2026", 3600),
        ("Sat, 21 Nov 2026 13:00:09 +0100", 9),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 1),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 1),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 1),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
        ("Sat, 99 Nov 2026 12:00:09 GMT", 5),
        ("Sat, 21 Nov 2026 12:00:09 +9999999", 5),
    ],
)
def test_retry_after_is_honoured_within_a_second_and_an_hour(text: str | None, seconds: int) -> None:
    assert retry_after(text, now=NOON) == seconds * SECOND


@given(st.text())
def test_no_retry_after_does_harm(text: str) -> None:
    assert SECOND <= retry_after(text, now=NOON) <= 3600 * SECOND


events = st.one_of(
    st.builds(Answer, status=st.integers(0, 1000), retry_after=st.none() | st.text(), excerpt=st.text()),
    st.builds(NoAnswer, is_unsent=st.booleans(), what=st.text(min_size=1)),
    st.builds(Damaged, what=st.text(min_size=1)),
    st.builds(Locked, what=st.text(min_size=1)),
)


situations = st.builds(
    Situation,
    kind=st.sampled_from(Kind),
    attempts=st.integers(1, 10**6),
    rejections=st.integers(0, 100),
    trying_since=st.integers(-(10**6), 10**7).map(lambda age: NOON - age * SECOND),
    now=st.just(NOON),
    max_age=st.just(timedelta(hours=120)),
    jitter=st.floats(0.0, 1.0),
)


@given(event=events, situation=situations)
def test_every_event_has_a_next_step_and_an_action_is_never_repeated_unawares(
    event: Event, situation: Situation
) -> None:
    step = next_step(event, situation)

    if judge(event) is Verdict.AMBIGUOUS and not situation.kind.is_resendable:
        assert step.hold is ReasonCode.AMBIGUOUS
    if step.wait == timedelta():
        assert step.lane_pause or step.administration_pause
    assert step.is_delivered == (judge(event) is Verdict.DELIVERED)


def test_a_next_step_that_is_two_things_is_refused_at_birth() -> None:
    with pytest.raises(ValueError, match="one of them"):
        NextStep(outcome=Outcome.DELIVERED, is_delivered=True, wait=SECOND)
    with pytest.raises(ValueError, match="advice"):
        NextStep(outcome=Outcome.DEFERRED, wait=SECOND, lane_pause=SECOND)


@pytest.mark.parametrize("event", [Answer(status=500), UNSENT])
def test_a_data_file_gives_way_to_a_newer_one_after_three_attempts_that_count(event: Event) -> None:
    def yields(event: Event, attempts: int, kind: Kind = Kind.DATA) -> bool:
        return next_step(event, replace(FRESH, attempts=attempts, kind=kind)).yields

    assert [yields(event, attempts) for attempts in (1, 2, 3, 4)] == [False, False, True, True]
    assert not yields(event, 9, Kind.INVOICE_PDF)
    for uncounted in (Answer(status=429), Answer(status=401), Answer(status=404)):
        assert not yields(uncounted, 9)
    assert yields(LOST, 1)
