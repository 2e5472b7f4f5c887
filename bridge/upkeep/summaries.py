"""Writes the daily summary: an hour before the first import of the night, and half an hour after the last."""

import asyncio
from datetime import datetime, timedelta

import structlog

from bridge.config.settings import SummarySettings
from bridge.domain.nights import summary_due
from bridge.domain.reasons import LANGUAGES, Language
from bridge.domain.schedule import imports_between
from bridge.domain.summaries import Situation, summary
from bridge.ledger import administrations, alarms, summaries
from bridge.ledger.database import Database
from bridge.upkeep.cutoffs import Prospects

_AROUND = timedelta(hours=36)  # sure to have the night in it that is over and the one that comes
_DAY = timedelta(days=1)

log = structlog.get_logger()


class SummaryWatch:
    """Looks whether a summary is due; who reads it is in the ledger."""

    def __init__(
        self, *, database: Database, prospects: Prospects, settings: SummarySettings, language: Language
    ) -> None:
        self._database = database
        self._prospects = prospects
        self._settings = settings
        self._language: Language = language

    async def look(self, now: datetime) -> None:
        """Write the summary that is due, once, if anybody reads it."""
        if not self._settings.send or not await self._database.read(summaries.readers):
            return
        # Of an administration with several imports a day the first counts: the night is what matters.
        schedules = {
            (place.import_times[:1], place.timezone)
            for place in await self._database.read(administrations.listing)
        }
        due = summary_due(
            (
                at
                for times, timezone in schedules
                for at in imports_between(times, timezone, now - _AROUND, now + _AROUND)
            ),
            before=timedelta(minutes=self._settings.before_minutes),
            after=timedelta(minutes=self._settings.after_minutes),
            now=now,
        )
        if due is None or await self._database.read(summaries.is_written, since=due.due_at):
            return
        prospects = await asyncio.to_thread(self._prospects)
        found = Situation(
            when=due.when,
            prospects=prospects,
            alarms=await self._database.read(alarms.listing, is_open=True),
            numbers=await self._database.read(
                summaries.numbers, since=now - _DAY, waiting=sum(one.waiting for one in prospects)
            ),
        )
        written = await self._database.write(
            summaries.write,
            letters={language: summary(found, language) for language in LANGUAGES},
            language=self._language,
            since=due.due_at,
            now=now,
        )
        log.info("summary written", when=due.when, readers=written)
