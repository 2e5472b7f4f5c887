"""A summary is written once for everybody who reads it, whichever node is first."""

import asyncio

from sqlalchemy.engine import Connection

from bridge.domain.alarms import AlarmKind
from bridge.domain.alerts import AlertWay
from bridge.domain.letters import Letter
from bridge.domain.reasons import Language
from bridge.ledger import alert_targets, notices, summaries
from bridge.ledger.database import Database
from tests.support import builders
from tests.support.clock import MINUTE, NOON

LETTERS: dict[Language, Letter] = {
    "en": Letter(subject="en", text="x"),
    "nl": Letter(subject="nl", text="x"),
}


def target(connection: Connection, /, name: str, **values: object) -> None:
    alert_targets.add(
        connection,
        name=name,
        way=AlertWay.MAIL,
        address=f"{name}@example.com",
        sealed_secret=None,
        account_id=None,
        kinds=None,
        language=None,
        now=NOON,
    )
    alert_targets.change(connection, name=name, values=values)


def write(connection: Connection) -> int:
    return summaries.write(connection, letters=LETTERS, language="en", since=NOON, now=NOON + MINUTE)


async def test_of_several_nodes_one_writes_it(database: Database) -> None:
    await database.write(target, "ops")

    written = await asyncio.gather(*(database.write(write) for _ in range(8)))

    assert sorted(written) == [*[0] * 7, 1]


def test_it_goes_to_mail_targets_of_everything_in_their_language(connection: Connection) -> None:
    account = builders.an_account(connection)
    target(connection, "dutch", language="nl")
    target(connection, "ops")
    target(connection, "some", kinds=alert_targets.kinds_text(frozenset({AlarmKind.DISK_LOW})))
    target(connection, "tenant", account_id=account.id)
    target(connection, "off", is_disabled=True)

    assert write(connection) == 2

    found = notices.due(connection, now=NOON + MINUTE, limit=9)
    assert {(one.address, one.message.subject) for one in found} == {
        ("dutch@example.com", "nl"),
        ("ops@example.com", "en"),
    }


def test_numbers_are_of_what_came_since(connection: Connection) -> None:
    account = builders.an_account(connection)
    builders.an_accepted_upload(connection, account, "/old.pdf", now=NOON)
    builders.claim(connection, now=NOON)
    builders.an_accepted_upload(connection, account, "/new.pdf", now=NOON + 2 * MINUTE)

    found = summaries.numbers(connection, since=NOON + MINUTE, waiting=4)

    assert (found.uploads, found.delivered, found.failed, found.waiting, found.held) == (1, 0, 0, 4, 0)
