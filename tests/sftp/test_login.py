"""Who gets in, who does not, and who is never taken for another."""

import asyncio
import time
from typing import Any

import asyncssh
import pytest
from asyncssh.constants import MSG_USERAUTH_REQUEST
from asyncssh.packet import Boolean, String, UInt32

from bridge.domain.accounts import AccountId
from bridge.domain.uploads import UploadState
from bridge.ledger import accounts
from bridge.runtime import passwords
from bridge.sftp import login, proving
from bridge.sftp.policies import MODERN
from bridge.sftp.throttle import Throttle
from tests.sftp.conftest import OpenDoor
from tests.sftp.house import PASSWORD, Door, hashed, key
from tests.sftp.raw import Raw, open_channel

DENIED = (asyncssh.Error, OSError)
SERVICE = String("ssh-connection")


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each password that is really hashed."""
    seen: list[str] = []
    inner = passwords.is_right

    def noting(stored: str, text: str) -> bool:
        seen.append(text)
        return inner(stored, text)

    monkeypatch.setattr(proving, "is_right", noting)
    return seen


class ByKeyboard(asyncssh.SSHClient):
    """Answers keyboard-interactive, as psftp does."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.asked = 0

    def kbdint_auth_requested(self) -> str | None:
        self.asked += 1
        return "" if self.asked == 1 else None

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Any
    ) -> list[str] | None:
        return [self.answer for _ in prompts]


async def silent(door: Door, user: str) -> Any:
    """Connect up to the login, and let the test speak from there."""

    class Mute(asyncssh.SSHClient):
        connection: Any
        waiting = asyncio.Event()

        def connection_made(self, conn: Any) -> None:
            self.connection = conn
            conn.try_next_auth = lambda **_: self.waiting.set()

    mute = Mute()
    task = asyncio.create_task(door.connect(user, None, client_factory=lambda: mute))
    async with asyncio.timeout(10):
        await mute.waiting.wait()
    mute.connection.task = task
    return mute.connection


async def end(connection: Any) -> None:
    """End a connection of `silent`."""
    connection.abort()
    await asyncio.gather(connection.task, return_exceptions=True)


def ask_password(connection: Any, user: str, password: str) -> None:
    """Send one password request."""
    connection.send_packet(
        MSG_USERAUTH_REQUEST, String(user), SERVICE, String("password"), Boolean(False), String(password)
    )


async def test_a_password_logs_in(door: Door) -> None:
    async with door.raw() as client:
        await client.put("/a.csv", b"1")


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("ssh-ed25519", {}),
        ("ecdsa-sha2-nistp256", {}),
        ("ssh-rsa", {"key_size": 2048}),
    ],
)
async def test_a_key_logs_in(door: Door, kind: str, options: dict[str, int]) -> None:
    private = key(kind, **options)
    door.add_key(door.add("keyed"), private)
    await door.service._directory.refresh()

    async with door.raw("keyed", password=None, client_keys=[private]) as client:
        await client.put("/a.csv", b"1")


async def test_keyboard_interactive_takes_the_password(door: Door) -> None:
    async with door.connected(
        password=None, client_factory=lambda: ByKeyboard(PASSWORD), password_auth=False
    ) as connection:
        await Raw.on(connection)


@pytest.mark.parametrize("by_keyboard", [False, True])
async def test_a_wrong_password_is_refused_fast(door: Door, by_keyboard: bool) -> None:
    attempt: dict[str, Any] = {"password": "wrong"}
    if by_keyboard:
        attempt = {"password": None, "client_factory": lambda: ByKeyboard("wrong")}
    began = time.monotonic()
    with pytest.raises(asyncssh.PermissionDenied):
        await door.connect(**attempt)

    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "name",
    ["", "nobody", "Sender", "sender ", "../sender", "sender\n", "\u202esender", "x" * 1000, "x" * 1100],
)
async def test_a_name_that_is_no_account_is_refused(door: Door, name: str) -> None:
    connection = await silent(door, "anybody")
    ask_password(connection, name, PASSWORD)
    if len(name) > 1000 or not name.isprintable():  # asyncssh sends these away at once
        await door.until_left()
    await asyncio.sleep(0.1)

    assert all(entry.account is None for entry in door.service._logins)
    await end(connection)
    await door.until_left()


