"""Hashes of passwords, as other servers keep them: which kinds are taken over, and which cost too much.

A hash says itself how much work each comparison is, and whoever knocks at the door makes us do it: what is
taken over is bounded.  Here a hash is only read; `bridge.runtime.passwords` compares.
"""

import base64
import hashlib
import re
from enum import StrEnum

from bridge.domain.errors import Invalid

# About a second of a core each, where a hash of ours takes 25 ms.
MOST_BCRYPT_COST = 14
MOST_SHA512_ROUNDS = 200_000
MOST_ARGON2_KIB = 256 * 1024
MOST_ARGON2_WORK = 4 * MOST_ARGON2_KIB  # memory times passes
MOST_ARGON2_LANES = 16
_SALT_BYTES = 16  # as RFC 9106 recommends

_BASE64 = r"[./A-Za-z0-9]"
_BCRYPT = re.compile(rf"\$2[aby]\$(?P<cost>\d\d)\${_BASE64}{{53}}")
_SHA512 = re.compile(rf"\$6\$(?:rounds=(?P<rounds>\d{{1,9}})\$)?{_BASE64}{{0,16}}\${_BASE64}{{86}}")
_ARGON2 = re.compile(
    r"\$argon2(?:id|i|d)\$(?:v=19\$)?m=(?P<kib>\d{1,9}),t=(?P<passes>\d{1,9}),p=(?P<lanes>\d{1,9})"
    r"\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,172}"
)


class Scheme(StrEnum):
    """How a password was hashed; as people call it."""

    ARGON2 = "argon2"
    BCRYPT = "bcrypt"
    SHA512_CRYPT = "sha512-crypt"


_BY_BEGINNING = {
    "$argon2": Scheme.ARGON2,
    "$2a$": Scheme.BCRYPT,
    "$2b$": Scheme.BCRYPT,
    "$2y$": Scheme.BCRYPT,
    "$6$": Scheme.SHA512_CRYPT,
}


def scheme(text: str) -> Scheme | None:
    """Return how *text* was hashed, by its beginning; None for what is none of ours."""
    return next((kind for start, kind in _BY_BEGINNING.items() if text.startswith(start)), None)


def salt_after(former: str) -> bytes:
    """Return the salt with which the password of the hash *former* is hashed anew.

    By it every process can tell the same password from a new one, without the password (`is_same_anew`).
    """
    return hashlib.sha256(former.encode()).digest()[:_SALT_BYTES]


def is_same_anew(text: str, former: str) -> bool:
    """Whether the argon2 hash *text* was made of the password of *former*, when its hash was replaced."""
    salt = base64.b64encode(salt_after(former)).decode().rstrip("=")
    return scheme(text) is Scheme.ARGON2 and salt in text.split("$")


def check_hash(text: str) -> str:
    """Return *text* if it is a hash that can be taken over.

    Raises:
        Invalid: it is none, or of another kind, or each comparison would cost too much; the hash is not
            in the message.
    """
    match scheme(text):
        case Scheme.BCRYPT:
            _check_bcrypt(text)
        case Scheme.SHA512_CRYPT:
            _check_sha512(text)
        case Scheme.ARGON2:
            _check_argon2(text)
        case None:
            raise Invalid(
                "password hash: expected bcrypt ($2b$…), sha512-crypt ($6$…) or argon2 ($argon2id$…), "
                "and nothing else in the line"
            )
    return text


def _check_bcrypt(text: str) -> None:
    found = _match(_BCRYPT, text, Scheme.BCRYPT)
    if not 4 <= int(found["cost"]) <= MOST_BCRYPT_COST:
        raise _too_costly(Scheme.BCRYPT, f"cost {int(found['cost'])}", f"4 to {MOST_BCRYPT_COST}")


def _check_sha512(text: str) -> None:
    rounds = int(_match(_SHA512, text, Scheme.SHA512_CRYPT)["rounds"] or 5000)  # 5000: the scheme's own
    if not 1000 <= rounds <= MOST_SHA512_ROUNDS:
        raise _too_costly(Scheme.SHA512_CRYPT, f"{rounds} rounds", f"1,000 to {MOST_SHA512_ROUNDS:,}")


def _check_argon2(text: str) -> None:
    found = _match(_ARGON2, text, Scheme.ARGON2)
    kib, passes, lanes = int(found["kib"]), int(found["passes"]), int(found["lanes"])
    if not 8 <= kib <= MOST_ARGON2_KIB:
        raise _too_costly(Scheme.ARGON2, f"{kib} KiB", f"8 to {MOST_ARGON2_KIB:,} KiB")
    if not 1 <= lanes <= MOST_ARGON2_LANES or not 1 <= passes * kib <= MOST_ARGON2_WORK:
        raise _too_costly(
            Scheme.ARGON2,
            f"{passes} passes over {kib} KiB in {lanes} lanes",
            f"{MOST_ARGON2_WORK:,} KiB times passes, and {MOST_ARGON2_LANES} lanes",
        )


def _match(pattern: re.Pattern[str], text: str, kind: Scheme) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise Invalid(f"password hash: this {kind} hash is damaged or cut short; copy it again")
    return found


def _too_costly(kind: Scheme, has: str, allowed: str) -> Invalid:
    return Invalid(
        f"password hash: {kind} with {has} cannot be taken over (allowed: {allowed}), because each log-in "
        "would cost that much; set a new password instead"
    )
