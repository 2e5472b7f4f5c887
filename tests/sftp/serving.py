"""The door as a process of its own, to be traced and hurt: ``python -m tests.sftp.serving FOLDER``."""

import asyncio
import sys
from pathlib import Path

from bridge.ledger.database import Database
from tests.sftp.house import Door, opened


async def main(folder: Path) -> None:
    """Serve the ledger and spool of *folder*; print the port, and stop when standard input ends."""
    database = Database(f"sqlite:///{folder / 'ledger.db'}")
    async with opened(Door(database, folder)) as door:
        print(f"port {door.port}", flush=True)  # noqa: T201  its parent waits for this
        await asyncio.to_thread(sys.stdin.read)
    database.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
