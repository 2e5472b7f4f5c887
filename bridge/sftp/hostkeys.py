"""The server's own keys: made at the first start, kept in ``keys/``."""

from pathlib import Path

import asyncssh

from bridge.domain.errors import Unavailable
from bridge.runtime import key_files

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
                made = asyncssh.generate_private_key(algorithm, comment="sftp-bridge", **options)
                key_files.make_once(path, made.export_private_key())
                # Of the one that is there: another server of this folder may have been first.
                path.with_suffix(".pub").write_bytes(asyncssh.read_private_key(path).export_public_key())
            keys.append(asyncssh.read_private_key(path))
    except (OSError, asyncssh.KeyImportError) as error:
        raise Unavailable(f"host keys in {folder}: {error}") from error
    return keys
