"""The sandbox over real sockets, with a client that is not the bridge's."""

import asyncio
import base64
import http.client
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.sandbox import Received, Sandbox, ScriptedAnswer
from bridge.sandbox.contract import HEADERS


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """A sandbox that records, without a rate limit."""
    server = Sandbox(rate_limit=0, record=tmp_path / "record")
    await server.start()
    yield server
    await server.stop()


def _post(port: int, content: bytes, name: str, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
    data = base64.b64encode(content).decode()
    body = json.dumps({"file": {"filename": name, "base64_data": data}, "administration_code": "100"})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", "/import/files/csv", body, {**HEADERS, **headers})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


async def post(
    sandbox: Sandbox, content: bytes = b"x", name: str = "a.csv", **headers: str
) -> tuple[int, dict[str, str], str]:
    """Post a file in a thread."""
    return await asyncio.to_thread(_post, sandbox.port, content, name, headers)


async def test_an_accepted_file_is_recorded_under_a_name_of_its_own(sandbox: Sandbox, tmp_path: Path) -> None:
    status, _, _ = await post(sandbox, b"content", "..\\evil name.csv", authorization="Bearer s3cret")

    [received] = sandbox.received
    [line] = (tmp_path / "record" / "requests.jsonl").read_text().splitlines()
    assert status == 201
    assert received.stored is not None
    assert (tmp_path / "record" / received.stored).read_bytes() == b"content"
    assert json.loads(line)["filename"] == "..\\evil name.csv"
    assert "s3cret" not in line


async def test_a_refusal_says_why_and_is_remembered(sandbox: Sandbox) -> None:
    status, _, text = await post(sandbox, name="a.pdf")

    assert status == 422
    assert "csv takes" in json.loads(text)["error"]
    assert [(one.status, one.is_accepted) for one in sandbox.received] == [(422, False)]


async def test_a_large_body_is_taken(sandbox: Sandbox) -> None:
    status, _, _ = await post(sandbox, bytes(20_000_000))

    assert status == 201
    assert sandbox.received[0].size == 20_000_000


async def test_the_fourth_in_a_second_is_answered_429() -> None:
    seen: list[Received] = []
    sandbox = Sandbox(retry_after="2", on_received=seen.append)
    await sandbox.start()

    answers = [await post(sandbox) for _ in range(4)]
    await sandbox.stop()

    assert [status for status, _, _ in answers] == [201, 201, 201, 429]
    assert answers[3][1]["Retry-After"] == "2"
    assert seen == sandbox.received


async def test_a_script_goes_before_the_contract(sandbox: Sandbox) -> None:
    sandbox.script(
        ScriptedAnswer(status=503, headers={"X-Why": "test"}, body="later"), ScriptedAnswer(status=0)
    )

    status, headers, text = await post(sandbox)
    with pytest.raises(http.client.RemoteDisconnected):
        await post(sandbox)
    after, _, _ = await post(sandbox)

    assert (status, headers["X-Why"], text, after) == (503, "test", "later", 201)
    assert [one.status for one in sandbox.received] == [503, 0, 201]
