"""This node: one server process for each data folder, known by a name that outlives restarts."""

import fcntl
import os
import secrets
from pathlib import Path

from bridge.domain.errors import Conflict, Unavailable


class Node:
    """Holds the data folder's lock while it lives.

    Whoever holds the lock knows that the former process of this name is dead, so it may take over what
    that one had leased at once.
    """

    def __init__(self, data_dir: Path) -> None:
        """Take the lock.

        Raises:
            Conflict: another server works on this folder.
            Unavailable: the folder cannot be used.
        """
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(data_dir / "server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Unavailable(f"data_dir {data_dir}: {error.strerror}") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise Conflict(f"another server works on data_dir {data_dir.absolute()}; stop it first") from None
        self.name = self._read_name(data_dir / "node")

    def close(self) -> None:
        """Give the lock back."""
        os.close(self._lock)

    @staticmethod
    def _read_name(path: Path) -> str:
        try:
            if not path.exists():
                path.write_text(secrets.token_hex(8))
            return path.read_text().strip()
        except OSError as error:
            raise Unavailable(f"{path}: {error.strerror}") from error