@pytest.mark.parametrize("password", ["", "right\0", "right ", "x" * 2000])
async def test_a_password_that_is_almost_right_is_wrong(door: Door, password: str) -> None:
    with pytest.raises(asyncssh.Error):
        await door.connect("sender", password)


async def test_an_account_without_a_password_has_no_empty_one(door: Door) -> None:
    door.add("keyed", password_hash=None)
    await door.service._directory.refresh()
    with pytest.raises(asyncssh.PermissionDenied):
        await door.connect("keyed", "")


@pytest.mark.parametrize("then", ["none", "password"])
async def test_a_right_password_for_one_account_never_opens_another(door: Door, then: str) -> None:
    """On asyncssh 2.24.0 it did (threats A1)."""
    door.add("victim", password_hash=hashed("other"))
    await door.service._directory.refresh()
    for pause in (0.0, 0.02, 0.05, 0.08, 0.12):
        connection = await silent(door, "sender")
        ask_password(connection, "sender", PASSWORD)
        await asyncio.sleep(pause)
        if then == "none":
            connection.send_packet(MSG_USERAUTH_REQUEST, String("victim"), SERVICE, String("none"))
        else:
            ask_password(connection, "victim", PASSWORD)
        await asyncio.sleep(0.1)
        assert {entry.account.name for entry in door.service._logins if entry.account} <= {"sender"}
        await end(connection)
        await door.until_left()


async def test_the_account_of_the_signature_counts_and_not_of_a_probe(door: Door) -> None:
    one, two = key("ssh-ed25519"), key("ecdsa-sha2-nistp256")
    door.add_key(door.add("first"), one)
    door.add_key(door.add("second"), two)
    await door.service._directory.refresh()
    connection = await silent(door, "first")
    connection.send_packet(
        MSG_USERAUTH_REQUEST,
        String("first"),
        SERVICE,
        String("publickey"),
        Boolean(False),
        String("ssh-ed25519"),
        String(one.public_data),
    )
    await asyncio.sleep(0.05)
    for signing, algorithm in ((two, "ecdsa-sha2-nistp256"), (two, "ssh-ed25519")):
        body = (
            String("first")
            + SERVICE
            + String("publickey")
            + Boolean(True)
            + String(algorithm)
            + String(one.public_data)
        )
        signed = signing.sign(
            String(connection._session_id) + bytes([MSG_USERAUTH_REQUEST]) + body, b"ecdsa-sha2-nistp256"
        )
        connection.send_packet(MSG_USERAUTH_REQUEST, body, String(signed))
    await asyncio.sleep(0.1)

    assert all(entry.account is None for entry in door.service._logins)
    await end(connection)
    async with door.connected("second", None, client_keys=[two]):
        [entry] = [entry for entry in door.service._logins if entry.account]
        assert entry.account is not None
        assert entry.account.name == "second"


async def test_an_unknown_name_takes_as_long_as_a_known_one(open_door: OpenDoor) -> None:
    async with open_door() as door:
        entry = login.Login(
            entrance=login.Entrance(
                directory=door.service._directory,
                prover=door.service._prover,
                throttle=Throttle(max_connections=1, max_unauthenticated=1, now=time.monotonic),
                logbook=door.service._logbook,
                rehashing=door.service._rehashing,
            ),
            policy=MODERN,
            start_for=_never,
            max_sessions=_never,
            on_end=_never,
        )
        apart = [await _seconds_apart(entry) for _ in range(4)]  # some are disturbed

    assert min(apart) < 0.005


