"""Passwords: the one place that hashes them and compares them (argon2id).

Each call takes about 25 ms and 19 MiB: call it in a thread, a few at once.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 19_456  # 19 MiB, t=2, p=1: OWASP's first recommendation for argon2id
PASSES = 2
LANES = 1

# Compared with when the account is unknown or has no password, so that both take equally long.
# It is the hash of 32 random bytes that nobody kept.
DUMMY_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$Jt/auLeP0EWum0pAcf9sVg$/GSdOdfqgcAgv4pCFqSjJ4FxA2jBYaHXR3RA0cBXtuM"
)


def hash_password(text: str) -> str:
    """Return the argon2id hash of *text*, with its salt and parameters in it."""
    return _hasher().hash(text)


def is_right(password_hash: str, text: str) -> bool:
    """Whether *text* is the password of *password_hash*; False also for a hash that is none."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(password_hash, text)
    except (InvalidHashError, VerificationError):
        return False


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # 40 ms to load: only commands that need it pay

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
