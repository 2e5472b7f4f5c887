"""What a client agreed on with this door, and what it would have agreed on otherwise, by its own offer."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncssh
from asyncssh.encryption import encryption_needs_mac
from asyncssh.packet import PacketDecodeError, SSHPacket

from bridge.domain.accounts import AccountId
from bridge.domain.logins import PASSWORD, Agreed, Part
from bridge.sftp.policies import Policy

_BEFORE_THE_LISTS = 1 + 16  # the message's number and a cookie


def agreed(
    connection: asyncssh.SSHServerConnection, *, account_id: AccountId, client: str, policy: Policy
) -> Agreed:
    """Return how the client of *connection*, which has just logged in, did so.

    By RFC 4253 the first of the client's algorithms that the server knows is agreed on; so the second of
    these is what it would use if the first were switched off.
    """
    private: Any = connection
    offered = _offered(private._client_kexinit)  # noqa: SLF001  asyncssh has no public way to ask
    here: Mapping[Part, Sequence[bytes]] = {
        Part.KEY_EXCHANGE: private._kex_algs,  # noqa: SLF001
        Part.HOST_KEY: private._server_host_key_algs,  # noqa: SLF001
        Part.CIPHER: private._enc_algs,  # noqa: SLF001
        Part.MAC: private._mac_algs,  # noqa: SLF001
    }
    common = {
        part: [name.decode("ascii", "replace") for name in offered[part] if name in known]
        for part, known in here.items()
    }
    first = {part: names[0] if names else "?" for part, names in common.items()}
    if common[Part.CIPHER] and not encryption_needs_mac(first[Part.CIPHER].encode()):
        first[Part.MAC] = first[Part.CIPHER]
        common[Part.MAC] = []
    return Agreed(
        account_id=account_id,
        client=client,
        door=policy.name,
        proof=private.signed_with or PASSWORD,
        instead={part: names[1] for part, names in common.items() if len(names) > 1},
        **{part.value: name for part, name in first.items()},
    )


def _offered(kexinit: bytes) -> dict[Part, list[bytes]]:
    """Return the client's lists, which asyncssh has read before; empty where it has not."""
    try:
        packet = SSHPacket(kexinit)
        packet.get_bytes(_BEFORE_THE_LISTS)
        lists = [list(packet.get_namelist()) for _ in range(5)]
    except PacketDecodeError:
        lists = [[] for _ in range(5)]
    key_exchange, host_key, cipher, _cipher_back, mac = lists
    return {Part.KEY_EXCHANGE: key_exchange, Part.HOST_KEY: host_key, Part.CIPHER: cipher, Part.MAC: mac}
