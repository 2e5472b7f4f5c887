"""UMAC with its key prepared once.

asyncssh prepares the key for each packet, which takes longer than what is done with it for a small one.
Private names of asyncssh are used here on purpose; see the package's docstring.
"""

import hmac
from collections.abc import Callable
from typing import Any

from asyncssh import mac
from asyncssh.packet import UInt64

NAMES = (
    b"umac-64-etm@openssh.com",
    b"umac-128-etm@openssh.com",
    b"umac-64@openssh.com",
    b"umac-128@openssh.com",
)


class PreparedUmac(mac.MAC):
    """Signs and verifies one direction of one connection (RFC 4418; the nonce is the packet's number)."""

    def __init__(self, key: bytes, hash_size: int, umac: Callable[[bytes], Any]) -> None:
        super().__init__(key, hash_size)
        self._state = umac(key)

    def sign(self, seq: int, packet: bytes) -> bytes:
        """Return the signature of *packet*."""
        state = self._state
        state.set_nonce(UInt64(seq))
        state.update(packet)
        signature: bytes = state.digest()  # which begins anew
        return signature

    def verify(self, seq: int, packet: bytes, sig: bytes) -> bool:
        """Whether *sig* is the signature of *packet*."""
        return hmac.compare_digest(self.sign(seq, packet), sig)


def install() -> None:
    """Have asyncssh use this for every connection of the process."""
    for name in NAMES:
        if name in mac._mac_handler:  # noqa: SLF001  absent without libnettle
            _theirs, hash_size, arguments = mac._mac_handler[name]  # noqa: SLF001
            mac._mac_handler[name] = (PreparedUmac, hash_size, arguments)  # noqa: SLF001
