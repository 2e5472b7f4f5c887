"""A webhook is one signed POST: no redirect is followed, no proxy asked, and a failure says why."""

import asyncio
from pathlib import Path

import pytest

from bridge.courier import webhook
from bridge.domain.errors import Unavailable
from bridge.domain.signatures import is_right
from tests.support.certificates import certificate_for
from tests.support.receiver import receiver

SECRET, AT = "a secret of some length", 1_800_000_000


async def test_it_is_posted_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")  # nobody is asked but the receiver
    async with receiver() as found:
        answer = await webhook.post(found.url, b'{"id": 1}', secret=SECRET, at=AT)

    [(body, headers)] = found.got
    assert answer == "answered 204"
    assert body == b'{"id": 1}'
    assert headers["Content-Type"] == "application/json"
    assert is_right(SECRET, body, headers["Bridge-Signature"], now=AT)


@pytest.mark.parametrize(
    ("status", "says"), [(500, "answered 500"), (404, "answered 404"), (307, "redirects are not followed")]
)
async def test_what_is_not_taken_is_said(status: int, says: str) -> None:
    async with receiver() as found:
        found.status, found.headers = status, {"Location": "/elsewhere"}

        with pytest.raises(Unavailable, match=says):
            await webhook.post(found.url, b"{}", secret=SECRET, at=AT)

    assert len(found.got) == 1


async def test_who_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unavailable, match="could not connect"):
        await webhook.post("http://127.0.0.1:1/x", b"{}", secret=SECRET, at=AT)

    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", 0.05)
    ended = asyncio.Event()

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ended.wait()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unavailable, match=r"no answer within 0\.05 s"):
            await webhook.post(f"http://127.0.0.1:{port}/x", b"{}", secret=SECRET, at=AT)
        ended.set()


async def test_a_certificate_must_be_trusted(tmp_path: Path) -> None:
    server = await asyncio.start_server(
        lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=certificate_for(tmp_path).server
    )
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unavailable, match="certificate is not trusted"):
            await webhook.post(f"https://127.0.0.1:{port}/x", b"{}", secret=SECRET, at=AT)
