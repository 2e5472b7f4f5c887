"""The admin service answers on a real socket, and leaves signals alone."""

import asyncio
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bridge.admin.service import AdminService
from bridge.config import Settings
from bridge.config.admin import AdminSettings
from bridge.domain.errors import Unavailable
from bridge.ledger.database import Database
from tests.support import builders
from tests.support.clock import FakeClock


@asynccontextmanager
async def serving(
    database: Database,
    clock: FakeClock,
    *missing: str,
    host: str = "127.0.0.1",
    proxies: tuple[str, ...] = (),
) -> AsyncIterator[str]:
    """Run the service; give its URL."""
    service = AdminService(
        settings=Settings(admin=AdminSettings(host=host, port=0, trusted_proxies=proxies)),
        database=database,
        parts=lambda: {"intake": True} | dict.fromkeys(missing, False),
        clock=clock,
    )
    await service.start()
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{service.port}"
    finally:
        await service.stop(5)


async def fetch(url: str) -> tuple[int, str, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, answer.content_type, await answer.text()


async def test_it_is_live_and_ready(sqlite_database: Database, clock: FakeClock) -> None:
    async with serving(sqlite_database, clock) as url:
        live = await fetch(f"{url}/health/live")
        ready = await fetch(f"{url}/health/ready")

    assert live[0] == 200
    assert ready == (200, "application/json", '{"status":"ready","not_ready":[]}')


def test_the_server_starts_without_waiting_for_the_admin_application_to_load() -> None:
    code = "import bridge.app, sys; print('fastapi' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "False"


async def test_it_names_the_part_that_is_not_ready(sqlite_database: Database, clock: FakeClock) -> None:
    async with serving(sqlite_database, clock, "delivery") as url:
        status, _, text = await fetch(f"{url}/health/ready")

    assert status == 503
    assert '"not_ready":["delivery"]' in text


async def test_a_ledger_that_does_not_answer_is_not_ready_and_the_process_still_live(
    sqlite_database: Database, clock: FakeClock
) -> None:
    with sqlite_database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lanes RENAME TO gone")

    async with serving(sqlite_database, clock) as url:
        status, _, text = await fetch(f"{url}/health/ready")
        live, _, _ = await fetch(f"{url}/health/live")
        metrics = await fetch(f"{url}/metrics")

    assert (status, live) == (503, 200)
    assert '"not_ready":["ledger"]' in text
    assert "bridge_ledger_up 0.0" in metrics[2]


async def test_metrics_have_the_forecast(sqlite_database: Database, clock: FakeClock) -> None:
    account = sqlite_database.write_now(builders.an_account)
    sqlite_database.write_now(builders.an_accepted_upload, account)

    async with serving(sqlite_database, clock) as url:
        _, _, text = await fetch(f"{url}/metrics")

    assert 'bridge_cutoff_slack_seconds{account="sender",administration="A1"} 43199' in text  # to 01:00
    assert 'bridge_cutoff_verdict{verdict="on_time"} 1.0' in text


async def test_the_front_page_leads_to_the_sign_in_and_nothing_is_loaded_from_elsewhere(
    sqlite_database: Database, clock: FakeClock
) -> None:
    async with serving(sqlite_database, clock) as url:
        front = await fetch(f"{url}/")
        schema = await fetch(f"{url}/api/v1/openapi.json")
        missing = [(await fetch(f"{url}{path}"))[0] for path in ("/docs", "/redoc", "/openapi.json")]

    assert front[:2] == (200, "text/html")
    assert "Sign in to the bridge" in front[2]
    assert not re.findall(r"(?:src|href)=.https?:", front[2])
    assert schema[0] == 200
    assert '"openapi":"3.1' in schema[2]
    assert missing == [404, 404, 404]


async def test_it_answers_over_ipv6(sqlite_database: Database, clock: FakeClock) -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    async with serving(sqlite_database, clock, host="::1") as url:
        assert (await fetch(f"{url}/health/live"))[0] == 200


# Bug: uvicorn believes X-Forwarded-For of 127.0.0.1 unless told not to: each guess came from another address.
async def test_nobody_says_from_where_it_asks_but_a_trusted_proxy(
    sqlite_database: Database, clock: FakeClock
) -> None:
    async def answers(url: str) -> list[int]:
        statuses = []
        async with aiohttp.ClientSession(headers={"authorization": "Bearer x"}) as session:
            for number in range(8):
                who = {"x-forwarded-for": f"made up, 192.0.2.{number}"}
                async with session.get(f"{url}/api/v1/lanes", headers=who) as answer:
                    statuses.append(answer.status)
        return statuses

    async with serving(sqlite_database, clock) as url:
        made_up = await answers(url)
    async with serving(sqlite_database, clock, proxies=("127.0.0.0/8",)) as url:
        told = await answers(url)

    assert made_up == [401] * 7 + [429]
    assert told == [401] * 8


async def test_signals_stay_with_the_process(sqlite_database: Database, clock: FakeClock) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)

    async with serving(sqlite_database, clock):
        during = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)

    assert during == before


async def test_a_taken_port_is_said_with_what_to_change(sqlite_database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        service = AdminService(
            settings=Settings(admin=AdminSettings(port=taken.getsockname()[1])),
            database=sqlite_database,
            parts=dict,
        )

        with pytest.raises(Unavailable, match=r"admin\.port"):
            await service.start()


async def test_it_stops_in_time_although_a_client_keeps_its_connection(
    sqlite_database: Database, clock: FakeClock
) -> None:
    async with (
        asyncio.timeout(4),
        aiohttp.ClientSession() as session,
        serving(sqlite_database, clock) as url,
        session.get(f"{url}/health/live") as answer,
    ):
        assert (await answer.read()) == b'{"status":"live"}'
