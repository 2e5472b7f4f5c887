"""Named sets of algorithms, one for each listener.

``modern`` is the main port.  ``compat`` takes 2018-era clients, which sign RSA with SHA-1 (JSch, libssh2
1.10, paramiko 1.16).  ``ancient`` adds what nothing should use any more; it has a port of its own and is off.
Lists name what is wanted; what the installed cryptography no longer offers is left out (threats A12).
"""

from dataclasses import dataclass
from typing import Any

import asyncssh
from asyncssh.encryption import get_encryption_algs
from asyncssh.kex import get_kex_algs
from asyncssh.mac import get_mac_algs

# OpenSSH asks for chacha20 first and for AES-CTR with UMAC next.  In asyncssh the first costs the server a
# third more for bulk and most for small packets (512 MiB: 3.3 s of CPU against 2.6 s; AES-GCM 2.1 s), and
# whoever knows the first knows the second.  UMAC needs libnettle; without it chacha20 is the better one.
_SLOW_CIPHER = "chacha20-poly1305@openssh.com"
_FAST_MAC = "umac-128-etm@openssh.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a listener agrees to."""

    name: str
    kex: tuple[str, ...]
    encryption: tuple[str, ...]
    mac: tuple[str, ...]
    rsa_signatures: frozenset[bytes]  # what a client may sign with an RSA key
    min_rsa_bits: int

    @property
    def has_cbc(self) -> bool:
        """Whether a cipher in CBC mode may be agreed on."""
        return any(name.endswith("-cbc") for name in self.encryption)

    def options(self) -> dict[str, list[str]]:
        """Return asyncssh's arguments for this policy."""
        macs = _available(self.mac, get_mac_algs())
        encryption = _available(self.encryption, get_encryption_algs())
        if _FAST_MAC in macs:
            encryption = [name for name in encryption if name != _SLOW_CIPHER]
        return {
            "kex_algs": _available(self.kex, get_kex_algs()),
            "encryption_algs": encryption,
            "mac_algs": macs,
        }

    def admits(self, key: asyncssh.SSHKey) -> bool:
        """Whether *key* is strong enough; from here on it verifies only signatures that the policy takes.

        asyncssh does not enforce its ``signature_algs`` for users, so the key itself is told (threats A12).
        """
        if key.get_algorithm() == "ssh-dss":
            return False
        if key.get_algorithm() == "ssh-rsa":
            rsa: Any = key
            if rsa.pyca_key.key_size < self.min_rsa_bits:
                return False
            rsa.all_sig_algorithms = self.rsa_signatures
        return True


def _available(wanted: tuple[str, ...], known: list[bytes]) -> list[str]:
    return [name for name in wanted if name.encode() in known]


_SHA2 = frozenset({b"rsa-sha2-256", b"rsa-sha2-512"})

MODERN = Policy(
    name="modern",
    kex=(
        "mlkem768x25519-sha256",
        "sntrup761x25519-sha512",
        "sntrup761x25519-sha512@openssh.com",
        "curve25519-sha256",
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group14-sha256",
    ),
    encryption=(
        "aes128-gcm@openssh.com",
        "aes256-gcm@openssh.com",
        "chacha20-poly1305@openssh.com",
        "aes256-ctr",
        "aes192-ctr",
        "aes128-ctr",
    ),
    mac=(
        "hmac-sha2-256-etm@openssh.com",
        "hmac-sha2-512-etm@openssh.com",
        "umac-128-etm@openssh.com",
        "hmac-sha2-256",
        "hmac-sha2-512",
    ),
    rsa_signatures=_SHA2,
    min_rsa_bits=2048,
)
COMPAT = Policy(
    name="compat",
    kex=(
        *MODERN.kex,
        "diffie-hellman-group-exchange-sha256",
        "diffie-hellman-group14-sha1",
    ),
    encryption=MODERN.encryption,
    mac=(*MODERN.mac, "hmac-sha1-etm@openssh.com", "hmac-sha1"),
    rsa_signatures=_SHA2 | {b"ssh-rsa"},
    min_rsa_bits=2048,
)
ANCIENT = Policy(
    name="ancient",
    kex=(*COMPAT.kex, "diffie-hellman-group-exchange-sha1", "diffie-hellman-group1-sha1"),
    encryption=(*COMPAT.encryption, "aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc"),
    mac=(*COMPAT.mac, "hmac-md5"),
    rsa_signatures=COMPAT.rsa_signatures,
    min_rsa_bits=1024,
)
