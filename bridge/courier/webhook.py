"""Webhooks: one signed POST, and whether it was taken; no redirect is followed, no proxy is asked."""

import ssl

import aiohttp

from bridge.domain.errors import Unavailable
from bridge.domain.signatures import HEADER, sign

TIMEOUT_SECONDS = 15.0
USER_AGENT = "sftp-bridge"


async def post(url: str, body: bytes, *, secret: str, at: int) -> str:
    """Post *body*, JSON, signed with *secret* as of the Unix time *at*; return what was answered.

    Raises:
        Unavailable: it was not taken; the text says why, without anything that the receiver sent.
    """
    headers = {
        HEADER: sign(secret, body, at=at),
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
    }
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=False, auto_decompress=False) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            status = answer.status
    except TimeoutError:
        raise Unavailable(f"no answer within {TIMEOUT_SECONDS:g} s") from None
    except (aiohttp.ClientError, ssl.SSLError, OSError, ValueError) as error:
        raise Unavailable(_words(error)) from error
    if not 200 <= status < 300:
        elsewhere = ", and redirects are not followed" if 300 <= status < 400 else ""
        raise Unavailable(f"answered {status}{elsewhere}")
    return f"answered {status}"


def _words(error: Exception) -> str:
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return "its certificate is not trusted"
        case aiohttp.ClientConnectorError():
            return f"could not connect: {error.os_error.strerror or 'no such host is known'}"
        case aiohttp.ServerDisconnectedError():
            return "the peer closed the connection"
        case _:
            return f"could not be posted: {type(error).__name__}"
