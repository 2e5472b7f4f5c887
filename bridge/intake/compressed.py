"""A received .gz: unpacked piece by piece in bounded memory, and so proved whole.

It goes on as it came, for Payt unpacks it (payt-imports §1); unless what is in it has to be converted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bridge.domain.reasons import ReasonCode
from bridge.intake.inflate import GZIP, Damaged, Inflation
from bridge.intake.plan import Halt, refusal

RATIO_FLOOR_BYTES = 1024 * 1024  # below this no ratio is dangerous
# Every stream inside costs a copy of what follows it: small slices keep a flood of tiny streams cheap.
_SLICE_BYTES = 32 * 1024
_MAX_STREAMS = 100_000  # bgzip makes one for each 64 KiB; 4 GiB are 65,536


def unpacked(
    source: Iterable[bytes],
    *,
    packed_bytes: int,
    max_bytes: int,
    max_ratio: float,
    streams: "Streams | None" = None,
) -> Iterator[bytes]:
    """Yield what *source* unpacks to; it is whole if this comes to its end.

    Args:
        source: the whole .gz, in pieces.
        packed_bytes: its size.
        max_bytes: what it may unpack to.
        max_ratio: unpacked : packed, above 1 MiB.
        streams: told at the end how many gzip streams there were.

    Raises:
        Halt: it is broken (REFUSED, BROKEN_GZIP) or over a limit (REFUSED, GZIP_TOO_LARGE).
    """
    proof = _Proof(packed_bytes, max_bytes, max_ratio)
    for piece in source:
        for at in range(0, len(piece), _SLICE_BYTES):
            yield from proof.feed(piece[at : at + _SLICE_BYTES])
    proof.end()
    if streams is not None:
        streams.count = proof.streams


@dataclass(slots=True)
class Streams:
    """How many gzip streams a .gz is made of; a reader that expects one sees only the first."""

    count: int = 0


class _Proof:
    def __init__(self, packed_bytes: int, max_bytes: int, max_ratio: float) -> None:
        self._size = 0  # unpacked bytes
        self._limit = max_bytes
        self._ratio = max_ratio
        self._packed_bytes = packed_bytes
        self.streams = 0
        self._stream: Inflation | None = None  # None: between two streams

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while data:
                stream = self._stream or self._begin(data)
                for piece in stream.feed(data):
                    self._size += len(piece)
                    self._check_limits()
                    yield piece
                self._stream = None if stream.is_over else stream
                data = stream.rest
        except Damaged as error:
            raise self._broken(str(error)) from error

    def _begin(self, data: bytes) -> Inflation:
        if self.streams and data[:1] != b"\x1f":
            raise self._broken("other bytes follow its end")
        self.streams += 1
        if self.streams > _MAX_STREAMS:
            raise refusal(ReasonCode.GZIP_TOO_LARGE, f"more than {_MAX_STREAMS:,} gzip streams in one file")
        return Inflation(GZIP)

    def end(self) -> None:
        if self.streams == 0:
            raise self._broken("it is empty, which no .gz can be")
        if self._stream is not None:
            raise self._broken("it ends too early")

    def _check_limits(self) -> None:
        size = self._size
        if size > self._limit:
            raise refusal(ReasonCode.GZIP_TOO_LARGE, f"unpacks to more than {self._limit:,} bytes")
        if size > RATIO_FLOOR_BYTES and size > self._ratio * self._packed_bytes:
            raise refusal(
                ReasonCode.GZIP_TOO_LARGE,
                f"unpacks to more than {self._ratio:g} times its {self._packed_bytes:,} bytes",
            )

    def _broken(self, what: str) -> Halt:
        return refusal(ReasonCode.BROKEN_GZIP, f"after {self._size:,} unpacked bytes: {what}")
