"""One attempt, from a leased delivery to what came back."""

import hashlib

import pytest
from pydantic import SecretStr

from bridge.config.settings import DestinationSettings
from bridge.delivery.exchange import Exchange
from bridge.delivery.limiter import Limiter, Permit
from bridge.delivery.sender import Sender
from bridge.domain.deliveries import Assignment
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Answer, Damaged
from bridge.domain.pacing import Ending
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


class Noted(Permit):
    """A permit that keeps what it is told."""

    endings: list[Ending]

    def end(self, ending: Ending) -> None:
        self.endings.append(ending)


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        (ScriptedAnswer(status=201), Ending.ANSWERED),
        (ScriptedAnswer(status=503), Ending.ANSWERED),
        (ScriptedAnswer(status=429), Ending.SLOW_DOWN),
        (ScriptedAnswer(status=0), Ending.LOST),
    ],
)
async def test_the_permit_learns_how_its_request_ended(
    warehouse: Warehouse, sandbox: Sandbox, answer: ScriptedAnswer, ending: Ending
) -> None:
    warehouse.add("1.csv", b"x")
    sandbox.script(answer)
    settings = DestinationSettings(base_url=sandbox.url)
    permit = Noted(Limiter(limit=0, period_seconds=1, margin_seconds=0), 0.0)
    permit.endings = []

    async with Sender(settings) as sender:
        await Exchange(
            claimed(warehouse), spool=warehouse.spool, sealer=warehouse.sealer, settings=settings
        ).run(sender, permit)

    assert permit.endings == [ending]


async def test_a_request_that_never_goes_out_ends_its_permit(warehouse: Warehouse, sandbox: Sandbox) -> None:
    warehouse.blob_of(warehouse.add("1.csv", b"x")).unlink()
    settings = DestinationSettings(base_url=sandbox.url)
    permit = Noted(Limiter(limit=0, period_seconds=1, margin_seconds=0), 0.0)
    permit.endings = []

    async with Sender(settings) as sender:
        await Exchange(
            claimed(warehouse), spool=warehouse.spool, sealer=warehouse.sealer, settings=settings
        ).run(sender, permit)

    assert permit.endings == [Ending.LOST]


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

    assert event == Answer(status=422, excerpt="wrong token *** or ***")


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
