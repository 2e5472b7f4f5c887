"""The JSON body of a request, in constant memory: file, gzip, base64, JSON, piece by piece.

The closing bytes are handed out only when size and hash of what was read are those that were received: a
damaged file never becomes a whole request.  Which fields there are is for `targets` to say.
"""

import asyncio
import hashlib
import io
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, cast

import pybase64
from aiofiles.os import wrap
from zlib_ng import zlib_ng

from bridge.domain.errors import Unavailable
from bridge.domain.outcomes import Damaged, NoAnswer
from bridge.spool.protocol import BrokenSeal

READ_BYTES = 768 * 1024  # a multiple of 3, so that base64 of it has no padding; 1 MiB encoded
INLINE_BYTES = 256 * 1024  # up to here a thread costs more than the work (0.3 ms)
# aiohttp warns above 1 MiB of bytes; larger bodies go in pieces, with the same Content-Length.
JOIN_BYTES = 512 * 1024
HOLD_BYTES = (
    4 * 1024 * 1024 // 3
)  # base64 of 1 MiB: compressed up to this, the length is known before it goes
GZIP_LEVEL = 4  # 2.1 to 3.6 times zlib's speed at 1 to 4 % more bytes (libraries.md)
GZIP_WINDOW = 31  # 15 and a gzip frame; without a name or a time, so equal files give equal bytes


class BodyFailure(Exception):
    """The file could not be sent whole; *event* says why."""

    def __init__(self, event: Damaged | NoAnswer) -> None:
        super().__init__(event.what)
        self.event = event


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


class _Encoder:
    """Turns what is read into base64, through gzip if wanted; keeps size and hash of what went in."""

    def __init__(self, *, is_compressing: bool) -> None:
        self.size = 0
        self.hash = hashlib.sha256()
        self._rest = b""  # fewer than 3 bytes
        self._gzip: _Compressor | None = (
            zlib_ng.compressobj(GZIP_LEVEL, zlib_ng.DEFLATED, GZIP_WINDOW) if is_compressing else None
        )

    def feed(self, data: bytes) -> bytes:
        """Return the base64 of *data*, as far as it has no padding; nothing in *data* means the end."""
        self.size += len(data)
        self.hash.update(data)
        out = data
        if self._gzip is not None:
            out = self._gzip.compress(data) if data else self._gzip.flush()
        if self._rest:
            out = self._rest + out
        whole = len(out) if not data else len(out) - len(out) % 3
        self._rest = out[whole:]
        return pybase64.b64encode(out if whole == len(out) else memoryview(out)[:whole])


class Body:
    """The body of one request; used as a context, so that the file is closed."""

    def __init__(
        self,
        path: Path,
        *,
        size: int,
        sha256: str,
        filename: str,
        fields: Mapping[str, str | int],
        is_compressing: bool = False,
    ) -> None:
        self.length: int | None = None  # bytes; None: not known before the end
        self.is_whole = False  # the last piece was handed out
        self.failure: BodyFailure | None = None
        self._path = path
        self._size = size
        self._sha256 = sha256
        self._head, self._tail = _frame(filename, fields)
        self._encoder = _Encoder(is_compressing=is_compressing)
        self._is_compressing = is_compressing
        self._file: io.RawIOBase | None = None
        self._is_at_end = False
        self._first: list[bytes] = []  # made before the request begins
        self._ahead: asyncio.Task[bytes] | None = None  # made while the piece before it is sent

    async def __aenter__(self) -> Self:
        """Open the file and make the first pieces; raise `BodyFailure` if that is impossible."""
        try:
            await self._prepare()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        await self._close()

    def content(self) -> bytes | AsyncIterator[bytes]:
        """Return what to send: bytes if they are few, else the pieces."""
        if self._is_at_end and self.length is not None and self.length <= JOIN_BYTES:
            self.is_whole = True
            return b"".join((self._head, *self._first, self._tail))
        return self._pieces()

    async def _prepare(self) -> None:
        try:
            self._file = cast(io.RawIOBase, await wrap(self._path.open)("rb", buffering=0))
        except FileNotFoundError:
            raise BodyFailure(Damaged(what="the stored bytes are gone")) from None
        except (OSError, Unavailable) as error:
            raise BodyFailure(_unreadable(error)) from error
        encoded = 0
        while not self._is_at_end and encoded <= (HOLD_BYTES if self._is_compressing else 0):
            self._first.append(await self._piece())
            encoded += len(self._first[-1])
        if self._is_at_end:
            self.length = len(self._head) + encoded + len(self._tail)
        elif not self._is_compressing:
            self.length = len(self._head) + (self._size + 2) // 3 * 4 + len(self._tail)

    async def _pieces(self) -> AsyncIterator[bytes]:
        try:
            self._read_ahead()
            yield self._head + self._first[0]
            for piece in self._first[1:]:
                yield piece
            while self._ahead is not None:
                piece = await self._ahead
                self._ahead = None
                self._read_ahead()
                if piece:
                    yield piece
        except BodyFailure as failure:
            self.failure = failure
            raise
        self.is_whole = True
        yield self._tail

    def _read_ahead(self) -> None:
        if not self._is_at_end:
            self._ahead = asyncio.create_task(self._piece())

    async def _piece(self) -> bytes:
        """Return the next piece of base64; at the end prove the whole."""
        assert self._file is not None  # noqa: S101  _prepare opened it
        try:
            data = await wrap(self._file.read)(READ_BYTES) or b""
        except OSError as error:
            raise BodyFailure(_unreadable(error)) from error
        if len(data) > INLINE_BYTES or self._is_compressing:
            piece = await asyncio.to_thread(self._encoder.feed, data)
        else:
            piece = self._encoder.feed(data)
        if self._encoder.size > self._size or not data:
            self._prove()
        if data and self._encoder.size == self._size and not self._is_compressing:
            piece += self._encoder.feed(b"")  # saves small files one more read
            self._prove()
        return piece

    def _prove(self) -> None:
        self._is_at_end = True
        if self._encoder.size != self._size:
            what = f"the stored file has {self._encoder.size} bytes or more, received were {self._size}"
            raise BodyFailure(Damaged(what=what))
        if self._encoder.hash.hexdigest() != self._sha256:
            raise BodyFailure(Damaged(what="the stored bytes are not those received (SHA-256 differs)"))

    async def _close(self) -> None:
        if self._ahead is not None:
            # A thread may be reading; it is not cut off, it takes milliseconds.
            await asyncio.wait({self._ahead})
            if not self._ahead.cancelled():
                self._ahead.exception()  # looked at, or asyncio complains
            self._ahead = None
        if self._file is not None:
            await wrap(self._file.close)()
            self._file = None


def _frame(filename: str, fields: Mapping[str, str | int]) -> tuple[bytes, bytes]:
    """Return what stands before and after the base64; pure ASCII, so that any name is safe."""
    opening = json.dumps({"file": {"filename": filename, "base64_data": ""}})[: -len('"}}')]
    whole = json.dumps({"file": {"filename": filename, "base64_data": ""}, **fields})
    return opening.encode("ascii"), whole[len(opening) :].encode("ascii")


def _unreadable(error: OSError | Unavailable) -> Damaged | NoAnswer:
    if isinstance(error, BrokenSeal):
        return Damaged(what=f"the stored bytes are not those received ({error})")
    what = error.strerror if isinstance(error, OSError) else str(error)
    return NoAnswer(is_unsent=True, what=f"the spool could not be read: {what}", is_ours=True)
