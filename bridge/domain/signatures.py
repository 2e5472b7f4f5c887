"""Signatures of webhooks: an HMAC over the moment and the body, so that neither can be made up or replayed.

The header is ``Bridge-Signature: t=UNIX,v1=HEX``; the HMAC-SHA256 is over ``UNIX.BODY``.
"""

import hashlib
import hmac

HEADER = "Bridge-Signature"
TOLERANCE_SECONDS = 300  # what receivers should take at most between the moment and their clock


def sign(secret: str, body: bytes, *, at: int) -> str:
    """Return the header's value for *body* sent at the Unix time *at*."""
    return f"t={at},v1={_digest(secret, body, at)}"


def is_right(secret: str, body: bytes, value: str, *, now: int) -> bool:
    """Whether *value* was made with *secret* for *body*, less than `TOLERANCE_SECONDS` from *now*."""
    parts = dict(part.partition("=")[::2] for part in value.split(","))
    if not parts.get("t", "").isdecimal() or abs(now - int(parts["t"])) > TOLERANCE_SECONDS:
        return False
    return hmac.compare_digest(parts.get("v1", ""), _digest(secret, body, int(parts["t"])))


def _digest(secret: str, body: bytes, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
