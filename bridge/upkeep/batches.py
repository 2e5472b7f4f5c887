"""Watches batches: one that is not delivered as a whole when the import runs, somebody must hear of."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.alarms import AlarmKind, batch_of, batch_subject
from bridge.domain.batches import Batch
from bridge.domain.reasons import ReasonCode, reason
from bridge.domain.reports import batch_outcome
from bridge.domain.schedule import imports_between
from bridge.domain.uploads import UploadId
from bridge.ledger import accounts, administrations, arrived, batches, labels
from bridge.ledger.batches import OpenBatch
from bridge.ledger.database import Database
from bridge.upkeep.alarms import Alarms

MOST = (
    100  # alarms about one import; a night on which more is late has one cause, and that is not the batches
)
_ALL = 10_000  # late batches that are looked at to see for whom they are
_LOOK_BACK = timedelta(hours=50)  # sure to have two imports in it, whatever the clocks do

log = structlog.get_logger()


class BatchWatch:
    """Raises an alarm for each batch that an import has missed, and recovers it when the rest has gone."""

    def __init__(self, *, database: Database, alarms: Alarms) -> None:
        self._database = database
        self._alarms = alarms
        self._looked_at: dict[AdministrationId, datetime] = {}  # the last import that was looked at

    async def look(self, now: datetime) -> None:
        """Look at the imports that have run since the last look, then at the alarms that are open."""
        for (before, import_at), places in (await self._imports(now)).items():
            await self._look_at(before, import_at, places)
            self._looked_at |= {place.id: import_at for place in places}
        await self._recover()

    async def _imports(self, now: datetime) -> dict[tuple[datetime, datetime], list[Administration]]:
        """Return which administrations have had an import that was not looked at: by the last two imports."""
        found: dict[tuple[datetime, datetime], list[Administration]] = {}
        for place in await self._database.read(administrations.listing):
            *_, before, last = imports_between(place.import_times, place.timezone, now - _LOOK_BACK, now)
            if self._looked_at.get(place.id) != last:
                found.setdefault((before, last), []).append(place)
        return found

    async def _look_at(self, before: datetime, import_at: datetime, places: list[Administration]) -> None:
        from_id = await self._database.read(arrived.first_since, since=before)
        late = await self._database.read(
            batches.open_at, since=before, until=import_at, from_id=from_id, limit=_ALL
        )
        missed = await self._for_whom(late, {place.id: place for place in places})
        if len(missed) > MOST:
            log.warning("more batches are late than alarms are raised", batches=len(missed), alarms=MOST)
        shown = dict(list(missed.items())[:MOST])
        counted = await self._database.read(batches.get, batch_ids=list(shown))
        names = await self._database.read(
            labels.account_names, ids={batch.account_id for batch in counted.values()}
        )
        for batch_id, place in shown.items():
            batch = counted[batch_id]
            local = import_at.astimezone(ZoneInfo(place.timezone))
            detail = (
                f"account {names[batch.account_id]}, import of {place.code} at "
                f"{local:%Y-%m-%d %H:%M} ({place.timezone}): {told(batch)}"
            )
            await self._alarms.sound(
                AlarmKind.BATCH_INCOMPLETE, batch_subject(batch_id), detail, not_since=batch.last_at
            )

    async def _for_whom(
        self, late: Iterable[OpenBatch], places: dict[AdministrationId, Administration]
    ) -> dict[UploadId, Administration]:
        """Return the batches that are for one of *places*, with the first that they are for.

        A file that is not in the queue is for whomever its account sends to.
        """
        found: dict[UploadId, Administration] = {}
        for one in late:
            if one.administration_id is not None:
                wanted = [one.administration_id]
            else:
                account = await self._database.read(accounts.by_id, account_id=one.account_id)
                wanted = [each.id for each in account.administrations]
            place = next((places[wish] for wish in wanted if wish in places), None)
            if place is not None:
                found.setdefault(one.id, place)
        return found

    async def _recover(self) -> None:
        opened = await self._alarms.open_ones(AlarmKind.BATCH_INCOMPLETE)
        ids = [batch_of(alarm.subject) for alarm in opened]
        counted = await self._database.read(batches.get, batch_ids=ids) if ids else {}
        for alarm in opened:
            if counted[batch_of(alarm.subject)].is_complete:
                await self._alarms.recover(alarm)


def told(batch: Batch) -> str:
    """Return what became of *batch*, with the reason of the first that is held."""
    why = None if batch.first_held is None else reason(ReasonCode(batch.first_held)).admin
    return batch_outcome(batch.uploads, batch.deliveries, first_held=why)
