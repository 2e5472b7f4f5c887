"""A destination that sends back all that it got: nothing of it stays in the ledger, a log or a message."""

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.ledger.database import Database
from bridge.ledger.schema import metadata
from tests.delivery.conftest import TOKEN, Warehouse, running, until
from tests.delivery.peer import answer, peer

KEY = "Bearer k3y/of-the_header"
DATA = (
    b"administration_code;debtor_company_name;debtor_email\r\n100;Janssen en Zonen;info@janssen.example\r\n"
)
DECLARATION = b"0117604230P1234567890 JANSSEN       19560214M\r\n"

Echo = Callable[[bytes, bytes], bytes]


def content_of(body: bytes) -> bytes:
    """The file in a request."""
    return base64.b64decode(json.loads(body)["file"]["base64_data"])


ECHOES: dict[str, Echo] = {
    "the request as it came": lambda head, body: head + body,
    "as a text in JSON": lambda head, body: json.dumps({"got": (head + body).decode()}).encode(),
    "with slashes escaped": lambda _head, body: body.replace(b"/", b"\\/"),
    "the fields in a sentence": lambda _head, body: f"cannot take {json.loads(body)}".encode(),
    "the file as text": lambda _head, body: b"line 1: " + content_of(body),
    "the file in JSON": lambda _head, body: json.dumps({"file": content_of(body).decode()}).encode(),
    "the file as a page": lambda _head, body: (
        b"<pre>" + content_of(body).replace(b"\r\n", b"<br>") + b"</pre>"
    ),
}


@pytest.mark.parametrize("status", [200, 401, 404, 422, 429, 500])
@pytest.mark.parametrize("kind", [Kind.DATA, Kind.DECLARATION])
@pytest.mark.parametrize("name", list(ECHOES))
async def test_nothing_of_the_request_stays(warehouse: Warehouse, name: str, kind: Kind, status: int) -> None:
    async def behave(reader: Any, writer: asyncio.StreamWriter) -> None:
        body = await reader.request()
        head = seen.heads[-1]
        writer.write(answer(f"{status} X", body=b"no: " + ECHOES[name](head, body)))
        await writer.drain()

    content = DATA if kind is Kind.DATA else DECLARATION
    warehouse.administration("100", token=TOKEN)
    number = warehouse.add("a.csv", content, kind=kind)
    with capture_logs() as logs:
        async with (
            peer(behave) as seen,
            running(
                warehouse.dispatcher(
                    f"http://127.0.0.1:{seen.port}",
                    extra_headers={"Authorization": SecretStr(KEY)},
                    token_kinds=frozenset(Kind),
                )
            ),
        ):
            await until(lambda: bool((found := warehouse.attempts(number)) and found[-1].outcome))

    [sent] = seen.bodies
    assert TOKEN.encode() in sent  # it really went out, or nothing would be proved
    assert KEY.encode() in seen.heads[0]
    [attempt] = warehouse.attempts(number)
    assert attempt.status == status
    assert (attempt.detail or "").startswith("no: ")
    assert (warehouse.delivery(number).state is DeliveryState.DELIVERED) == (status == 200)
    kept = text_of(warehouse.database) + repr(logs)
    for secret in (TOKEN[:8], "k3y/of", "k3y\\/of", *needles(content)):
        assert secret not in kept


def needles(content: bytes) -> list[str]:
    """What nobody may find."""
    coded = base64.b64encode(content).decode()
    words = (
        ["Janssen en Zonen", "janssen.example"] if content is DATA else ["JANSSEN", "1234567890", "19560214"]
    )
    return [*words, coded[:12], coded[20:40], coded[-12:]]


def text_of(database: Database) -> str:
    """All that the ledger holds."""
    with database.engine.connect() as connection:
        return repr([list(connection.execute(table.select())) for table in metadata.sorted_tables])


async def test_markup_and_escape_sequences_are_kept_as_harmless_text(warehouse: Warehouse) -> None:
    number = warehouse.add("a.pdf", b"x", kind=Kind.INVOICE_PDF)
    raw = b"\x1b]0;owned\x07<script>alert(1)</script> [bold]x[/bold]\x9b2J \xe2\x80\xaegpj.exe\r\n{}"

    async def behave(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.request()
        writer.write(answer("422 No", body=raw))
        await writer.drain()

    async with peer(behave) as seen, running(warehouse.dispatcher(f"http://127.0.0.1:{seen.port}")):
        await until(lambda: bool((found := warehouse.attempts(number)) and found[-1].outcome))

    [attempt] = warehouse.attempts(number)
    assert attempt.detail == (
        "\\u001b]0;owned\\u0007<script>alert(1)</script> [bold]x[/bold]\ufffd2J \\u202egpj.exe {}"
    )
