"""A PDF is whole when its two ends are there; what is between them is not looked at.

``%PDF-`` may come after up to 1,024 bytes and ``%%EOF`` is looked for in the last 1,024, as readers do
(Adobe's implementation notes 13 and 18 to the PDF reference).  Padding after the last mark counts to them.
"""

from bridge.intake.plan import Flaw

_BEGINNING = b"%PDF-"
_END = b"%%EOF"
_WINDOW_BYTES = 1024


def check_ends(head: bytes, tail: bytes, size: int) -> None:
    """Raise `Flaw` unless these are the ends of a whole PDF.

    Args:
        head: its first 1,024 bytes or more, or all of it.
        tail: its last 1,024 bytes, or all of it.
        size: how many bytes it has.
    """
    if size == 0:
        raise Flaw("it is empty")
    if _BEGINNING not in head[:_WINDOW_BYTES]:
        raise Flaw("no %PDF- within the first 1,024 bytes")
    if _END not in tail[-_WINDOW_BYTES:]:
        raise Flaw(
            f"no %%EOF in the last 1,024 of {size:,} bytes: the file may have been cut off"
            if size > _WINDOW_BYTES
            else f"no %%EOF in its {size:,} bytes: the file may have been cut off"
        )
