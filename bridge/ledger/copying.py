"""A copy of the ledger while servers go on writing, together with the blobs that it names.

Both are of one moment: the copy is made in the transaction in which the blobs were asked for.
"""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import Connection

from bridge.domain.errors import Unavailable
from bridge.ledger import blobs
from bridge.ledger.database import parse_url

Holding = Callable[[set[str]], set[str]]  # keeps blobs from going; returns those that are gone already


def sqlite_file(url: str) -> Path | None:
    """Return the file of the ledger at *url*; None for a database server's."""
    parsed = parse_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def copy(connection: Connection, *, file: Path | None, hold: Holding, is_last_try: bool) -> set[str]:
    """Have all blobs of the ledger held, and copy it to *file*; return the blobs that are gone.

    A blob is gone whose retention ended, or that its sender took back, between the beginning of this
    transaction and the hold.  Then nothing is copied, for a newer look will not name it any more; with
    *is_last_try* it is copied all the same.

    Args:
        connection: an open transaction that has not read anything yet.
        file: where to; it must not exist.  None copies nothing: the database's own tools do.
        hold: keeps the blobs.
        is_last_try: do not give up.

    Raises:
        Unavailable: the copy cannot be written.
    """
    gone = hold(blobs.needed(connection))
    if file is not None and (is_last_try or not gone):
        _copy_sqlite(connection, file)
    return gone


def _copy_sqlite(connection: Connection, file: Path) -> None:
    from pysqlite3 import dbapi2

    try:
        target = dbapi2.connect(str(file), isolation_level=None)
        try:
            # All pages in one step: it reads in the transaction that is open, whatever is written meanwhile.
            connection.connection.driver_connection.backup(target, pages=-1)  # type: ignore[union-attr]
            target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        finally:
            target.close()
    except dbapi2.Error as error:
        raise Unavailable(f"the copy of the ledger, {file}: {error}") from error
