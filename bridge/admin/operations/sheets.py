"""Connection sheets: all that a sender needs to log in, for printing; no secret is in them.

A new password stands beside a sheet once, right after it was made; see `credentials`.
"""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.reasons import Language

_DEFAULT_PORT = 22  # which known_hosts leaves out
# Written by the door at its first start, or put there by an operator; the best one first.
_FILES = ("ssh_host_ed25519_key", "ssh_host_ecdsa_key", "ssh_host_rsa_key")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostKey:
    """One of the server's own keys, as clients show it."""

    algorithm: str  # ssh-ed25519, …
    bits: int
    sha256: str  # without its prefix and padding, as OpenSSH shows it
    md5: str  # hexadecimal, as old clients show it
    line: str  # algorithm and key, as in known_hosts

    @property
    def winscp(self) -> str:
        """The fingerprint as WinSCP's scripts take it."""
        return f"{self.algorithm} {self.bits} {self.sha256}="


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a sender needs."""

    account: Account
    host: str | None  # None: not told, see sftp.public_host
    port: int | None  # None: any free one, and so not told
    host_keys: tuple[HostKey, ...]  # empty: the server has not made them yet
    language: Language
    max_file_bytes: int

    @property
    def address(self) -> str:
        """The host as it stands in an address: IPv6 in brackets."""
        host = self.host or "HOST"
        return f"[{host}]" if ":" in host else host

    @property
    def known_hosts(self) -> str | None:
        """The line for OpenSSH's known_hosts, with the best key: every OpenSSH since 2014 takes it."""
        if not self.host_keys:
            return None
        host = self.host or "HOST"
        name = host if self.port == _DEFAULT_PORT else f"[{host}]:{self.port or 'PORT'}"
        return f"{name} {self.host_keys[0].line}"


def sheet(desk: Desk, *, name: str, language: Language | None = None) -> Sheet:
    """Return the sheet of an account, in its language if no other is asked for; raise `NotFound`."""
    account = desk.account(name)
    settings = desk.settings
    return Sheet(
        account=account,
        host=settings.sftp.public_host,
        port=settings.sftp.public_port or settings.sftp.port or None,
        host_keys=tuple(host_keys(settings.keys_dir)),
        language=language or account.language or settings.language,
        max_file_bytes=account.max_file_bytes or settings.sftp.max_file_bytes,
    )


def host_keys(folder: Path) -> list[HostKey]:
    """Return the server's keys in *folder*, those that can be read; the best one first.

    They are told from the private files, which the server shows to clients: a public one may be out of date.
    """
    found = []
    for name in _FILES:
        try:
            found.append(_host_key((folder / name).read_bytes()))
        except (OSError, ValueError):  # not made yet; or what no client will see either
            continue
    return found


def _host_key(private: bytes) -> HostKey:
    from cryptography.hazmat.primitives import serialization  # a listing does not need it
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        key = serialization.load_ssh_private_key(private, password=None)
    except ValueError:
        key = serialization.load_pem_private_key(private, password=None)  # type: ignore[assignment]
    public = key.public_key()
    line = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
    algorithm, _, data = line.partition(" ")
    blob = base64.b64decode(data)
    md5 = hashlib.md5(blob, usedforsecurity=False).hexdigest()
    bits = {"ssh-ed25519": 255}.get(algorithm, 256)
    return HostKey(
        algorithm=algorithm,
        bits=public.key_size if isinstance(public, RSAPublicKey) else bits,
        sha256=base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("="),
        md5=":".join(md5[at : at + 2] for at in range(0, len(md5), 2)),
        line=line,
    )
