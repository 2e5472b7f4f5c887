"""What a killed process left in the folders of the spool: found and removed while a new one already writes.

A file that came since has the new process's mark in its name and is left alone.  Whether the ledger has it
would be the wrong question: an upload's row is written after its file.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from bridge.spool import disk

AT_ONCE = 100_000  # names; 15 MB of memory, and the ledger is walked once for all of them


def sweep(
    *,
    drafts: Path,
    blobs: Path,
    mark: str,
    unneeded: Callable[[set[str]], set[str]],
    is_over: Callable[[], bool],
) -> int:
    """Remove drafts, and blobs that nobody needs; return how many.

    Args:
        drafts: the folder of what was still coming.
        blobs: the folder of what is complete.
        mark: how the names of what came since begin.
        unneeded: says which of some blobs nobody needs; not asked where there are none.
        is_over: True leaves the rest to the next start.

    Raises:
        Unavailable: the disk does not work.
    """
    count = 0
    try:
        for names in _left_in(drafts, mark):
            disk.unlink(drafts / name for name in names)
            count += len(names)
        for names in _left_in(blobs, mark):
            if is_over():
                break
            gone = unneeded(names)
            disk.unlink(blobs / name for name in gone)
            count += len(gone)
    except OSError as error:
        raise disk.as_deliberate(error) from error
    return count


def _left_in(folder: Path, mark: str) -> Iterator[set[str]]:
    names: set[str] = set()
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(mark):
                continue
            names.add(entry.name)
            if len(names) >= AT_ONCE:
                yield names
                names = set()
    if names:
        yield names
