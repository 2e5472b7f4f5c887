"""Watches for uploads that do not come: learns when they are due, and raises an alarm before the import."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bridge.domain.accounts import Account, AccountId, Expects
from bridge.domain.alarms import Alarm, AlarmKind, account_subject
from bridge.domain.due import Due, Patience, last_due, next_alarm_at
from bridge.domain.errors import Conflict
from bridge.domain.expectations import WEEKS, Arrivals, Expectation, what_to_expect
from bridge.domain.uploads import UploadId
from bridge.ledger import accounts, arrived, counters, expectations
from bridge.ledger.database import Database, Transaction
from bridge.upkeep.alarms import Alarms

LEARNS_AFTER = timedelta(hours=3)  # UTC: when the Dutch night's imports are over, winter and summer
RARELY = timedelta(hours=1)  # between two looks at an account, at most
AT_ONCE = 20  # accounts whose uploads are read in one visit to a thread
_LOOK_BACK = timedelta(weeks=WEEKS, days=2)

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class _Watched:
    """An account of which something is expected."""

    account: Account
    expected: list[Expectation]
    look_at: datetime  # nothing changes before, unless an alarm is open or the clock was set back

    def is_due(self, now: datetime) -> bool:
        """Whether to look at it; a moment that no look could have set is of a clock that was ahead."""
        return not now < self.look_at <= now + RARELY


class ExpectationWatch:
    """Learns every night, and looks whenever something is due."""

    def __init__(self, *, database: Database, alarms: Alarms, patience: Patience) -> None:
        self._database = database
        self._alarms = alarms
        self._patience = patience
        self._learned_on: object = None  # the day of the last learning
        self._revision: int | None = None  # of accounts and expectations, as they were read
        self._watched: dict[AccountId, _Watched] = {}
        self._from_ids: dict[datetime, UploadId] = {}  # in one look many accounts ask since the same midnight

    async def learn(self, now: datetime) -> None:
        """Learn once a night, and at the first look, what can be expected of each account that learns."""
        day = (now - LEARNS_AFTER).date()
        if day == self._learned_on:
            return
        everybody = await self._database.read(accounts.listing)
        from_id = await self._database.read(arrived.first_since, since=now - _LOOK_BACK)
        known = await self._database.read(expectations.listing)
        learning = [one for one in everybody if one.expects is Expects.LEARNED and not one.is_disabled]
        changed = 0
        for at in range(0, len(learning), AT_ONCE):
            found = await self._database.read(_taught, learning[at : at + AT_ONCE], from_id=from_id, now=now)
            for account_id, expected in found.items():
                before = known.get(account_id, [])
                if expectations.continued(expected, before) != before:  # so that most nights write nothing
                    changed += await self._note(account_id, expected)
        self._learned_on = day
        log.info("expectations learned", accounts=len(everybody), changed=changed)

    async def _note(self, account_id: AccountId, expected: list[Expectation]) -> bool:
        try:
            return await self._database.write(expectations.learned, account_id=account_id, expected=expected)
        except Conflict:  # somebody has just said otherwise
            return False

    async def look(self, now: datetime) -> None:
        """Raise an alarm for each account of which too little came; recover those that are well."""
        await self._refresh(now)
        self._from_ids.clear()
        opened = {alarm.subject: alarm for alarm in await self._alarms.open_ones(AlarmKind.UPLOAD_MISSING)}
        for watched in self._watched.values():
            alarm = opened.pop(account_subject(watched.account.name), None)
            if alarm is not None or watched.is_due(now):
                await self._judge(watched, alarm, now)
        for alarm in opened.values():
            await self._recover_unless_silent(alarm, now)

    async def _refresh(self, now: datetime) -> None:
        """Read anew what is expected if anything about accounts has changed."""
        revision = await self._database.read(counters.value, name=counters.ACCOUNTS)
        if revision == self._revision:
            return
        expected = await self._database.read(expectations.listing)
        self._watched = {
            account.id: _Watched(account=account, expected=expected[account.id], look_at=now)
            for account in await self._database.read(accounts.listing)
            if account.id in expected and account.expects is not Expects.OFF and not account.is_disabled
        }
        self._revision = revision

    async def _judge(self, watched: _Watched, alarm: Alarm | None, now: datetime) -> None:
        places, account = watched.account.administrations, watched.account
        due = last_due(watched.expected, places=places, patience=self._patience, now=now)
        if due is not None:
            came = await self._came(account.id, due.from_at)
            if due.expectation.is_met_by(came):
                if alarm is not None:
                    await self._alarms.recover(alarm)
            elif alarm is None:
                await self._alarms.sound(
                    AlarmKind.UPLOAD_MISSING,
                    account_subject(account.name),
                    missing(due, came),
                    not_since=due.due_at,
                )
        at = next_alarm_at(watched.expected, places=places, patience=self._patience, now=now) or now
        watched.look_at = min(at, now + RARELY)

    async def _recover_unless_silent(self, alarm: Alarm, now: datetime) -> None:
        """Recover the alarm of an account of which nothing is expected now, unless that is for its silence.

        Who sends nothing for weeks is forgotten by learning, and must not be by people.
        """
        name = alarm.subject.removeprefix(account_subject(""))
        everybody = {account.name: account for account in await self._database.read(accounts.listing)}
        account = everybody.get(name)
        if account is not None and account.expects is not Expects.OFF and not account.is_disabled:
            came = await self._came(account.id, alarm.raised_at)
            if not came.count:
                return
        await self._alarms.recover(alarm)

    async def _came(self, account_id: AccountId, since: datetime) -> Arrivals:
        if since not in self._from_ids:
            self._from_ids[since] = await self._database.read(arrived.first_since, since=since)
        return await self._database.read(
            arrived.count_since, account_id=account_id, since=since, from_id=self._from_ids[since]
        )


def _taught(
    connection: Transaction, some: Sequence[Account], *, from_id: UploadId, now: datetime
) -> dict[AccountId, list[Expectation]]:
    """Return what the uploads of *some* accounts teach; in the thread that reads them."""
    since = now - _LOOK_BACK
    return {
        one.id: what_to_expect(
            arrived.by_minute(connection, account_id=one.id, since=since, from_id=from_id),
            places=one.administrations,
            now=now,
        )
        for one in some
    }


def missing(due: Due, came: Arrivals) -> str:
    """Return what was due and what came, for a person."""
    expectation = due.expectation
    zone = ZoneInfo(expectation.timezone)
    text = (
        f"due {due.due_at.astimezone(zone):%A %Y-%m-%d %H:%M} ({expectation.timezone}): "
        f"{came.count} of at least {expectation.least_count} uploads came since "
        f"{due.from_at.astimezone(zone):%Y-%m-%d %H:%M}"
    )
    if came.count >= expectation.least_count:
        text += f", with {came.size} of at least {expectation.least_bytes} bytes"
    if due.cut_off_at is not None:
        text += f"; the next import is {due.cut_off_at.astimezone(zone):%Y-%m-%d %H:%M}"
    return text
