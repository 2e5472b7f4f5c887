"""Who will be late is told after two looks; at risk is not said to be over while it has become late."""

from collections.abc import Sequence

from bridge.domain.alarms import AlarmKind
from bridge.domain.forecast import Verdict
from bridge.domain.prospects import Prospect
from bridge.ledger import alarms
from bridge.ledger.database import Database
from bridge.upkeep.alarms import Alarms
from bridge.upkeep.conditions import Conditions
from bridge.upkeep.cutoffs import CutOffWatch
from tests.domain.test_prospects import prospect
from tests.support.clock import FakeClock

LATE, AT_RISK = AlarmKind.CUT_OFF_LATE, AlarmKind.CUT_OFF_AT_RISK


async def kinds(database: Database, clock: FakeClock, *looks: Sequence[Prospect]) -> list[set[AlarmKind]]:
    """Return which alarms are open after each look."""
    conditions = Conditions(database=database, alarms=Alarms(database=database, clock=clock), clock=clock)
    story: list[set[AlarmKind]] = []
    seen: list[Prospect] = []
    watch = CutOffWatch(prospects=lambda: seen, conditions=conditions)
    for look in looks:
        seen = list(look)
        await watch.look()
        story.append({alarm.kind for alarm in await database.read(alarms.listing, is_open=True)})
    return story


async def test_a_forecast_that_wavers_raises_nothing(sqlite_database: Database, clock: FakeClock) -> None:
    risky = [prospect(verdict=Verdict.AT_RISK)]

    assert await kinds(sqlite_database, clock, risky, [], risky, [], risky) == [set()] * 5


async def test_at_risk_then_late_then_well(sqlite_database: Database, clock: FakeClock) -> None:
    risky, late = [prospect(verdict=Verdict.AT_RISK)], [prospect()]

    story = await kinds(sqlite_database, clock, *[risky] * 2, *[late] * 5, *[[]] * 3)

    assert story == [set(), {AT_RISK}, {AT_RISK}, *[{AT_RISK, LATE}] * 6, set()]


async def test_what_is_late_from_the_start_is_not_told_twice(
    sqlite_database: Database, clock: FakeClock
) -> None:
    assert await kinds(sqlite_database, clock, *[[prospect()]] * 3) == [set(), {LATE}, {LATE}]
