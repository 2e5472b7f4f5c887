"""The server's own keys: made at the first start, kept in ``keys/``."""

import os
from pathlib import Path

import asyncssh

from bridge.domain.errors import Unavailable

# Ed25519 for today's clients, ECDSA and RSA for those that know nothing newer.
_KINDS: dict[str, tuple[str, dict[str, int]]] = {
    "ssh_host_ed25519_key": ("ssh-ed25519", {}),
    "ssh_host_ecdsa_key": ("ecdsa-sha2-nistp256", {}),
    "ssh_host_rsa_key": ("ssh-rsa", {"key_size": 3072}),
}


def load(folder: Path) -> list[asyncssh.SSHKey]:
    """Return the host keys of *folder*, making those that are missing; blocking.

    Raises:
        Unavailable: a key can be neither read nor made.
    """
    keys: list[asyncssh.SSHKey] = []
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        for name, (algorithm, options) in _KINDS.items():
            path = folder / name
            if not path.exists():
                _make(path, algorithm, options)
            keys.append(asyncssh.read_private_key(path))
    except (OSError, asyncssh.KeyImportError) as error:
        raise Unavailable(f"host keys in {folder}: {error}") from error
    return keys


def _make(path: Path, algorithm: str, options: dict[str, int]) -> None:
    key = asyncssh.generate_private_key(algorithm, comment="sftp-bridge", **options)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.export_private_key())
        file.flush()
        os.fsync(file.fileno())
    path.with_suffix(".pub").write_bytes(key.export_public_key())
    draft.rename(path)
