"""Is everything that the bridge needs in place?  Looks only: nothing is made, migrated or sent."""

import os
import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from bridge.config import Settings
from bridge.domain.errors import BridgeError, Unavailable
from bridge.ledger import migrating
from bridge.ledger.database import Database
from bridge.runtime.certificates import shake_over
from bridge.runtime.sealing import KEY_FILE, Sealer

CONNECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one look found."""

    part: str
    is_good: bool
    text: str  # what is so, or what is wrong and what to do


def run(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Yield a finding for each part, as soon as it is known."""
    yield Finding(part="configuration", is_good=True, text="every setting can be used")
    looks: list[tuple[str, Callable[[], str]]] = [
        ("ledger", lambda: _ledger(settings)),
        ("spool", lambda: _spool(settings)),
        ("keys", lambda: _keys(settings)),
        ("destination", lambda: _destination(settings, now)),
    ]
    for part, look in looks:
        try:
            yield Finding(part=part, is_good=True, text=look())
        except BridgeError as error:
            yield Finding(part=part, is_good=False, text=str(error))


def _ledger(settings: Settings) -> str:
    file = _sqlite_file(settings)
    if file is not None and not file.exists():
        _check_folder(file.parent)
        return f"{file} is not there yet; the first start makes it"
    try:
        database = Database(settings.ledger_url)
    except OSError as error:
        raise Unavailable(f"{error.filename}: {error.strerror}") from error
    try:
        is_current = migrating.is_current(database)
    finally:
        database.close()
    where = str(file) if file is not None else "PostgreSQL"
    return f"{where} opens; " + ("migrated" if is_current else "the next start brings its tables up to date")


def _sqlite_file(settings: Settings) -> Path | None:
    if settings.ledger.url is None:
        return (settings.data_dir / "ledger.db").absolute()
    parts = urlsplit(settings.ledger_url)
    return Path(parts.path.removeprefix("/")) if parts.scheme.startswith("sqlite") else None


def _spool(settings: Settings) -> str:
    folder = settings.spool_folder.absolute()
    there = _check_folder(folder)
    try:
        free = shutil.disk_usage(there).free
    except OSError as error:
        raise Unavailable(f"{there}: {error.strerror}") from error
    if free < settings.sftp.min_free_bytes:
        raise Unavailable(
            f"{folder} has {free // 10**6} MB free, less than sftp.min_free_bytes "
            f"({settings.sftp.min_free_bytes // 10**6} MB): uploads would be refused; make room"
        )
    made = "" if folder.exists() else "; the first start makes it"
    return f"{folder} can be written, {free / 10**9:.1f} GB free{made}"


def _check_folder(folder: Path) -> Path:
    """Return *folder*, or the nearest above it that exists; raise `Unavailable` unless it can be written."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir():
        raise Unavailable(f"{there} is no folder; {folder} cannot be made in it")
    if not os.access(there, os.W_OK | os.X_OK):
        raise Unavailable(
            f"{there} cannot be written by this user; change its owner, or run as the service's"
        )
    return there


def _keys(settings: Settings) -> str:
    folder = settings.keys_dir.absolute()
    if not folder.exists():
        _check_folder(folder)
        return f"{folder} is not there yet; the first start makes it"
    try:
        if folder.stat().st_mode & 0o077:
            raise Unavailable(f"{folder} is open to other users; run: chmod 700 {folder}")
        names = sorted(path.name for path in folder.glob("ssh_host_*_key"))
        if not (folder / KEY_FILE).exists():
            return f"{folder} has no {KEY_FILE} yet; the first start makes it"
        for name in [KEY_FILE, *names]:
            _check_key_file(folder / name)
    except OSError as error:
        raise Unavailable(f"{error.filename}: {error.strerror}; run as the service's user") from error
    Sealer.from_folder(folder)
    hosts = f"{len(names)} host keys" if names else "no host keys yet (the first start makes them)"
    return f"{folder} has the sealing key and {hosts}"


def _check_key_file(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise Unavailable(f"{path} is open to other users; run: chmod 600 {path}")
    if not path.read_bytes().strip():
        raise Unavailable(f"{path} is empty; restore it from the backup, or remove it to have a new one made")


def _destination(settings: Settings, now: datetime) -> str:
    parts = urlsplit(settings.destination.base_url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    where = f"{host} port {port}"
    try:
        with socket.create_connection((host, port), timeout=CONNECT_SECONDS) as connection:
            if parts.scheme == "http":
                return f"{where} answers, without TLS (loopback)"
            return f"{where} answers, {_handshake(settings, connection, host, now)}"
    except ssl.SSLCertVerificationError as error:
        raise Unavailable(
            f"{where}: its certificate is not trusted ({error.verify_message}); "
            "for a private authority set destination.ca_file"
        ) from error
    except ssl.SSLError as error:
        raise Unavailable(
            f"{where}: the TLS handshake failed ({error.reason}); is it an https port?"
        ) from error
    except socket.gaierror as error:
        raise Unavailable(f"{host}: no such host is known; check destination.base_url and the DNS") from error
    except OSError as error:
        raise Unavailable(
            f"{where} does not answer ({error.strerror or error}); "
            "check destination.base_url and the firewall"
        ) from error


def _handshake(settings: Settings, connection: socket.socket, host: str, now: datetime) -> str:
    """Return what the handshake said; nothing is sent inside it."""
    shaken = shake_over(connection, host, ca_file=settings.destination.ca_file)
    soon = ", which is soon" if (shaken.ends_at - now).days < settings.alarms.expiry_days else ""
    return f"{shaken.version}, certificate good until {shaken.ends_at:%Y-%m-%d}{soon}"
