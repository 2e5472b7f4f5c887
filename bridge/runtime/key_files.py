"""Key files: made once, whole, also when several processes that share the folder start at the same moment."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def make_once(path: Path, content: bytes) -> bool:
    """Write *content* to the new file *path* (0600, durable) and return True; False: it is there already.

    The name appears with all of the content, and whoever comes second keeps nothing of its own: read the file
    afterwards.

    Raises:
        OSError: it cannot be written.
    """
    draft = _draft(path, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    _sync_folder(path.parent)
    return True


def replace(path: Path, content: bytes) -> None:
    """Write *content* to *path* (0600, durable) in one rename, whatever is there; raise OSError."""
    _draft(path, content).replace(path)
    _sync_folder(path.parent)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Change *path* with no other process doing so meanwhile; raise OSError."""
    # A file beside it: the one that is changed becomes another by the rename, and its lock with it.
    lock = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