async def _seconds_apart(entry: login.Login) -> float:
    """How much more work, s, of the processor a wrong password is for one of the names; least of 10 each."""
    spent: dict[str, list[float]] = {"sender": [], "nobody": []}
    for _ in range(10):
        for name, seconds in spent.items():
            entry._attempts = 0
            began = time.process_time()
            assert not await entry.validate_password(name, "wrong")
            seconds.append(time.process_time() - began)
    known, unknown = (min(seconds) for seconds in spent.values())
    return abs(known - unknown)


def _never(*_: object) -> Any:
    raise AssertionError


async def test_the_seventh_wrong_password_ends_the_connection_unhashed(door: Door, hashes: list[str]) -> None:
    connection = await silent(door, "sender")
    for _ in range(6):
        ask_password(connection, "sender", "wrong")
        count = len(hashes)
        await door.until(lambda count=count: len(hashes) > count)  # type: ignore[misc]
    ask_password(connection, "sender", PASSWORD)
    await door.until_left()

    assert len(hashes) == 6
    await end(connection)


async def test_pipelined_passwords_cost_no_more_than_six_hashes(door: Door, hashes: list[str]) -> None:
    """A check is cancelled when the next request comes; uncounted, its thread would go on."""
    connection = await silent(door, "sender")
    for number in range(200):
        ask_password(connection, "sender", f"wrong{number}")
    await door.until_left()

    assert len(hashes) <= 6
    await end(connection)


async def test_a_huge_password_is_refused_before_it_is_hashed(door: Door, hashes: list[str]) -> None:
    for size in (2000, 20_000, 1_000_000):
        ways: list[dict[str, Any]] = [
            {"password": "x" * size},
            {"password": None, "client_factory": lambda size=size: ByKeyboard("x" * size)},
        ]
        for options in ways:
            began = time.monotonic()
            with pytest.raises(DENIED):
                await door.connect("sender", **options)
            assert time.monotonic() - began < 3

    assert hashes == []


async def test_a_long_packet_before_the_login_ends_the_connection(door: Door) -> None:
    """Stringprep of a password of 250 kB blocked the loop, and with it every tenant, for 1.3 s."""
    connection = await silent(door, "sender")
    ask_password(connection, "sender", "x" * 200_000)
    await door.until_left()
    await end(connection)


async def test_asking_to_change_a_password_counts_as_a_guess(door: Door, hashes: list[str]) -> None:
    connection = await silent(door, "sender")
    for _ in range(7):
        connection.send_packet(
            MSG_USERAUTH_REQUEST,
            String("sender") + SERVICE + String("password") + Boolean(True),
            String(PASSWORD) + String("new"),
        )
        await asyncio.sleep(0.02)
    await door.until_left()

    assert hashes == []
    await end(connection)


