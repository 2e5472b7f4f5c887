"""Conditions: what is so now and was not wanted becomes an alarm, and recovers when it is so no more."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta

from bridge.domain.alarms import Alarm, AlarmKind
from bridge.domain.clock import Clock
from bridge.domain.steadiness import RULES, judge
from bridge.ledger import alarms as ledger
from bridge.ledger.database import Database
from bridge.upkeep.alarms import Alarms

MUTED_FOR = timedelta(days=1)  # after a person has closed the alarm, while it stays so


class Conditions:
    """Takes what a look has seen, and raises or recovers what has been so for long enough."""

    def __init__(self, *, database: Database, alarms: Alarms, clock: Clock) -> None:
        self._database = database
        self._alarms = alarms
        self._clock = clock
        self._streaks: dict[AlarmKind, Mapping[str, int]] = defaultdict(dict)

    async def opened(self, kind: AlarmKind) -> frozenset[str]:
        """Return the subjects of the alarms of *kind* that are open."""
        return frozenset(alarm.subject for alarm in await self._alarms.open_ones(kind))

    async def settle(
        self, kind: AlarmKind, seen: Mapping[str, str], *, is_ours: Callable[[Alarm], bool] = lambda _: True
    ) -> None:
        """Raise and recover alarms of *kind*.

        Args:
            kind: of which there is a rule.
            seen: what is so now: subjects, each with its detail.
            is_ours: whether an open alarm is about something that this look would see, were it so.
        """
        opened = {alarm.subject: alarm for alarm in await self._alarms.open_ones(kind) if is_ours(alarm)}
        judged = judge(RULES[kind], seen=seen.keys(), opened=opened.keys(), streaks=self._streaks[kind])
        self._streaks[kind] = judged.streaks
        for subject in judged.to_recover:
            await self._alarms.recover(opened[subject])
        if not judged.to_raise:
            return
        now = self._clock.now()
        muted = await self._database.read(ledger.closed_by_hand, kind=kind, since=now - MUTED_FOR)
        for subject in sorted(judged.to_raise - muted):
            await self._alarms.sound(kind, subject, seen[subject], not_since=now)
