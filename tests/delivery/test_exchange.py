"""One attempt, from a leased delivery to what came back."""

import hashlib

from pydantic import SecretStr

from bridge.config.settings import DestinationSettings
from bridge.delivery.exchange import Exchange
from bridge.delivery.limiter import Limiter
from bridge.delivery.sender import Sender
from bridge.domain.deliveries import Assignment
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Answer, Damaged
from bridge.sandbox import Sandbox, ScriptedAnswer
from tests.delivery.conftest import TOKEN, Warehouse
from tests.support import builders


def claimed(warehouse: Warehouse) -> Assignment:
    """Return the oldest delivery, leased."""
    now = warehouse.clock.now()
    [assignment] = warehouse.database.write_now(builders.claim, now=now, token="t", limit=1)
    return assignment


async def exchange(warehouse: Warehouse, settings: DestinationSettings) -> object:
    """Send the oldest delivery and return what came of it."""
    permit = await Limiter(limit=0, period_seconds=1, margin_seconds=0).acquire(1)
    assert permit is not None
    async with Sender(settings) as sender:
        return await Exchange(
            claimed(warehouse), spool=warehouse.spool, sealer=warehouse.sealer, settings=settings
        ).run(sender, permit)


async def test_an_answer_that_repeats_token_and_headers_is_kept_without_them(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    warehouse.administration("100", token=TOKEN)
    warehouse.add("1.csv", b"x")
    sandbox.script(ScriptedAnswer(status=422, body=f"wrong token {TOKEN} or bearer k3y-abc"))
    settings = DestinationSettings(
        base_url=sandbox.url, extra_headers={"Authorization": SecretStr("Bearer k3y-abc")}
    )

    event = await exchange(warehouse, settings)

    assert event == Answer(status=422, excerpt="wrong token *** or bearer ***")


async def test_the_token_goes_with_the_kinds_that_the_settings_name(
    warehouse: Warehouse, sandbox: Sandbox
) -> None:
    warehouse.administration("100", token=TOKEN)
    warehouse.add("1.pdf", b"x", kind=Kind.INVOICE_PDF)
    settings = DestinationSettings(base_url=sandbox.url, token_kinds=frozenset({Kind.INVOICE_PDF}))

    await exchange(warehouse, settings)

    assert sandbox.received[0].has_token
    assert sandbox.received[0].sha256 == hashlib.sha256(b"x").hexdigest()


async def test_bytes_that_retention_removed_are_damage(warehouse: Warehouse, sandbox: Sandbox) -> None:
    delivery = warehouse.add("1.csv", b"x")
    warehouse.blob_of(delivery).unlink()

    event = await exchange(warehouse, DestinationSettings(base_url=sandbox.url))

    assert isinstance(event, Damaged)
    assert sandbox.received == []
