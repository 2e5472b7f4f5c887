"""Watches what is around the ledger: room on the disk, and certificates on the way to the destination."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bridge.config.settings import DestinationSettings
from bridge.domain.alarms import AlarmKind
from bridge.domain.steadiness import DISK_SURPLUS
from bridge.runtime.certificates import ends_of, shake
from bridge.upkeep.conditions import Conditions

CERTIFICATES_EVERY = timedelta(hours=6)
CONNECT_SECONDS = 10.0


class DiskWatch:
    """Says when the disk of this node's spool gets full; other nodes have disks of their own."""

    def __init__(
        self,
        *,
        free_bytes: Callable[[], int],
        folder: Path,
        node: str,
        low_bytes: int,
        conditions: Conditions,
    ) -> None:
        self._free_bytes = free_bytes
        self._folder = folder
        # The host, which people know, and the node, which stays when a container gets another host name.
        self._mark = f".{node[:6]}"
        self._subject = f"disk:{socket.gethostname()}{self._mark}"
        self._low_bytes = low_bytes
        self._conditions = conditions

    async def look(self) -> None:
        """Look once; what is low must become a good deal less low before it is well."""
        free = await asyncio.to_thread(self._free_bytes)
        is_open = self._subject in await self._conditions.opened(AlarmKind.DISK_LOW)
        seen = {}
        if free < self._low_bytes * (DISK_SURPLUS if is_open else 1.0):
            detail = f"{free / 10**6:.0f} MB free in {self._folder}"
            seen = {self._subject: detail}
        await self._conditions.settle(
            AlarmKind.DISK_LOW, seen, is_ours=lambda alarm: alarm.subject.endswith(self._mark)
        )


class CertificateWatch:
    """Says when the destination's certificate ends, or one of those that are trusted for it."""

    def __init__(self, *, settings: DestinationSettings, expiry: timedelta, conditions: Conditions) -> None:
        self._settings = settings
        self._expiry = expiry
        self._conditions = conditions
        self._looked_at: datetime | None = None

    async def look(self, now: datetime) -> None:
        """Look once in six hours, and at the first look."""
        if self._looked_at is not None and timedelta() <= now - self._looked_at < CERTIFICATES_EVERY:
            return
        self._looked_at = now
        parts = urlsplit(self._settings.base_url)
        if parts.scheme == "https":
            host, port = parts.hostname or "", parts.port or 443
            try:
                found = await self._of_server(host, port, now)
            except OSError:  # it does not answer: delivery says so, and of its certificate nothing is known
                return
            await self._settle(f"certificate:{host}", found)
        if self._settings.ca_file is not None:
            await self._settle("certificate:destination.ca_file", await asyncio.to_thread(self._of_file, now))

    async def _settle(self, subject: str, found: str | None) -> None:
        await self._conditions.settle(
            AlarmKind.CERTIFICATE_EXPIRING,
            {} if found is None else {subject: found},
            is_ours=lambda alarm: alarm.subject == subject,
        )

    async def _of_server(self, host: str, port: int, now: datetime) -> str | None:
        try:
            shaken = await shake(host, port, ca_file=self._settings.ca_file, seconds=CONNECT_SECONDS)
        except ssl.SSLCertVerificationError as error:
            return f"{host} port {port}: not trusted: {error.verify_message}"
        return self._soon(f"{host} port {port}", shaken.ends_at, now)

    def _of_file(self, now: datetime) -> str | None:
        file = self._settings.ca_file
        try:
            first = ends_of(file)[0] if file is not None else None
        except (OSError, ValueError, IndexError):
            return f"{file} cannot be read as PEM"
        return None if first is None else self._soon(str(file), first, now)

    def _soon(self, what: str, ends_at: datetime, now: datetime) -> str | None:
        if ends_at - now > self._expiry:
            return None
        return f"{what}: {'ended' if ends_at <= now else 'ends'} {ends_at:%Y-%m-%d %H:%M} UTC"
