"""The HTTP client against a faulty peer: what is known after each kind of fault."""

import asyncio
import hashlib
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.config.settings import DestinationSettings
from bridge.delivery.body import Body, BodyFailure
from bridge.delivery.excerpt import EXCERPT_BYTES
from bridge.delivery.sender import Sender
from bridge.delivery.targets.payt import HEADERS, Submission
from bridge.domain.outcomes import Answer, NoAnswer
from tests.delivery.peer import answer, answering, peer
from tests.support.certificates import certificate_for

SUBMISSION = Submission(
    path="/import/files/csv",
    headers=HEADERS,
    filename="a.csv",
    is_compressed_here=False,
    fields={"administration_code": "100"},
)


@dataclass
class Sent:
    """What came of a request."""

    event: Answer | NoAnswer
    starts: int


async def send(
    folder: Path,
    port: int,
    *,
    size: int = 10,
    secrets: tuple[str, ...] = (),
    scheme: str = "http",
    **changes: Any,
) -> Sent:
    """Send a file of *size* bytes to a peer."""
    content = bytes(size)
    path = folder / "blob"
    path.write_bytes(content)
    starts: list[int] = []
    settings = DestinationSettings(**{"base_url": f"{scheme}://127.0.0.1:{port}", **changes})
    digest = hashlib.sha256(content).hexdigest()
    async with (
        Sender(settings) as sender,
        Body(path, size=size, sha256=digest, filename="a.csv", fields=SUBMISSION.fields) as body,
    ):
        event = await sender.send(
            SUBMISSION, body, is_resendable=True, secrets=secrets, on_sent=lambda: starts.append(1)
        )
    return Sent(event, len(starts))


def is_unsent(sent: Sent) -> bool:
    """Return what is known of a request without an answer."""
    assert isinstance(sent.event, NoAnswer)
    return sent.event.is_unsent


async def test_the_request_has_exactly_the_headers_of_the_contract(tmp_path: Path) -> None:
    async with peer(answering(answer("201 Created"))) as seen:
        sent = await send(tmp_path, seen.port)

    lines = dict(line.split(": ", 1) for line in seen.heads[0].decode().split("\r\n")[1:] if line)
    assert isinstance(sent.event, Answer)
    assert lines.pop("Content-Length").isdigit()
    assert lines == {
        "Host": f"127.0.0.1:{seen.port}",
        "Accept-Charset": "UTF-8",
        "Accept": "application/json",
        "Content-Type": "application/json",
        "User-Agent": "sftp-bridge",
    }
    assert sent.starts == 1


async def test_a_refused_connection_is_certainly_not_sent(tmp_path: Path) -> None:
    async with peer(answering(b"")) as seen:
        port = seen.port

    sent = await send(tmp_path, port)

    assert is_unsent(sent)
    assert sent.starts == 0


async def test_a_name_that_does_not_resolve_is_certainly_not_sent(tmp_path: Path) -> None:
    sent = await send(tmp_path, 1, base_url="https://no-such-host.invalid")

    assert is_unsent(sent)


async def test_a_certificate_that_nobody_signed_is_certainly_not_sent(tmp_path: Path) -> None:
    async with peer(answering(answer("200 OK")), tls=certificate_for(tmp_path).server) as seen:
        sent = await send(tmp_path, seen.port, scheme="https")

    assert is_unsent(sent)
    assert seen.heads == []


async def test_a_certificate_of_the_extra_authority_is_trusted(tmp_path: Path) -> None:
    made = certificate_for(tmp_path)
    async with peer(answering(answer("200 OK")), tls=made.server) as seen:
        sent = await send(tmp_path, seen.port, scheme="https", ca_file=made.file)

    assert sent.event == Answer(status=200)


async def test_tls_below_1_2_is_refused() -> None:
    settings = DestinationSettings(base_url="https://127.0.0.1:1")

    assert Sender(settings)._tls.minimum_version is ssl.TLSVersion.TLSv1_2
    assert Sender(settings)._tls.verify_mode is ssl.CERT_REQUIRED


