"""Certificates: until when the one of a server is good, and those of a file."""

import asyncio
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaken:
    """What a TLS handshake told."""

    version: str
    ends_at: datetime  # of the server's certificate


async def shake(host: str, port: int, *, ca_file: Path | None, seconds: float) -> Shaken:
    """Return what a handshake with *host* tells; nothing is sent inside it.

    Args:
        host: its name or address; the certificate must be for it.
        port: where it listens.
        ca_file: PEM; trusted in addition to the system's.
        seconds: until it must be done.

    Raises:
        ssl.SSLCertVerificationError: the certificate is not trusted, or has ended.
        OSError: it does not answer, or not in TLS.
    """
    async with asyncio.timeout(seconds):
        _, writer = await asyncio.open_connection(host, port, ssl=tls_context(ca_file), server_hostname=host)
    try:
        secured = writer.get_extra_info("ssl_object")
        return _told(secured.getpeercert(), secured.version())
    finally:
        writer.transport.abort()  # there is nothing to wait for


def shake_over(connection: socket.socket, host: str, *, ca_file: Path | None) -> Shaken:
    """Do as `shake` does over a *connection* that is there, in the calling thread."""
    with tls_context(ca_file).wrap_socket(connection, server_hostname=host) as secured:
        return _told(secured.getpeercert(), secured.version())


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return how to speak TLS 1.2 or later, with *ca_file* (PEM) trusted in addition to the system's.

    Loading what the system trusts takes some 20 ms.

    Raises:
        OSError: the file cannot be read, or is no PEM.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context


def _told(certificate: Mapping[str, object] | None, version: str | None) -> Shaken:
    ends = ssl.cert_time_to_seconds(str((certificate or {})["notAfter"]))
    return Shaken(version=version or "TLS", ends_at=datetime.fromtimestamp(ends, UTC))


def ends_of(file: Path) -> Sequence[datetime]:
    """Return when each certificate of a PEM *file* ends, the first first; ValueError: there is none."""
    from cryptography import x509  # 100 ms to load, and only this needs it

    return sorted(one.not_valid_after_utc for one in x509.load_pem_x509_certificates(file.read_bytes()))
