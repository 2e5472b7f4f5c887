"""The only HTTP client: one request, at most one answer, and whether the request can have arrived.

It never tries twice (aiohttp repeats only idempotent requests, and POST is none) and never follows a
redirect.  What an answer means is for `bridge.domain.outcomes`.
"""

import ssl
from collections.abc import Callable
from types import SimpleNamespace, TracebackType
from typing import Self

import aiohttp

from bridge.config.settings import DestinationSettings
from bridge.delivery.body import Body
from bridge.delivery.excerpt import READ_BYTES, excerpt
from bridge.delivery.targets.payt import Submission
from bridge.domain.errors import Invalid
from bridge.domain.outcomes import Answer, NoAnswer

USER_AGENT = "sftp-bridge"  # neutral: no versions
CONNECT_SECONDS = 8.0  # waiting for a free connection, name, TCP and TLS together; below lane.SAFETY
# Servers close idle connections after 2 s (gunicorn), 5 s (Node, uvicorn, Apache) or more; a request that
# meets such a closing is ambiguous.  Below the shortest of these; at 3 a second it is reused all the same.
KEEPALIVE_SECONDS = 1.5
HEADER_BYTES = 2 * 1024 * 1024  # a 429 with an absurd Retry-After is still a 429


class _Progress:
    """What is known of a request under way."""

    def __init__(self, on_sent: Callable[[], None]) -> None:
        self.has_begun = False
        self._on_sent = on_sent

    def note(self) -> None:
        if not self.has_begun:
            self.has_begun = True
            self._on_sent()


class Sender:
    """Sends requests to one destination; used as a context."""

    def __init__(self, settings: DestinationSettings) -> None:
        self._settings = settings
        self._timeout = aiohttp.ClientTimeout(
            total=settings.timeout_seconds, connect=min(CONNECT_SECONDS, settings.timeout_seconds)
        )
        self._tls = _tls(settings)

    async def __aenter__(self) -> Self:
        """Open the sessions."""
        self._kept = self._session(is_fresh=False)
        self._fresh = self._session(is_fresh=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        await self._kept.close()
        await self._fresh.close()

    def _session(self, *, is_fresh: bool) -> aiohttp.ClientSession:
        limit = self._settings.max_in_flight
        if is_fresh:
            connector = aiohttp.TCPConnector(limit=limit, ssl=self._tls, force_close=True)
        else:
            connector = aiohttp.TCPConnector(limit=limit, ssl=self._tls, keepalive_timeout=KEEPALIVE_SECONDS)
        # Not on_request_headers_sent: aiohttp holds the headers back until the first piece of the body goes.
        trace = aiohttp.TraceConfig()
        trace.on_request_chunk_sent.append(_note)
        return aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
            trust_env=False,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": USER_AGENT},
            skip_auto_headers=("Accept-Encoding",),
            max_field_size=HEADER_BYTES,
            trace_configs=[trace],
        )

    async def send(
        self,
        submission: Submission,
        body: Body,
        *,
        is_resendable: bool,
        secrets: tuple[str, ...],
        on_sent: Callable[[], None],
    ) -> Answer | NoAnswer:
        """Send one request and return what came of it.

        Args:
            submission: what to send and where to.
            body: its body, opened.
            is_resendable: whether the connection may be one that was used before: the server may be closing
                it at this moment, and then nobody can say whether it took the request.
            secrets: taken out of what is kept of the answer.
            on_sent: called when the first byte of the request goes out.
        """
        progress = _Progress(on_sent)
        session = self._kept if is_resendable else self._fresh
        headers = dict(submission.headers)
        if body.length is not None:
            headers["Content-Length"] = str(body.length)
        try:
            answer = await session.post(
                self._settings.base_url + submission.path,
                data=body.content(),
                headers=headers,
                allow_redirects=False,
                trace_request_ctx=progress,
            )
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            return self._lost(error, body, has_begun=progress.has_begun, secrets=secrets)
        try:
            text = await _read(answer)
        finally:
            if not body.is_whole or not answer.content.at_eof():
                answer.close()  # an early answer, or too long a one: the connection is of no more use
            else:
                answer.release()
        if not body.is_whole and answer.status < 300:
            return NoAnswer(is_unsent=True, what=f"answered {answer.status} before the file was sent whole")
        return Answer(
            status=answer.status,
            retry_after=answer.headers.get("Retry-After"),
            excerpt=excerpt(text, secrets),
            is_early=not body.is_whole,
        )

    def _lost(self, error: Exception, body: Body, *, has_begun: bool, secrets: tuple[str, ...]) -> NoAnswer:
        if not has_begun:
            what = "could not connect"
        elif not body.is_whole:
            what = "the connection was lost before the file was sent whole"
        else:
            what = "the file was sent, no answer came"
        if isinstance(error, TimeoutError):
            seconds = self._settings.timeout_seconds if has_begun else CONNECT_SECONDS
            reason = f"timeout after {seconds:g} s"
        else:
            reason = _words(error)
        # The last piece closes the JSON: without it nobody can have taken the file.
        return NoAnswer(
            is_unsent=not (has_begun and body.is_whole), what=excerpt(f"{what}: {reason}".encode(), secrets)
        )


def _words(error: Exception) -> str:
    """Return what broke, without anything that the peer sent: aiohttp's own texts quote it."""
    match error:
        case aiohttp.ClientResponseError():
            return "the answer is no HTTP"
        case aiohttp.ServerDisconnectedError():
            return "the peer closed the connection"
        case OSError():
            return f"{type(error).__name__}: {error}"
        case _:
            return type(error).__name__


async def _note(_session: aiohttp.ClientSession, context: SimpleNamespace, _chunk: object) -> None:
    context.trace_request_ctx.note()


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """Return the answer's body, at most `READ_BYTES`; a broken one as far as it came."""
    text = bytearray()
    try:
        while len(text) < READ_BYTES and (piece := await answer.content.read(READ_BYTES - len(text))):
            text += piece
    except (aiohttp.ClientError, OSError):
        pass  # the status line came whole, and it decides
    return bytes(text)


def _tls(settings: DestinationSettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.ca_file is not None:
        try:
            context.load_verify_locations(cafile=settings.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise Invalid(f"destination.ca_file {settings.ca_file}: no readable PEM file: {error}") from error
    return context
