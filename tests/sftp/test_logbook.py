"""The logbook at a real door: who came, who left, who was refused and why; no log-in waits for it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import asyncssh
import pytest

from bridge.domain.accounts import AccountId
from bridge.domain.admission import NoEntry
from bridge.domain.errors import Unavailable
from bridge.domain.logins import Agreed, LogIn, Profile
from bridge.ledger import accounts, logins
from bridge.ledger.database import Database
from bridge.sftp import logbook
from bridge.sftp.logbook import Logbook
from tests.sftp.conftest import OpenDoor
from tests.sftp.house import PASSWORD, Door, key
from tests.sftp.raw import Raw
from tests.sftp.test_login import DENIED, signing_with
from tests.support.builders import an_account
from tests.support.clock import NOON, FakeClock

SENDER = Agreed(
    account_id=AccountId(1),
    client="SSH-2.0-Test",
    door="modern",
    key_exchange="a",
    host_key="b",
    cipher="c",
    mac="d",
    proof="password",
)


async def noted(door: Door, **asked: Any) -> list[LogIn]:
    """Return the entries, the first first."""
    await door.until_left()
    await door.service._logbook.write_down()
    usual: dict[str, Any] = {"account_id": None, "is_refused": False, "before": None, "limit": 100}
    return door.database.read_now(logins.listing, **(usual | asked))[::-1]


def profiles(door: Door) -> list[Profile]:
    return door.database.read_now(logins.profiles)


async def test_who_is_connected_is_open_and_ends_when_it_leaves(door: Door) -> None:
    async with door.connected():
        await door.service._logbook.write_down()
        [session] = door.database.read_now(logins.sessions, account_id=None, limit=10)
        assert (session.name, session.peer, session.method) == ("sender", "127.0.0.1", "password")
        assert session.client.startswith("SSH-2.0-AsyncSSH")

    [left] = await noted(door)
    assert left.id == session.id
    assert left.ended_at is not None
    assert left.ended_at >= left.at


async def test_it_is_written_within_seconds_by_itself(door: Door) -> None:
    async with door.connected():
        await door.until(lambda: bool(door.database.read_now(logins.sessions, account_id=None, limit=1)))


async def test_a_stop_notes_that_all_have_left(open_door: OpenDoor) -> None:
    async with open_door() as door:
        await door.connect()
        await door.service._logbook.write_down()

    assert door.database.read_now(logins.sessions, account_id=None, limit=10) == []


async def test_a_start_ends_what_a_killed_process_left_open(
    sqlite_database: Database, open_door: OpenDoor
) -> None:
    left = {
        "at": NOON, "account_id": None, "name": "sender", "peer": "", "client": "", "method": "password",
        "refused": None, "node": "", "ended_at": None,
    }  # fmt: skip
    sqlite_database.write_now(logins.add, values=left)

    async with open_door():
        assert sqlite_database.read_now(logins.sessions, account_id=None, limit=10) == []


async def test_a_key_is_noted_by_its_fingerprint_and_knows_when_it_was_used(door: Door) -> None:
    private = key("ssh-rsa", key_size=2048)
    door.add_key(door.add("keyed"), private)
    await door.service.refresh()
    async with door.connected("keyed", None, client_keys=[private]):
        pass

    [entry] = await noted(door)
    assert entry.method == private.get_fingerprint()
    [used] = door.database.read_now(accounts.get, name="keyed").keys
    assert used.last_used_at == entry.at
    [profile] = profiles(door)
    assert profile.agreed.proof in {"rsa-sha2-256", "rsa-sha2-512"}


async def test_ways_to_log_in_are_counted_with_what_else_the_client_could(door: Door) -> None:
    for _ in range(2):
        async with door.connected(
            kex_algs=["ecdh-sha2-nistp256"],
            encryption_algs=["aes192-ctr", "aes256-ctr"],
            mac_algs=["hmac-sha2-512"],
        ):
            pass
    await noted(door)

    [profile] = profiles(door)
    assert profile.logins == 2
    agreed = profile.agreed
    assert (agreed.door, agreed.key_exchange) == ("modern", "ecdh-sha2-nistp256")
    assert (agreed.cipher, agreed.mac, agreed.proof) == ("aes192-ctr", "hmac-sha2-512", "password")
    assert agreed.instead == {"cipher": "aes256-ctr"} | {
        part: name for part, name in agreed.instead.items() if part == "host_key"
    }


@pytest.mark.parametrize(
    ("name", "options", "values", "why"),
    [
        ("sender", {"password": "wrong"}, {}, NoEntry.WRONG_PASSWORD),
        ("nobody", {}, {}, NoEntry.UNKNOWN_NAME),
        ("sender", {}, {"is_disabled": True}, NoEntry.ACCOUNT_DISABLED),
        ("sender", {}, {"allowed_networks": ("192.0.2.0/24",)}, NoEntry.NETWORK_NOT_ALLOWED),
        ("sender", {}, {"password_hash": None}, NoEntry.NO_PASSWORD),
        ("sender", {}, {"password_expires_at": NOON - timedelta(days=1000)}, NoEntry.PASSWORD_EXPIRED),
        ("sender", {"password": None}, {}, NoEntry.NO_PROOF),
        ("", {"encryption_algs": ["aes128-cbc"]}, {}, NoEntry.NO_COMMON_ALGORITHM),
    ],
)
async def test_a_refusal_is_noted_with_its_reason(
    door: Door, name: str, options: dict[str, Any], values: dict[str, Any], why: NoEntry
) -> None:
    if values:
        await door.database.write(accounts.change, account_id=AccountId(1), values=values)
        await door.service.refresh()
    with pytest.raises(DENIED):
        await door.connect(**{"name": name or "sender", **options})

    [entry] = await noted(door, is_refused=True)
    assert (entry.refused, entry.name) == (why, name)
    assert (entry.account_id is None) is (name != "sender")
    assert entry.ended_at is not None


async def test_a_key_that_is_not_known_and_one_that_signs_with_sha1_are_told_apart(door: Door) -> None:
    private = key("ssh-rsa", key_size=2048)
    with pytest.raises(DENIED):
        await door.connect("sender", None, client_keys=[private])
    door.add_key(door.add("keyed"), private)
    await door.service.refresh()
    with pytest.raises(DENIED):
        await door.connect("keyed", None, client_keys=[signing_with(private, "ssh-rsa")])

    reasons = [entry.refused for entry in await noted(door)]
    assert reasons == [NoEntry.KEY_NOT_KNOWN, NoEntry.SIGNATURE_NOT_TAKEN]


async def test_a_session_too_many_is_noted_although_it_logged_in(open_door: OpenDoor) -> None:
    async with open_door() as door:
        await door.database.write(accounts.change, account_id=AccountId(1), values={"max_sessions": 1})
        await door.service.refresh()
        async with door.connected() as connection:
            await Raw.on(connection)
            with pytest.raises(asyncssh.ChannelOpenError):
                await Raw.on(connection)

        assert [entry.refused for entry in await noted(door)] == [None, NoEntry.TOO_MANY_SESSIONS]


async def test_who_only_looks_whether_a_server_is_here_is_not_noted(door: Door) -> None:
    import asyncio

    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    await reader.read(20)
    writer.close()

    assert await noted(door) == []


async def test_without_a_ledger_they_come_in_all_the_same_and_are_noted_later(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object, **__: object) -> None:
        raise Unavailable("down")

    with monkeypatch.context() as broken:
        broken.setattr(door.database, "write", down)
        async with door.connected():
            await door.service._logbook.write_down()

    [entry] = await noted(door)
    assert entry.ended_at is not None


# The logbook by itself.


@pytest.fixture
def book(sqlite_database: Database, clock: FakeClock) -> Logbook:
    sqlite_database.write_now(an_account)
    return Logbook(database=sqlite_database, clock=clock, node="here")


def refuse(book: Logbook, name: str = "nobody", why: NoEntry = NoEntry.UNKNOWN_NAME) -> None:
    book.refused(why, account_id=None, name=name, peer="192.0.2.7", client="", method=None)


def names(database: Database) -> list[str]:
    found = database.read_now(logins.listing, account_id=None, is_refused=False, before=None, limit=10_000)
    return [entry.name for entry in found][::-1]


async def test_the_same_refusal_is_noted_once_a_minute(
    book: Logbook, sqlite_database: Database, clock: FakeClock
) -> None:
    for _ in range(100):
        refuse(book)
        clock.advance(timedelta(seconds=1))
    refuse(book, why=NoEntry.WRONG_PASSWORD)
    await book.write_down()

    assert len(names(sqlite_database)) == 3


async def test_a_flood_of_refusals_loses_the_oldest_and_no_log_in(
    book: Logbook, sqlite_database: Database
) -> None:
    book.came_in(agreed=SENDER, name="sender", peer="", method="password")
    for number in range(logbook.MOST_REFUSALS + 10):
        refuse(book, f"nobody{number}")
    await book.write_down()

    found = names(sqlite_database)
    assert len(found) == 1 + logbook.MOST_REFUSALS
    assert found[:2] == ["sender", "nobody10"]


async def test_what_is_remembered_of_refusals_is_bounded(
    book: Logbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logbook, "MOST_REMEMBERED", 10)
    for number in range(50):
        refuse(book, f"nobody{number}")

    assert len(book._lately) == 10


async def test_who_leaves_while_the_entry_is_written_is_ended_with_the_next(
    book: Logbook, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stay = book.came_in(agreed=SENDER, name="sender", peer="", method="password")
    inner: Callable[..., Any] = sqlite_database.write

    async def meanwhile(*given: Any) -> Any:
        answer = await inner(*given)
        book.left(stay)
        return answer

    with monkeypatch.context() as slow:
        slow.setattr(sqlite_database, "write", meanwhile)
        await book.write_down()
    assert len(sqlite_database.read_now(logins.sessions, account_id=None, limit=10)) == 1
    await book.write_down()

    assert sqlite_database.read_now(logins.sessions, account_id=None, limit=10) == []


async def test_a_long_outage_loses_the_oldest_log_ins_and_says_so(
    book: Logbook, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logbook, "MOST_STAYS", 3)
    stays = [
        book.came_in(agreed=SENDER, name=f"sender{number}", peer="", method=PASSWORD) for number in range(5)
    ]
    await book.write_down()

    assert names(sqlite_database) == ["sender2", "sender3", "sender4"]
    assert [stay.is_lost for stay in stays] == [True, True, False, False, False]
