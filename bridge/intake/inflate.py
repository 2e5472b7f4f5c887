"""One deflate stream, inflated piece by piece in bounded memory."""

from collections.abc import Iterator

from zlib_ng import zlib_ng  # 2.1 to 2.5 times as fast as zlib (libraries.md)

RAW = -15  # as in a zip
GZIP = 31  # with gzip's header and trailer, both checked
_OUTPUT_BYTES = 256 * 1024
_ERROR: type[Exception] = zlib_ng.error  # type: ignore[assignment]  # its stub says: an instance


class Damaged(Exception):
    """The stream is no deflate, or its own checksum is wrong; the text says what."""


class Inflation:
    """Inflates one stream."""

    def __init__(self, form: int) -> None:
        self._stream = zlib_ng.decompressobj(wbits=form)

    @property
    def is_over(self) -> bool:
        """Whether the stream's end was reached."""
        return self._stream.eof

    @property
    def rest(self) -> bytes:
        """Return what of the fed bytes lies behind the stream's end."""
        return self._stream.unused_data

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what *data* unpacks to; raise `Damaged`."""
        is_full = True  # a full output means that there may be more of it, even without input
        while not self._stream.eof and (data or is_full):
            try:
                output = self._stream.decompress(data, _OUTPUT_BYTES)
            except _ERROR as error:
                raise Damaged(str(error)) from error
            is_full = len(output) == _OUTPUT_BYTES
            data = self._stream.unconsumed_tail
            yield output


def crc32(data: bytes, start: int) -> int:
    """Return the CRC-32 of what *start* is the CRC-32 of, and *data*."""
    return zlib_ng.crc32(data, start)
