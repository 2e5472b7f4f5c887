"""What is due is sent once, in order; what cannot be sent is tried again for a day, and blocks nothing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bridge.config.mail import MailSettings
from bridge.courier.courier import Courier
from bridge.domain.alarms import AlarmKind
from bridge.domain.alerts import AlertEvent, AlertWay, Message, TargetId
from bridge.domain.signatures import is_right
from bridge.ledger import alert_targets, notices, removing, telling
from bridge.ledger.database import Database
from bridge.ledger.schema import accounts as accounts_table
from bridge.runtime.sealing import Sealer
from bridge.upkeep.notices import GIVEN_UP_AFTER, NoticeService
from tests.support.builders import an_account
from tests.support.clock import DAY, MINUTE, FakeClock
from tests.support.mail_server import MailServer, mail_server
from tests.support.receiver import Receiver, receiver

SECRET = "a secret of some length"


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with receiver() as found:
        yield found


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as found:
        yield found


@pytest.fixture
def sealer(tmp_path: Path) -> Sealer:
    return Sealer.from_folder(tmp_path / "keys")


def service(database: Database, clock: FakeClock, sealer: Sealer, server: MailServer) -> NoticeService:
    mail = MailSettings(host="127.0.0.1", port=server.port, security="none", sender="bridge@example.com")
    return NoticeService(
        database=database,
        courier=Courier(mail=mail, sealer=sealer, clock=clock),
        clock=clock,
        language="en",
        chance=lambda: 0.0,
    )


def put(
    database: Database, name: str, way: AlertWay, address: str, sealer: Sealer, *, count: int = 1
) -> None:
    """Add a target with messages on their way to it."""
    target = database.write_now(
        alert_targets.add,
        name=name,
        way=way,
        address=address,
        sealed_secret=sealer.seal(SECRET),
        account_id=None,
        kinds=None,
        language=None,
        now=FakeClock().now(),
    )
    more(database, target.id, name, count)


def more(database: Database, target_id: TargetId, name: str, count: int) -> None:
    for number in range(count):
        message = Message(
            id=f"{name}-{number}",
            event=AlertEvent.TEST,
            created_at=FakeClock().now(),
            subject=f"{name} {number}",
            text=f"text {number}",
        )
        database.write_now(notices.add, message=message, target_id=target_id, now=FakeClock().now())


async def test_webhooks_go_one_by_one_in_order(
    sqlite_database: Database, clock: FakeClock, sealer: Sealer, server: MailServer, hook: Receiver
) -> None:
    put(sqlite_database, "hook", AlertWay.WEBHOOK, hook.url, sealer, count=3)
    sending = service(sqlite_database, clock, sealer, server)

    while await sending.send_due():
        pass

    assert [orjson.loads(body)["id"] for body, _ in hook.got] == ["hook-0", "hook-1", "hook-2"]
    now = int(clock.now().timestamp())
    assert all(is_right(SECRET, body, headers["Bridge-Signature"], now=now) for body, headers in hook.got)


async def test_mails_that_wait_go_together(
    sqlite_database: Database, clock: FakeClock, sealer: Sealer, server: MailServer
) -> None:
    put(sqlite_database, "ops", AlertWay.MAIL, "ops@example.com", sealer, count=3)

    await service(sqlite_database, clock, sealer, server).send_due()

    [(subject, text)] = server.mails()
    assert subject == "[bridge] 3 messages: ops 0; ops 1; ops 2"
    assert text.count("text") == 3
    assert await sqlite_database.read(notices.waiting) == (0, None)


async def test_one_that_is_away_keeps_no_other_back_and_is_tried_again(
    sqlite_database: Database, clock: FakeClock, sealer: Sealer, server: MailServer, hook: Receiver
) -> None:
    hook.status = 503
    put(sqlite_database, "hook", AlertWay.WEBHOOK, hook.url, sealer, count=2)
    put(sqlite_database, "ops", AlertWay.MAIL, "ops@example.com", sealer)
    sending = service(sqlite_database, clock, sealer, server)

    with capture_logs() as logged:
        assert await sending.send_due() == 2
        assert await sending.send_due() == 0  # not due again at once, and the second waits behind the first

    assert len(server.taken) == 1
    assert [line["error"] for line in logged if line["event"] == "notice not sent"] == ["answered 503"]
    hook.status = 200
    clock.advance(MINUTE)
    while await sending.send_due():
        pass
    assert [orjson.loads(body)["id"] for body, _ in hook.got] == ["hook-0", "hook-0", "hook-1"]


async def test_after_a_day_it_is_given_up(
    sqlite_database: Database, clock: FakeClock, sealer: Sealer, server: MailServer
) -> None:
    put(sqlite_database, "hook", AlertWay.WEBHOOK, "http://127.0.0.1:1/", sealer)
    sending = service(sqlite_database, clock, sealer, server)
    attempts = 0

    with capture_logs() as logged:
        while (await sqlite_database.read(notices.waiting))[0]:
            attempts += await sending.send_due()
            clock.advance(timedelta(minutes=5))

    [given_up] = [line for line in logged if line["event"] == "notice given up"]
    assert given_up["log_level"] == "error"
    assert "could not connect" in given_up["error"]
    assert GIVEN_UP_AFTER <= clock.now() - FakeClock().now() < GIVEN_UP_AFTER + DAY / 24
    assert 80 < attempts < 120


async def test_an_address_that_is_refused_for_good_is_given_up_at_once(
    sqlite_database: Database, clock: FakeClock, sealer: Sealer, server: MailServer
) -> None:
    server.answers["RCPT"] = "550 no such user"
    put(sqlite_database, "ops", AlertWay.MAIL, "ops@example.com", sealer)

    await service(sqlite_database, clock, sealer, server).send_due()

    [(_, error)] = (await sqlite_database.read(notices.last_of)).values()
    assert error == "the mail server refuses the recipient (550)"
    assert (await sqlite_database.read(notices.waiting))[0] == 0


async def test_a_contact_reads_the_language_of_the_account(
    sqlite_database: Database, clock: FakeClock, sealer: Sealer, server: MailServer
) -> None:
    account = await sqlite_database.write(an_account)

    def tell(connection: sa.Connection) -> None:
        connection.execute(sa.update(accounts_table).values(contact="t@example.com", language="nl"))
        telling.raise_once(
            connection,
            kind=AlarmKind.UPLOAD_MISSING,
            subject="account:sender",
            detail="0 of 1",
            now=clock.now(),
            not_since=clock.now(),
            has_mail=True,
        )

    await sqlite_database.write(tell)
    await service(sqlite_database, clock, sealer, server).send_due()

    [(subject, text)] = server.mails()
    assert subject == "[bridge] upload ontbreekt: sender"
    assert "Meestal hebben wij" in text
    assert server.recipients == ["t@example.com"]
    await sqlite_database.write(removing.remove, account_id=account.id, now=clock.now())


async def test_what_goes_to_nobody_is_finished(
    sqlite_database: Database, clock: FakeClock, sealer: Sealer, server: MailServer, hook: Receiver
) -> None:
    put(sqlite_database, "hook", AlertWay.WEBHOOK, hook.url, sealer)
    await sqlite_database.write(alert_targets.remove, name="hook", now=clock.now())

    await service(sqlite_database, clock, sealer, server).send_due()

    assert hook.got == []
    assert (await sqlite_database.read(notices.waiting))[0] == 0


async def test_of_several_nodes_one_sends_it(
    database: Database, clock: FakeClock, sealer: Sealer, server: MailServer, hook: Receiver
) -> None:
    put(database, "hook", AlertWay.WEBHOOK, hook.url, sealer, count=4)
    nodes = [service(database, clock, sealer, server) for _ in range(4)]

    while sum(await asyncio.gather(*(node.send_due() for node in nodes))):
        pass

    assert [orjson.loads(body)["id"] for body, _ in hook.got] == [f"hook-{number}" for number in range(4)]


async def test_it_starts_sends_and_stops(
    sqlite_database: Database, clock: FakeClock, sealer: Sealer, server: MailServer, hook: Receiver
) -> None:
    put(sqlite_database, "hook", AlertWay.WEBHOOK, hook.url, sealer)
    sending = service(sqlite_database, clock, sealer, server)
    await sending.start()
    async with asyncio.timeout(10):
        while not hook.got:
            await asyncio.wait({sending.task}, timeout=0.01)
    await sending.stop(5)

    assert sending.task.exception() is None
