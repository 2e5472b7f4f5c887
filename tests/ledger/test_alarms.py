"""An alarm is raised once, stays open until it recovers, and is not raised again for the same thing."""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.alarms import Alarm, AlarmId, AlarmKind
from bridge.domain.audit import Actor, Deed, Way, signed
from bridge.domain.errors import Conflict, NotFound
from bridge.ledger import alarms, audit
from bridge.ledger.database import Database
from tests.support.clock import DAY, MINUTE, NOON

MISSING, INCOMPLETE = AlarmKind.UPLOAD_MISSING, AlarmKind.BATCH_INCOMPLETE


def sound(
    connection: Connection,
    kind: AlarmKind = MISSING,
    subject: str = "account:sender",
    *,
    now: datetime = NOON,
    not_since: datetime = NOON,
) -> Alarm | None:
    return alarms.raise_once(
        connection,
        kind=kind,
        subject=subject,
        detail="0 of 1",
        now=now,
        not_since=not_since,
    )


def test_an_alarm_is_raised_once(connection: Connection) -> None:
    first = sound(connection)

    assert first is not None
    assert (first.kind, first.subject, first.detail, first.raised_at) == (
        MISSING,
        "account:sender",
        "0 of 1",
        NOON,
    )
    assert sound(connection, now=NOON + 30 * DAY, not_since=NOON + 30 * DAY) is None
    assert alarms.listing(connection) == [first]


def test_another_kind_or_subject_is_another_alarm(connection: Connection) -> None:
    first, second, third = (
        sound(connection),
        sound(connection, subject="account:other"),
        sound(connection, INCOMPLETE),
    )

    assert alarms.listing(connection, is_open=True) == [third, second, first]
    assert alarms.listing(connection, kinds=[MISSING], limit=1) == [second]
    assert alarms.open_by_kind(connection) == {MISSING: 2, INCOMPLETE: 1}


def test_what_has_recovered_is_raised_again_only_for_something_later(connection: Connection) -> None:
    first = sound(connection)
    assert first is not None
    recovered = alarms.recover(connection, alarm_id=first.id, now=NOON + MINUTE)

    assert recovered.recovered_at == NOON + MINUTE
    assert sound(connection, now=NOON + DAY, not_since=NOON) is None
    again = sound(connection, now=NOON + DAY, not_since=NOON + MINUTE)
    assert again is not None
    assert alarms.listing(connection, is_open=True) == [again]
    assert alarms.open_by_kind(connection) == {MISSING: 1}


def test_an_alarm_recovers_once(connection: Connection) -> None:
    first = sound(connection)
    assert first is not None
    alarms.recover(connection, alarm_id=first.id, now=NOON)

    with pytest.raises(Conflict, match="not open any more"):
        alarms.recover(connection, alarm_id=first.id, now=NOON)
    with pytest.raises(NotFound):
        alarms.recover(connection, alarm_id=AlarmId(99), now=NOON)


async def test_of_many_at_once_exactly_one_is_raised(database: Database) -> None:
    # On PostgreSQL two processes may both see that there is none.
    raised = await asyncio.gather(*(database.write(sound) for _ in range(20)))

    assert len([one for one in raised if one is not None]) == 1
    assert len(await database.read(alarms.listing)) == 1


def test_what_a_person_closed_is_known_apart_from_what_recovered(connection: Connection) -> None:
    by_hand, by_itself = sound(connection), sound(connection, subject="account:other")
    assert by_hand is not None
    assert by_itself is not None
    for one in (by_hand, by_itself):
        alarms.recover(connection, alarm_id=one.id, now=NOON + MINUTE)
    deed = Deed(act="alarm close", subject=f"alarm:{by_hand.id}")
    audit.add(connection, acts=[signed(deed, by=Actor(who="anna", way=Way.CLI), at=NOON + MINUTE)])

    assert alarms.closed_by_hand(connection, kind=MISSING, since=NOON) == {"account:sender"}
    assert alarms.closed_by_hand(connection, kind=INCOMPLETE, since=NOON) == set()
    assert alarms.closed_by_hand(connection, kind=MISSING, since=NOON + 2 * MINUTE) == set()
