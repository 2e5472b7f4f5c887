"""The key file of a server that runs: a rotation counts at once, and what was ever read still opens."""

import time
from collections.abc import Callable
from pathlib import Path

import structlog

from bridge.domain.errors import Unavailable
from bridge.spool.keys import KEY_FILE, SpoolKeys

log = structlog.get_logger()

LOOK_SECONDS = 1.0  # between two looks at the file: it may be on a network's disk


class KeyFile:
    """Knows the keys as they are now; for the loop and for threads."""

    def __init__(self, folder: Path, *, makes: bool, now: Callable[[], float] = time.monotonic) -> None:
        """Read the file; with *makes* the first key is made if there is none.

        Raises:
            Unavailable: it cannot be read, or holds something else.
        """
        self._folder = folder
        self._now = now
        self._keys = SpoolKeys.from_folder(folder, makes=makes)
        self._seen = self._signature()
        self._looked_at = now()

    def current(self) -> SpoolKeys:
        """Return the keys, as the file has them or had them a second ago.

        What the process has read stays: a line that was removed too early opens its files until the next
        start.  A file that cannot be read changes nothing.
        """
        if self._now() - self._looked_at >= LOOK_SECONDS:
            self._looked_at = self._now()
            seen = self._signature()
            if seen != self._seen:
                self._seen = seen
                self._read()
        return self._keys

    def _read(self) -> None:
        try:
            found = SpoolKeys.from_folder(self._folder, makes=False)
        except Unavailable as error:
            log.error("spool key not read again", error=str(error))  # noqa: TRY400  the text says it all
            return
        if found.first is None:
            log.error(
                "spool key is gone; restore it before the next start", file=str(self._folder / KEY_FILE)
            )
            return
        log.info("spool keys read again", seals=found.first.hex(), keys=len(found.marks))
        self._keys = found.with_also(self._keys)

    def _signature(self) -> tuple[int, ...] | None:
        try:
            found = (self._folder / KEY_FILE).stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns
