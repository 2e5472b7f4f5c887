"""Ask the kernel to begin writing now, so that the sync at the end finds little left to do.

Python has no name for sync_file_range(2).  It promises nothing and reports nothing: the fsync does both.
"""

import ctypes
import os
from collections.abc import Callable

_WRITE = 2  # SYNC_FILE_RANGE_WRITE: start, do not wait


def _find() -> Callable[[int, int, int, int], int] | None:
    function = getattr(ctypes.CDLL(None, use_errno=True), "sync_file_range", None)
    if function is None:
        return None
    function.argtypes = [ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint]
    found: Callable[[int, int, int, int], int] = function
    return found


_sync_file_range = _find() if os.name == "posix" else None


def start_writeback(descriptor: int, offset: int, size: int) -> None:
    """Begin to write *size* bytes from *offset* to the disk; blocking for a moment at most."""
    if _sync_file_range is not None:
        _sync_file_range(descriptor, offset, size, _WRITE)
