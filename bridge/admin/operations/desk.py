"""The desk at which an operator works: what every use case needs at hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bridge.config import Settings
from bridge.domain.clock import Clock
from bridge.domain.errors import Unavailable
from bridge.ledger import migrating
from bridge.ledger.database import Database
from bridge.runtime.clock import SystemClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Ledger, clock and settings; the sealing key is read only when a secret is sealed."""

    database: Database
    clock: Clock
    settings: Settings

    def seal(self, secret: str) -> str:
        """Return *secret* sealed with the key in ``keys_dir``, which is made if it is missing."""
        from bridge.runtime.sealing import Sealer  # loads cryptography, which a listing does not need

        return Sealer.from_folder(self.settings.keys_dir).seal(secret)


@contextmanager
def open_desk(settings: Settings) -> Iterator[Desk]:
    """Open the ledger of *settings*, migrated, whether or not a server runs; close it afterwards.

    Raises:
        Unavailable: the ledger cannot be opened.
        Conflict: a newer version of the bridge has used it.
    """
    try:
        if settings.ledger.url is None:  # the folder is made for this user only: the ledger holds hashes
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = Database(settings.ledger_url)
    except OSError as error:
        raise Unavailable(
            f"the ledger's folder {error.filename} cannot be used ({error.strerror}); see data_dir"
        ) from error
    try:
        migrating.upgrade(database)
        yield Desk(database=database, clock=SystemClock(), settings=settings)
    finally:
        database.close()