async def test_who_guesses_wrong_has_to_wait_and_may_then_try_again(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.domain.penalties.FIRST_PENALTY_SECONDS", 1.0)
    connection = await silent(door, "sender")
    [entry] = door.service._logins
    records = entry._throttle._penalties._records
    for number in range(8):
        ask_password(connection, "sender", f"wrong{number}")
    await door.until(lambda: "127.0.0.1" in records and records["127.0.0.1"].failures == 7)
    await end(connection)
    began = time.monotonic()
    with pytest.raises(DENIED):
        await door.connect("sender", PASSWORD)
    while True:
        try:
            async with door.connected():
                break
        except DENIED:
            await asyncio.sleep(0.05)

    assert 0.5 < time.monotonic() - began < 10


async def test_a_disabled_account_is_refused_and_its_sessions_end(door: Door) -> None:
    async with door.raw() as client:
        await client.write(await client.open("/a.csv"), 0, b"123")
        began = time.monotonic()
        await door.database.write(accounts.change, account_id=AccountId(1), values={"is_disabled": True})
        await door.until_left()

        assert time.monotonic() - began < 5
    assert [upload.state for upload in door.uploads()] == [UploadState.PARTIAL]
    with pytest.raises(asyncssh.PermissionDenied):
        await door.connect()


async def test_an_account_disabled_during_its_login_is_not_let_in(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = passwords.is_right

    def late(stored: str, text: str) -> bool:
        answer = inner(stored, text)
        door.service._directory._by_name.clear()
        return answer

    monkeypatch.setattr(proving, "is_right", late)
    with pytest.raises(DENIED):
        async with door.raw():
            pass


async def test_a_changed_password_and_a_new_account_are_known_within_two_seconds(door: Door) -> None:
    began = time.monotonic()
    door.add("new")
    await door.database.write(
        accounts.change, account_id=AccountId(1), values={"password_hash": hashed("changed")}
    )
    revision = door.service._directory._revision
    await door.until(lambda: door.service._directory._revision != revision)

    assert time.monotonic() - began < 2
    async with door.connected("new"), door.connected("sender", "changed"):
        pass
    with pytest.raises(asyncssh.PermissionDenied):
        await door.connect("sender", PASSWORD)


@pytest.mark.parametrize(("bits", "algorithm"), [(1024, "rsa-sha2-256"), (2048, "ssh-rsa")])
async def test_weak_rsa_is_refused_on_the_main_port(door: Door, bits: int, algorithm: str) -> None:
    private = key("ssh-rsa", key_size=bits)
    door.add_key(door.add("keyed"), private)
    await door.service._directory.refresh()
    with pytest.raises(asyncssh.PermissionDenied):
        await door.connect("keyed", None, client_keys=[signing_with(private, algorithm)])


async def test_the_compat_port_takes_rsa_signatures_with_sha1(open_door: OpenDoor) -> None:
    private = key("ssh-rsa", key_size=2048)
    async with open_door(compat_port=0) as door:
        door.add_key(door.add("keyed"), private)
        await door.service._directory.refresh()
        port = door.service._listeners[1].get_port()
        async with door.connected(
            "keyed", None, port=port, client_keys=[signing_with(private, "ssh-rsa")]
        ) as connection:
            await Raw.on(connection)
        with pytest.raises(asyncssh.PermissionDenied):
            await door.connect(
                "keyed", None, port=port, client_keys=[signing_with(key("ssh-rsa", key_size=1024), "ssh-rsa")]
            )


def signing_with(private: asyncssh.SSHKey, algorithm: str) -> Any:
    """Return a key pair that signs with *algorithm* whatever the server would like."""
    pair: Any = asyncssh.public_key.load_keypairs([private])[0]
    pair.set_sig_algorithm = lambda _algorithm: None
    pair.sig_algorithm = algorithm.encode()
    pair.sig_algorithms = [algorithm.encode()]
    return pair


async def test_a_certificate_of_a_stranger_is_worth_nothing(door: Door) -> None:
    private, stranger = key("ssh-ed25519"), key("ecdsa-sha2-nistp256")
    certificate = stranger.generate_user_certificate(private, "x", principals=["sender"])
    with pytest.raises(asyncssh.PermissionDenied):
        await door.connect("sender", None, client_keys=[(private, certificate)])


async def test_shell_command_and_other_subsystems_are_refused(door: Door) -> None:
    async with door.connected() as connection:
        for request in ({}, {"command": "id"}, {"command": "scp -t /"}, {"subsystem": "netconf"}):
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.open_session(**request)
        await Raw.on(connection)


async def test_terminal_agent_display_and_ports_are_refused(door: Door) -> None:
    async with door.connected() as connection:
        channel = await open_channel(connection)
        for request, fields in (
            (b"pty-req", String("xterm") + UInt32(0) * 4 + String(b"")),
            (b"x11-req", Boolean(False) + String("MIT-MAGIC-COOKIE-1") + String("00") + UInt32(0)),
            (b"auth-agent-req@openssh.com", b""),
        ):
            assert not await channel._make_request(request, fields)
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_connection("127.0.0.1", door.port)
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_unix_connection("/tmp/x")  # noqa: S108
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.forward_remote_port("127.0.0.1", 0, "127.0.0.1", 1)
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.forward_remote_path("/tmp/x", "/tmp/y")  # noqa: S108
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.create_tun(asyncssh.SSHTunTapSession)
        await Raw.on(connection)


async def test_environment_variables_are_neither_kept_nor_endless(door: Door) -> None:
    async with door.connected() as connection:
        channel = await open_channel(connection)
        answers = [
            await channel._make_request(b"env", String(f"A{number}") + String("x" * 1000))
            for number in range(50)
        ]

        assert answers == [True] * 32 + [False] * 18
        [entry] = door.service._logins
        assert entry.connection is not None
        assert all(not mine._env for mine in entry.connection._channels.values())


async def test_one_address_cannot_take_all_places_before_the_login(open_door: OpenDoor) -> None:
    async with open_door(max_unauthenticated=4) as door:
        silent_ones = [await asyncio.open_connection("127.0.0.1", door.port) for _ in range(6)]
        banners = [await asyncio.wait_for(reader.read(20), 10) for reader, _ in silent_ones]
        async with door.connected(local_addr=("127.0.0.2", 0)):
            pass
        with pytest.raises(DENIED):
            await door.connect()
        for _, writer in silent_ones:
            writer.close()
        await door.until_left()
        async with door.connected():
            pass

    assert [bool(banner) for banner in banners] == [True, True, False, False, False, False]


async def test_a_refused_connection_takes_no_place(open_door: OpenDoor) -> None:
    async with open_door(max_connections=2) as door:
        async with door.connected(), door.connected():
            for _ in range(5):
                with pytest.raises(DENIED):
                    await door.connect()
        await door.until_left()
        async with door.connected(), door.connected():
            with pytest.raises(DENIED):
                await door.connect()


@pytest.mark.parametrize(
    "first_words",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"SSH-1.5-old\r\n",
        b"x" * 10_000,
        b"SSH-2.0-" + b"x" * 300 + b"\r\n",
        b"SSH-2.0-\x1b[31m\xff\r\n",
        b"SSH-2.0-x\r\n\xff\xff\xff\xff" + b"x" * 100,
        b"SSH-2.0-x\r\n" + UInt32(12) + b"\x04\x32" + b"x" * 10,
    ],
)
async def test_who_does_not_speak_ssh_is_sent_away(door: Door, first_words: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(first_words)
    try:
        async with asyncio.timeout(10):
            while await reader.read(65536):
                pass
    except ConnectionError:
        pass
    writer.close()
    await door.until_left()


async def test_who_says_nothing_is_sent_away(open_door: OpenDoor) -> None:
    async with open_door(login_seconds=0.3) as door:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        async with asyncio.timeout(10):
            assert (await reader.read()).startswith(b"SSH-2.0-bridge")
        writer.close()
        await door.until_left()


async def test_no_algorithm_in_common_is_no_connection(door: Door) -> None:
    offers: list[dict[str, Any]] = [
        {"encryption_algs": ["aes128-cbc"]},
        {"mac_algs": ["hmac-sha1"], "encryption_algs": ["aes128-ctr"]},
        {"kex_algs": ["diffie-hellman-group14-sha1"]},
    ]
    for options in offers:
        with pytest.raises(asyncssh.Error):
            await door.connect(**options)
    await door.until_left()


async def test_the_directory_keeps_what_it_knows_while_the_ledger_is_down(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bridge.domain.errors import Unavailable

    async def down(*_: object, **__: object) -> None:
        raise Unavailable("down")

    monkeypatch.setattr(door.database, "read", down)
    assert not await door.service._directory.try_refresh()
    async with door.connected():
        pass
    monkeypatch.undo()
