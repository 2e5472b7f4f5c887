"""The one way that alarms go: into the ledger, and from there into the log, the metrics and the outbox.

What is to be told about one is written in the same transaction; `bridge.upkeep.notices` sends it.
"""

from datetime import datetime

import structlog

from bridge.domain.alarms import Alarm, AlarmKind, alarm_text, todo
from bridge.domain.clock import Clock
from bridge.domain.errors import Conflict
from bridge.ledger import alarms, telling
from bridge.ledger.database import Database

log = structlog.get_logger()


class Alarms:
    """Raises alarms once, and tells when they recover."""

    def __init__(self, *, database: Database, clock: Clock, has_mail: bool = False) -> None:
        self._database = database
        self._has_mail = has_mail
        self._clock = clock

    async def sound(self, kind: AlarmKind, subject: str, detail: str, *, not_since: datetime) -> bool:
        """Raise an alarm unless it is open, or was raised *not_since*; say whether it was raised now."""
        alarm = await self._database.write(
            telling.raise_once,
            kind=kind,
            subject=subject,
            detail=detail,
            now=self._clock.now(),
            not_since=not_since,
            has_mail=self._has_mail,
        )
        if alarm is not None:
            log.warning(
                "alarm raised",
                kind=alarm.kind,
                subject=alarm.subject,
                detail=alarm.detail,
                text=alarm_text(alarm.kind).raised,
                todo=todo(alarm),
            )
        return alarm is not None

    async def recover(self, alarm: Alarm) -> None:
        """Note that *alarm* is over."""
        now = self._clock.now()
        try:
            await self._database.write(telling.recover, alarm_id=alarm.id, now=now)
        except Conflict:  # by a person, or another process, in the same moment
            return
        log.info(
            "alarm recovered",
            kind=alarm.kind,
            subject=alarm.subject,
            open_seconds=round((now - alarm.raised_at).total_seconds()),
            text=alarm_text(alarm.kind).recovered,
        )

    async def open_ones(self, kind: AlarmKind) -> list[Alarm]:
        """Return the alarms of *kind* that have not recovered."""
        return await self._database.read(alarms.listing, is_open=True, kinds=[kind])
