"""What is told of a client's algorithms is what was agreed on, and what its offer leaves otherwise."""

from typing import Any

import pytest

from bridge.domain.accounts import AccountId
from bridge.domain.logins import Agreed, Part
from bridge.sftp.agreement import agreed
from bridge.sftp.policies import COMPAT, MODERN
from tests.sftp.house import Door


async def told(door: Door, **options: Any) -> tuple[Agreed, Any]:
    """Return what is told of a connection, and the connection as asyncssh has it."""
    async with door.connected(**options):
        [entry] = door.service._logins
        connection: Any = entry.connection
        return agreed(connection, account_id=AccountId(1), client="x", policy=MODERN), connection


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"kex_algs": ["ecdh-sha2-nistp256", "curve25519-sha256"], "encryption_algs": ["aes192-ctr"]},
        {"encryption_algs": ["aes256-gcm@openssh.com"]},
        {"server_host_key_algs": ["rsa-sha2-256"], "mac_algs": ["hmac-sha2-512"]},
    ],
)
async def test_it_is_what_asyncssh_has_agreed_on(door: Door, options: dict[str, Any]) -> None:
    found, connection = await told(door, **options)

    assert found.cipher == connection.get_extra_info("recv_cipher")
    assert found.mac == connection.get_extra_info("recv_mac")
    assert found.host_key == connection._server_host_key.algorithm.decode()
    assert found.key_exchange == options.get("kex_algs", ["curve25519-sha256"])[0]
    assert found.proof == "password"


async def test_the_next_of_its_offer_that_is_known_here_would_be_used_instead(door: Door) -> None:
    found, _ = await told(
        door,
        kex_algs=["curve25519-sha256"],
        encryption_algs=["aes128-ctr", "aes128-cbc", "aes256-ctr", "aes192-ctr"],
        mac_algs=["hmac-sha2-512", "hmac-sha1"],
        server_host_key_algs=["ssh-ed25519"],
    )

    assert found.instead == {Part.CIPHER: "aes256-ctr"}


async def test_an_offer_that_cannot_be_read_is_told_as_unknown(door: Door) -> None:
    _, connection = await told(door)
    connection._client_kexinit = b"\x14short"

    found = agreed(connection, account_id=AccountId(1), client="x", policy=COMPAT)

    assert (found.key_exchange, found.cipher, found.door, found.instead) == ("?", "?", "compat", {})
