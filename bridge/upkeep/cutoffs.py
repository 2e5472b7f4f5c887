"""Watches the forecast: who will be late for the next import, and who has little room left."""

import asyncio
from collections.abc import Callable, Sequence

from bridge.domain.alarms import AlarmKind
from bridge.domain.forecast import Verdict
from bridge.domain.prospects import Prospect, pressing
from bridge.upkeep.conditions import Conditions

Prospects = Callable[[], Sequence[Prospect]]  # reads the ledger, or what it said within this minute


class CutOffWatch:
    """Raises an alarm for each administration that will be late, or may be."""

    def __init__(self, *, prospects: Prospects, conditions: Conditions) -> None:
        self._prospects = prospects
        self._conditions = conditions

    async def look(self) -> None:
        """Look at the forecast once; it is computed in a thread."""
        found = await asyncio.to_thread(self._prospects)
        opened = await self._conditions.opened(AlarmKind.CUT_OFF_LATE)
        late = pressing(found, Verdict.LATE, opened=opened)
        await self._conditions.settle(AlarmKind.CUT_OFF_LATE, late)
        at_risk = await self._conditions.opened(AlarmKind.CUT_OFF_AT_RISK)
        # What is late is still at risk: the word that it is not must not come before it is so.
        stays = {subject: detail for subject, detail in late.items() if subject in at_risk}
        little = pressing(found, Verdict.AT_RISK, opened=at_risk)
        await self._conditions.settle(AlarmKind.CUT_OFF_AT_RISK, {**stays, **little})
