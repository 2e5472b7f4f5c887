"""Passwords: the one place that hashes them (argon2id) and compares them (also what was brought along).

Each call takes about 25 ms and 19 MiB, or with a hash of another server what that one chose
(`bridge.domain.password_hashes` bounds it): call it in a thread, a few at once.
"""

import secrets
from functools import cache
from typing import TYPE_CHECKING

from bridge.domain.password_hashes import Scheme, salt_after, scheme

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 19_456  # 19 MiB, t=2, p=1: OWASP's first recommendation for argon2id
PASSES = 2
LANES = 1
BCRYPT_BYTES = 72  # bcrypt looks at no more, and never did; its library now wants that to be said

# Without 0 O o 1 I l: it may be read out on the telephone.  20 of 56 characters are 116 bits.
_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GENERATED_LENGTH = 20

# Compared with when the account is unknown or has no password, so that both take equally long.
# It is the hash of 32 random bytes that nobody kept.
DUMMY_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$Jt/auLeP0EWum0pAcf9sVg$/GSdOdfqgcAgv4pCFqSjJ4FxA2jBYaHXR3RA0cBXtuM"
)


def generate() -> str:
    """Return a new password."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_GENERATED_LENGTH))


def hash_password(text: str) -> str:
    """Return the argon2id hash of *text*, with its salt and parameters in it."""
    return _hasher().hash(text)


def hash_anew(text: str, *, former: str) -> str:
    """Return the argon2id hash of *text*, the password of *former*, as `is_same_anew` knows it."""
    return _hasher().hash(text, salt=salt_after(former))


def is_right(password_hash: str, text: str) -> bool:
    """Whether *text* is the password of *password_hash*; False also for a hash that is none."""
    match scheme(password_hash):
        case Scheme.ARGON2:
            return _is_right_argon2(password_hash, text)
        case Scheme.BCRYPT:
            return _is_right_bcrypt(password_hash, text)
        case Scheme.SHA512_CRYPT:
            return _is_right_sha512(password_hash, text)
        case None:
            return False


def is_ours(password_hash: str) -> bool:
    """Whether *password_hash* is as `hash_password` makes it now; what is not is replaced after a log-in."""
    return password_hash.startswith(f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$")


def _is_right_argon2(password_hash: str, text: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(password_hash, text)
    except (InvalidHashError, VerificationError):
        return False


def _is_right_bcrypt(password_hash: str, text: str) -> bool:
    import bcrypt

    password = text.encode()[:BCRYPT_BYTES]
    try:
        return bcrypt.checkpw(password, password_hash.encode())
    except ValueError:
        return False


def _is_right_sha512(password_hash: str, text: str) -> bool:
    from passlib.hash import sha512_crypt

    try:
        return bool(sha512_crypt.verify(text, password_hash))
    except ValueError:  # also of a password with a NUL
        return False


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # 40 ms to load: only commands that need it pay

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