async def test_a_reset_before_the_body_was_read_is_ambiguous_for_a_small_file(tmp_path: Path) -> None:
    async def reset(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.head()
        writer.transport.abort()

    async with peer(reset) as seen:
        sent = await send(tmp_path, seen.port)

    assert not is_unsent(sent)
    assert seen.connections == 1


async def test_a_reset_in_the_middle_of_a_large_body_proves_that_it_did_not_arrive(tmp_path: Path) -> None:
    async def reset(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.head()
        writer.transport.abort()

    async with peer(reset) as seen:
        sent = await send(tmp_path, seen.port, size=50_000_000)

    assert is_unsent(sent)
    assert sent.starts == 1


async def test_a_reset_after_the_body_is_ambiguous_and_not_repeated(tmp_path: Path) -> None:
    async def reset(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.request()
        writer.transport.abort()

    async with peer(reset) as seen:
        sent = await send(tmp_path, seen.port)

    assert not is_unsent(sent)
    assert seen.connections == 1


async def test_a_peer_that_hangs_ends_with_the_total_timeout(tmp_path: Path) -> None:
    async def hang(reader: Any, _writer: asyncio.StreamWriter) -> None:
        await reader.request()
        await asyncio.sleep(60)

    async with peer(hang) as seen:
        sent = await send(tmp_path, seen.port, timeout_seconds=0.3)

    assert not is_unsent(sent)
    assert "timeout after 0.3 s" in sent.event.what  # type: ignore[union-attr]


async def test_headers_that_drip_do_not_renew_the_timeout(tmp_path: Path) -> None:
    async def drip(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.request()
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-Slow: 1\r\n")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with peer(drip) as seen:
        async with asyncio.timeout(5):
            sent = await send(tmp_path, seen.port, timeout_seconds=0.4)

    assert not is_unsent(sent)


async def test_interim_answers_without_end_do_not_renew_the_timeout(tmp_path: Path) -> None:
    async def flood(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.request()
        while True:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 10)
            await writer.drain()
            await asyncio.sleep(0.01)

    async with peer(flood) as seen:
        async with asyncio.timeout(5):
            sent = await send(tmp_path, seen.port, timeout_seconds=0.4)

    assert not is_unsent(sent)


@pytest.mark.parametrize(
    "raw", [b"nonsense\r\n\r\n", b"HTTP/1.1 abc OK\r\n\r\n", b"\x00" * 100, b"SSH-2.0-x\r\n"]
)
async def test_a_garbage_answer_is_ambiguous_and_no_made_up_status(tmp_path: Path, raw: bytes) -> None:
    async with peer(answering(raw)) as seen:
        sent = await send(tmp_path, seen.port)

    assert not is_unsent(sent)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_a_redirect_is_an_answer_and_is_not_followed(tmp_path: Path, status: str) -> None:
    async with peer(answering(answer("200 OK"))) as elsewhere:
        location = f"Location: http://127.0.0.1:{elsewhere.port}/"
        async with peer(answering(answer(status, location))) as seen:
            sent = await send(tmp_path, seen.port)

    assert isinstance(sent.event, Answer)
    assert sent.event.status == int(status[:3])
    assert elsewhere.connections == 0
    assert seen.connections == 1


async def test_200_with_html_is_an_answer(tmp_path: Path) -> None:
    async with peer(answering(answer("200 OK", "Content-Type: text/html", body=b"<html>hi"))) as seen:
        sent = await send(tmp_path, seen.port)

    assert sent.event == Answer(status=200, excerpt="<html>hi")


async def test_an_early_413_ends_the_upload_of_a_large_file(tmp_path: Path) -> None:
    async def refuse(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.head()
        writer.write(answer("413 Too Large", body=b"too large"))
        await writer.drain()
        await asyncio.sleep(60)

    async with peer(refuse) as seen:
        async with asyncio.timeout(5):
            sent = await send(tmp_path, seen.port, size=80_000_000)

    assert sent.event == Answer(status=413, excerpt="too large", is_early=True)


async def test_a_2xx_before_the_file_was_sent_whole_is_no_delivery(tmp_path: Path) -> None:
    async def hasty(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.head()
        writer.write(answer("200 OK"))
        await writer.drain()
        await asyncio.sleep(60)

    async with peer(hasty) as seen:
        sent = await send(tmp_path, seen.port, size=80_000_000)

    assert is_unsent(sent)


async def test_a_gzip_bomb_is_neither_asked_for_nor_unpacked(tmp_path: Path) -> None:
    bomb = b"\x1f\x8b" + bytes(5_000_000)
    async with peer(answering(answer("200 OK", "Content-Encoding: gzip", body=bomb))) as seen:
        sent = await send(tmp_path, seen.port)

    assert isinstance(sent.event, Answer)
    assert len(sent.event.excerpt.encode()) <= EXCERPT_BYTES
    assert b"accept-encoding" not in seen.heads[0].lower()


async def test_an_answer_without_end_is_read_up_to_the_cap(tmp_path: Path) -> None:
    async def endless(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.request()
        writer.write(b"HTTP/1.1 500 Oh\r\n\r\n")
        while True:
            writer.write(b"no " * 10_000)
            await writer.drain()

    async with peer(endless) as seen:
        async with asyncio.timeout(5):
            sent = await send(tmp_path, seen.port)

    assert isinstance(sent.event, Answer)
    assert sent.event.status == 500


@pytest.mark.parametrize("status", [201, 422])
async def test_the_status_line_decides_though_the_rest_of_the_answer_breaks(
    tmp_path: Path, status: int
) -> None:
    raw = f"HTTP/1.1 {status} X\r\nContent-Length: 100\r\n\r\nshort".encode()
    async with peer(answering(raw)) as seen:
        sent = await send(tmp_path, seen.port)

    assert sent.event == Answer(status=status, excerpt="short")


@pytest.mark.parametrize(
    "text", [None, "0", "2", "3600", "-1e999", "Sat, 21 Nov 2026 12:00:09 GMT", "9" * 1_000_000]
)
async def test_a_429_stays_a_429_with_every_retry_after(tmp_path: Path, text: str | None) -> None:
    headers = [] if text is None else [f"Retry-After: {text}"]
    async with peer(answering(answer("429 Slow", *headers))) as seen:
        sent = await send(tmp_path, seen.port)

    assert sent.event == Answer(status=429, retry_after=text)


async def test_an_excerpt_is_printable_short_and_without_secrets(tmp_path: Path) -> None:
    body = b"bad token s3cret-\xff\x1b[31m\r\n" + "é".encode() * 5000
    async with peer(answering(answer("422 No", body=body))) as seen:
        sent = await send(tmp_path, seen.port, secrets=("s3cret",))

    assert isinstance(sent.event, Answer)
    assert "s3cret" not in sent.event.excerpt
    assert "***" in sent.event.excerpt
    assert sent.event.excerpt.isprintable()
    assert len(sent.event.excerpt.encode()) <= EXCERPT_BYTES


async def test_cookies_are_neither_kept_nor_sent(tmp_path: Path) -> None:
    async def twice(reader: Any, writer: asyncio.StreamWriter) -> None:
        while True:
            await reader.request()
            writer.write(answer("200 OK", "Set-Cookie: a=b"))

    path = tmp_path / "blob"
    path.write_bytes(b"x")
    async with (
        peer(twice) as seen,
        Sender(DestinationSettings(base_url=f"http://127.0.0.1:{seen.port}")) as sender,
    ):
        for is_resendable in (True, True, False, False):
            digest = hashlib.sha256(b"x").hexdigest()
            async with Body(path, size=1, sha256=digest, filename="a", fields={}) as body:
                await sender.send(
                    SUBMISSION, body, is_resendable=is_resendable, secrets=(), on_sent=lambda: None
                )

    assert all(b"cookie" not in head.lower() for head in seen.heads)
    assert seen.connections == 3  # the resendable share one, the others have one each


async def test_a_file_that_turns_out_damaged_half_way_never_becomes_a_whole_request(tmp_path: Path) -> None:
    received: list[int] = []

    async def swallow(reader: Any, _writer: asyncio.StreamWriter) -> None:
        head = await reader.head()
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        body = b""
        while piece := await reader._reader.read(2**20):
            body += piece
        received.append(length - len(body))

    content = bytes(5_000_000)
    path = tmp_path / "blob"
    path.write_bytes(content)
    async with (
        peer(swallow) as seen,
        Sender(DestinationSettings(base_url=f"http://127.0.0.1:{seen.port}")) as sender,
    ):
        async with Body(path, size=len(content), sha256="0" * 64, filename="a", fields={}) as body:
            event = await sender.send(SUBMISSION, body, is_resendable=True, secrets=(), on_sent=lambda: None)
            failure = body.failure
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            while not received:  # noqa: ASYNC110  the peer sees the end a moment later
                await asyncio.sleep(0.01)

    assert isinstance(event, NoAnswer)
    assert isinstance(failure, BodyFailure)
    assert received[0] > 0
