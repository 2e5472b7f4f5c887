"""A received .gz: proved whole by inflating all of it in bounded memory; what it unpacks to is not kept.

It goes on as it came, for Payt unpacks it (payt-imports §1).
"""

from collections.abc import Iterable

from bridge.domain.reasons import ReasonCode
from bridge.intake.inflate import GZIP, Damaged, Inflation
from bridge.intake.plan import Halt, refusal
from bridge.intake.reading import Head

RATIO_FLOOR_BYTES = 1024 * 1024  # below this no ratio is dangerous
# Every stream inside costs a copy of what follows it: small slices keep a flood of tiny streams cheap.
_SLICE_BYTES = 32 * 1024
_MAX_STREAMS = 100_000  # bgzip makes one for each 64 KiB; 4 GiB are 65,536


def prove(source: Iterable[bytes], *, packed_bytes: int, max_bytes: int, max_ratio: float) -> Head:
    """Inflate all of *source* and return its unpacked size and first bytes.

    Args:
        source: the whole .gz, in pieces.
        packed_bytes: its size.
        max_bytes: what it may unpack to.
        max_ratio: unpacked : packed, above 1 MiB.

    Raises:
        Halt: it is broken (REFUSED, BROKEN_GZIP) or over a limit (REFUSED, GZIP_TOO_LARGE).
    """
    proof = _Proof(packed_bytes, max_bytes, max_ratio)
    for piece in source:
        for at in range(0, len(piece), _SLICE_BYTES):
            proof.feed(piece[at : at + _SLICE_BYTES])
    proof.end()
    return proof.unpacked


class _Proof:
    def __init__(self, packed_bytes: int, max_bytes: int, max_ratio: float) -> None:
        self.unpacked = Head()
        self._limit = max_bytes
        self._ratio = max_ratio
        self._packed_bytes = packed_bytes
        self._streams = 0
        self._stream: Inflation | None = None  # None: between two streams

    def feed(self, data: bytes) -> None:
        try:
            while data:
                stream = self._stream or self._begin(data)
                for piece in stream.feed(data):
                    self.unpacked.see(piece)
                    self._check_limits()
                self._stream = None if stream.is_over else stream
                data = stream.rest
        except Damaged as error:
            raise self._broken(str(error)) from error

    def _begin(self, data: bytes) -> Inflation:
        if self._streams and data[:1] != b"\x1f":
            raise self._broken("other bytes follow its end")
        self._streams += 1
        if self._streams > _MAX_STREAMS:
            raise refusal(ReasonCode.GZIP_TOO_LARGE, f"more than {_MAX_STREAMS:,} gzip streams in one file")
        return Inflation(GZIP)

    def end(self) -> None:
        if self._streams == 0:
            raise self._broken("it is empty, which no .gz can be")
        if self._stream is not None:
            raise self._broken("it ends too early")

    def _check_limits(self) -> None:
        size = self.unpacked.size
        if size > self._limit:
            raise refusal(ReasonCode.GZIP_TOO_LARGE, f"unpacks to more than {self._limit:,} bytes")
        if size > RATIO_FLOOR_BYTES and size > self._ratio * self._packed_bytes:
            raise refusal(
                ReasonCode.GZIP_TOO_LARGE,
                f"unpacks to more than {self._ratio:g} times its {self._packed_bytes:,} bytes",
            )

    def _broken(self, what: str) -> Halt:
        return refusal(ReasonCode.BROKEN_GZIP, f"after {self.unpacked.size:,} unpacked bytes: {what}")
