"""Secrets at rest: sealed with a key that lives in ``keys/``, never in the ledger."""

import hashlib
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bridge.domain.errors import Unavailable
from bridge.runtime import key_files

KEY_FILE = "secrets.key"


class Sealer:
    """Seals and opens short secrets; the first line of the key file seals, every line opens."""

    def __init__(self, keys: list[bytes]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    @classmethod
    def from_folder(cls, folder: Path) -> "Sealer":
        """Return the sealer whose key is in *folder*; make the folder (0700) and the key (0600) if missing.

        Raises:
            Unavailable: the key file cannot be read, or holds something else.
        """
        path = folder / KEY_FILE
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                key_files.make_once(path, Fernet.generate_key() + b"\n")
            lines = [line for line in path.read_bytes().split() if line]
        except OSError as error:
            raise Unavailable(f"secrets key {path}: {error.strerror}") from error
        try:
            return cls(lines)
        except ValueError as error:
            raise Unavailable(f"secrets key {path}: not a key; restore it from the backup") from error

    def seal(self, secret: str) -> str:
        """Return *secret* sealed, as printable text."""
        return self._fernet.encrypt(secret.encode()).decode("ascii")

    def mark(self, sealed: str) -> str:
        """Return a few characters that equal secrets share: seals of the same one differ each time.

        Tokens are 160 random bits: nobody finds one from 32 bits of its hash.
        """
        try:
            return hashlib.sha256(self.open(sealed).encode()).hexdigest()[:8]
        except Unavailable:
            return "unreadable"

    def open(self, sealed: str) -> str:
        """Return the secret in *sealed*.

        Raises:
            Unavailable: it was sealed with a key that is not here.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise Unavailable(
                "a stored secret was sealed with another key; restore keys/secrets.key"
            ) from error
