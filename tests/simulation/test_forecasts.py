"""What was forecast at the beginning of an evening, beside what `Turns` made of it."""

import random
from datetime import UTC, datetime, timedelta
from functools import cache

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.backlog import DataHead, Documents, Work
from bridge.domain.fairness import Turns
from bridge.domain.forecast import Capacity, Outlook, Stream, Verdict, forecast

EVENING = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
PERIOD = timedelta(seconds=1.025 / 3)
MARGIN = timedelta(minutes=2)
CAPACITY = Capacity(files_per_second=1 / PERIOD.total_seconds(), sends_from=EVENING)
SEEDS = range(24)
Place = tuple[AccountId, AdministrationId]


def an_evening(seed: int) -> list[Stream]:
    """What waits of a few accounts, a few of them with most of it, for cut-offs within the hour."""
    chance = random.Random(seed)  # noqa: S311  nothing secret
    cut_offs = [chance.choice([10, 20, 30, 45]) * timedelta(minutes=1) for _ in range(chance.randint(2, 25))]
    sizes = [chance.paretovariate(0.8) for _ in cut_offs]
    room = max(cut_offs) / PERIOD * chance.choice([0.3, 0.6, 0.9, 1.2])
    return [
        Stream(
            account_id=AccountId(chance.randint(1, max(2, len(cut_offs) // 2))),
            administration_id=AdministrationId(number),
            cut_off=EVENING + cut_off,
            aim=EVENING + cut_off - MARGIN,
            documents=int(size / sum(sizes) * room),
            data_files=1,
        )
        for number, (cut_off, size) in enumerate(zip(cut_offs, sizes, strict=True))
    ]


def sent(streams: list[Stream]) -> tuple[dict[Place, datetime], dict[Place, datetime]]:
    """Let the lane send all of it; return when each place was through, and its data file."""
    turns = Turns(per_second=3, aim=lambda administration_id, _: aims[administration_id])
    aims = {one.administration_id: one.aim for one in streams}
    turns.replace(
        [
            Documents(account_id=one.account_id, administration_id=one.administration_id, fresh=one.documents)
            for one in streams
            if one.documents
        ],
        [
            DataHead(administration_id=one.administration_id, account_id=one.account_id, due_at=EVENING)
            for one in streams
        ],
        EVENING,
    )
    through: dict[Place, datetime] = {}
    data: dict[Place, datetime] = {}
    for number in range(sum(one.waiting for one in streams)):
        now = EVENING + (number + 1) * PERIOD
        turn = turns.choose(now)
        assert turn is not None
        turns.took(turn)
        place = turn.account_id, turn.administration_id
        through[place] = now  # the last time is the end
        if turn.work is Work.DATA:
            data[place] = now
            turns.put_data(turn.administration_id, None, now)
    return through, data


@cache
def told_and_done(seed: int) -> list[tuple[Outlook, datetime, datetime]]:
    """Return what was forecast, when it was done, and when its data file was."""
    streams = an_evening(seed)
    through, data = sent(streams)
    places = [(one.account_id, one.administration_id) for one in streams]
    outlooks = forecast(streams, lane=CAPACITY, now=EVENING)
    return [(outlook, through[place], data[place]) for outlook, place in zip(outlooks, places, strict=True)]


def test_verdicts_are_what_the_lane_makes_of_it() -> None:
    said_late, missed, count = [], [], 0
    for seed in SEEDS:
        for outlook, done_at, data_done_at in told_and_done(seed):
            count += 1
            cut_off, which = outlook.stream.cut_off, (seed, outlook.stream.administration_id)
            if outlook.verdict is Verdict.LATE and done_at <= cut_off:
                said_late.append(which)
            if outlook.verdict is not Verdict.LATE and done_at > cut_off:
                missed.append(which)
            assert data_done_at <= cut_off, f"data file of {which}"

    assert said_late == [], "said to be late, and was not: seed, administration"
    assert len(missed) <= count / 100, f"said to be in time, and were not: {missed} of {count}"


def test_hardly_anybody_is_told_too_early_an_end() -> None:
    early, count = [], 0
    for seed in SEEDS:
        for outlook, done_at, _ in told_and_done(seed):
            count += 1
            assert outlook.done_at is not None
            if done_at - outlook.done_at > (outlook.stream.cut_off - EVENING) / 20:
                early.append((seed, outlook.stream.administration_id))

    assert len(early) <= count / 50, f"{early} of {count}"
