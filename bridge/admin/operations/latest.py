"""The latest forecast, computed at most once a minute, whoever asks: metrics, alarms and pages share it.

For 5,000 administrations it takes a second.
"""

import threading
from collections.abc import Sequence
from datetime import timedelta

from bridge.admin.operations import forecasts
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.forecasts import Forecast
from bridge.domain.prospects import Prospect

KEPT = timedelta(seconds=55)  # a watch that looks every minute has a new one each time


class LatestForecast:
    """Called in threads; two who ask at once wait for the same one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._kept: Forecast | None = None

    def __call__(self) -> Forecast:
        """Return the forecast as it was within the last minute.

        Raises:
            Unavailable: the ledger does not answer.
        """
        with self._lock:
            age = None if self._kept is None else self._desk.clock.now() - self._kept.at
            if self._kept is None or age is None or not timedelta() <= age < KEPT:
                self._kept = forecasts.whole(self._desk)
            return self._kept

    def forget(self) -> None:
        """Compute it anew next time: something was changed here."""
        with self._lock:
            self._kept = None

    def prospects(self) -> Sequence[Prospect]:
        """Return what it says of everything that waits, the most pressing first."""
        return [
            Prospect(
                lane=row.lane,
                account=row.account,
                administration=row.administration,
                timezone=row.timezone,
                waiting=row.waiting.total,
                cut_off_at=row.outlook.stream.cut_off,
                done_at=row.outlook.done_at,
                slack=row.outlook.slack,
                verdict=row.outlook.verdict,
                is_stopped=row.stopped is not None,
            )
            for row in self().rows
            if row.waiting.total
        ]
