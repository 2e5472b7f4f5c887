"""The line about an attempt has the ids of its file, and of no other task's."""

import asyncio
import io
import json

import structlog
from sqlalchemy.engine import Connection

from bridge.delivery.report import bind_ids
from bridge.domain.deliveries import Assignment
from bridge.ledger.database import Database
from bridge.runtime import logs
from tests.support import builders


async def test_every_line_of_a_task_has_its_own_ids(sqlite_database: Database) -> None:
    def claimed() -> list[Assignment]:
        def work(connection: Connection) -> list[Assignment]:
            account = builders.an_account(connection)
            for name in ("a", "b"):
                builders.an_accepted_upload(connection, account, f"/{name}.pdf")
            return builders.claim(connection)

        return sqlite_database.write_now(work)

    async def attempt(one: Assignment) -> None:
        bind_ids(one)
        await asyncio.wait({asyncio.ensure_future(nested())})

    async def nested() -> None:
        structlog.get_logger().info("settled")

    stream = io.StringIO()
    before = structlog.get_config()
    logs.configure("json", "info", stream=stream)
    try:
        both = claimed()
        await asyncio.gather(*(asyncio.create_task(attempt(one)) for one in both))
        structlog.get_logger().info("elsewhere")
    finally:
        structlog.configure(**before)

    *told, elsewhere = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["delivery"], line["document"], line["upload"]) for line in told] == [
        (one.delivery.id, one.document.id, one.document.upload_id) for one in both
    ]
    assert "delivery" not in elsewhere
