"""Public keys as senders hand them over: read, checked, and named as ``ssh-keygen -l`` names them."""

import base64
import binascii
import hashlib
import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from bridge.domain.accounts import AccountKey
from bridge.domain.errors import Invalid

TYPES = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
SMALLEST_RSA_BITS = 2048  # NIST SP 800-131A disallows less; OpenSSH can be told to refuse it as well

_SSH2 = re.compile(  # RFC 4716, which PuTTYgen's "Save public key" writes
    r"---- BEGIN SSH2 PUBLIC KEY ----\s*?\n(?P<headers>(?:[^\n]*:(?:[^\n]*\\\n)*[^\n]*\n)*)"
    r"(?P<body>[A-Za-z0-9+/=\s]+)---- END SSH2 PUBLIC KEY ----"
)
_HINT = "expected a line like: ssh-ed25519 AAAA… comment"


def parse(text: str) -> list[AccountKey]:
    """Return the keys in *text*: a ``.pub`` file, lines of ``authorized_keys``, or PuTTYgen's own format.

    Raises:
        Invalid: one of them is private, weak, of a type that is not accepted, damaged, or has options.
    """
    if "PRIVATE KEY" in text or "PuTTY-User-Key-File" in text:
        raise Invalid("this is a private key: it stays with its owner; ask for the public one (.pub)")
    if found := _SSH2.search(text.replace("\r\n", "\n")):
        return [_from_ssh2(found)]
    lines = [line.strip() for line in text.splitlines()]
    keys = [_from_line(line) for line in lines if line and not line.startswith("#")]
    if not keys:
        raise Invalid(f"there is no public key in it; {_HINT}")
    return keys


def _from_ssh2(found: re.Match[str]) -> AccountKey:
    comment = re.search(r'^Comment: *"?([^"\n]*)"?', found["headers"], re.MULTILINE)
    data = "".join(found["body"].split())
    try:
        blob = base64.b64decode(data, validate=True)
        length = int.from_bytes(blob[:4], "big")
        kind = blob[4 : 4 + length].decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        raise Invalid("the public key is damaged; ask for it again") from None
    return _key(kind, data, comment[1] if comment else "")


def _from_line(line: str) -> AccountKey:
    kind, _, rest = line.partition(" ")
    if kind not in TYPES:
        raise Invalid(_why_not(kind, rest))
    data, _, comment = rest.strip().partition(" ")
    return _key(kind, data, comment.strip())


def _why_not(kind: str, rest: str) -> str:
    if kind == "ssh-dss":
        return "DSA keys are not accepted: they are too weak; ask for an ed25519 key"
    if "-cert-v01@" in kind:
        return "this is a certificate; ask for the public key itself"
    if any(f"{name} " in f"{rest} " for name in TYPES):
        return f"options before a key are not supported ({kind.partition('=')[0][:40]!r}); {_HINT}"
    return f"this is no OpenSSH public key; {_HINT}"


def _key(kind: str, data: str, comment: str) -> AccountKey:
    if kind not in TYPES:
        raise Invalid(_why_not(kind, ""))
    line = f"{kind} {data}"
    try:
        blob = base64.b64decode(data, validate=True)
        key = load_ssh_public_key(line.encode("ascii"))
    except (ValueError, UnsupportedAlgorithm, UnicodeEncodeError):  # binascii.Error is a ValueError
        raise Invalid(f"the {kind} key is damaged; ask for it again, as one line") from None
    if isinstance(key, RSAPublicKey) and key.key_size < SMALLEST_RSA_BITS:
        raise Invalid(
            f"this RSA key has {key.key_size} bits, which is too weak; "
            f"ask for an ed25519 key, or RSA with {SMALLEST_RSA_BITS} bits or more"
        )
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return AccountKey(fingerprint=f"SHA256:{digest}", public_key=line, comment=comment[:200])
