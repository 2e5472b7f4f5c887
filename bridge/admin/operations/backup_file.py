"""The file of a backup: a tar that ordinary tools can open, written in one piece or not at all.

    ledger.db, spool/blobs/*, keys/*    what is kept
    SHA256SUMS                          of each of them: sha256sum -c SHA256SUMS
    manifest.json                       what it is, of when, and the hash of SHA256SUMS; the last

Nothing here knows what the files mean.
"""

import hashlib
import io
import json
import os
import re
import secrets
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, BinaryIO, Final

from bridge.domain.errors import AlreadyThere, BridgeError, Invalid, Unavailable

FORMAT: Final = 1  # raised when an older bridge could not restore it
LEDGER: Final = "ledger.db"
BLOBS: Final = "spool/blobs/"
KEYS: Final = "keys/"
_SUMS, _MANIFEST = "SHA256SUMS", "manifest.json"
_LONGEST_MANIFEST = 1024 * 1024  # bytes
_NAME = re.compile(r"ledger\.db|(?:spool/blobs|keys)/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")

Sink = Callable[[str, IO[bytes]], None]  # takes the name of a file and all that can be read of it


class _Hashing(io.RawIOBase):
    """Reads from another file, and knows the hash of what went through."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.sha256 = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.sha256.update(data)
        return data


class BackupWriter:
    """Writes a backup beside its place, and puts it there in one rename."""

    def __init__(self, path: Path) -> None:
        """Begin.

        Raises:
            AlreadyThere: there is a file of this name.
            Unavailable: it cannot be written.
        """
        self._path = path
        self._draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        if path.exists():
            raise AlreadyThere(f"{path} is there already; a backup never takes another's place")
        try:
            # Readable for this user only: it has what was uploaded.
            descriptor = os.open(self._draft, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
            self._file: BinaryIO = os.fdopen(descriptor, "w+b")
            self._sums: IO[bytes] = (path.parent / f"{self._draft.name}.sums").open("w+b")
        except OSError as error:
            raise _unwritable(path, error) from error
        Path(self._sums.name).unlink()  # it has no name, and goes when it is closed
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.files = 0
        self.size = 0  # bytes of the files

    def add(self, name: str, source: Path) -> None:
        """Add the file *source* under *name*.

        Raises:
            Invalid: it has a name that no restore would take.
            FileNotFoundError: it is gone.
            Unavailable: the backup cannot be written.
        """
        if not _NAME.fullmatch(name):
            raise Invalid(f"{name!r} cannot be in a backup: no restore would take it")
        with source.open("rb") as opened:
            info = tarfile.TarInfo(name)
            info.size = os.fstat(opened.fileno()).st_size
            info.mode = 0o600
            reader = _Hashing(opened)
            try:
                self._tar.addfile(info, reader)
                self._sums.write(_line(reader.sha256.hexdigest(), name))
            except OSError as error:
                raise _unwritable(self._path, error) from error
        self.files += 1
        self.size += info.size

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Add the *manifest* and put the file in its place, durable; raise `Unavailable`."""
        try:
            self._finish(manifest)
        except OSError as error:
            raise _unwritable(self._path, error) from error

    def _finish(self, manifest: Mapping[str, Any]) -> None:
        self._sums.seek(0)
        reader = _Hashing(self._sums)
        info = tarfile.TarInfo(_SUMS)
        info.size = os.fstat(self._sums.fileno()).st_size
        info.mode = 0o600
        self._tar.addfile(info, reader)
        whole = {
            "format": FORMAT,
            **manifest,
            "files": self.files,
            "bytes": self.size,
            "sums_sha256": reader.sha256.hexdigest(),
        }
        text = json.dumps(whole | {"sha256": _own_hash(whole)}, indent=2).encode()
        info = tarfile.TarInfo(_MANIFEST)
        info.size = len(text)
        info.mode = 0o600
        self._tar.addfile(info, io.BytesIO(text))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._draft.rename(self._path)
        _sync_folder(self._path.parent)

    def close(self) -> None:
        """End; what was not finished is gone."""
        self._file.close()
        self._sums.close()
        self._draft.unlink(missing_ok=True)


def read(source: IO[bytes], *, name: str, sink: Sink) -> Mapping[str, Any]:
    """Give every file of a backup to *sink*, and return its manifest once all of it is proved whole.

    Args:
        source: the backup, read once from its beginning.
        name: of it, for messages.
        sink: what is written with it counts only when this function has returned.

    Raises:
        Invalid: it is no backup, is damaged or cut short, or is of a newer version of the bridge.
    """
    try:
        manifest = _read(source, sink)
    except (tarfile.TarError, EOFError, ValueError, KeyError) as error:
        raise Invalid(f"{name} is no backup, or it is damaged or cut short ({error})") from error
    if manifest["format"] != FORMAT:
        raise Invalid(f"{name} was made by a newer version of the bridge (format {manifest['format']})")
    return manifest


def _read(source: IO[bytes], sink: Sink) -> dict[str, Any]:
    mine, theirs = hashlib.sha256(), ""
    with tarfile.open(fileobj=source, mode="r|") as tar:
        for member in tar:
            opened = tar.extractfile(member) if member.isreg() else None
            if opened is None:
                raise ValueError(f"{member.name!r} is no plain file")
            if member.name == _MANIFEST:
                return _checked(opened.read(_LONGEST_MANIFEST), sums=theirs)
            reader = _Hashing(opened)
            if member.name == _SUMS:
                _drain(reader)
                theirs = reader.sha256.hexdigest()
                if theirs != mine.hexdigest():
                    raise ValueError(
                        "a file is not what it was; which one: tar x, then sha256sum -c SHA256SUMS"
                    )
                continue
            if not _NAME.fullmatch(member.name):
                raise ValueError(f"{member.name!r} does not belong there")
            _give(sink, member.name, reader)
            mine.update(_line(reader.sha256.hexdigest(), member.name))
    raise ValueError("its end is missing")


def _give(sink: Sink, name: str, reader: _Hashing) -> None:
    try:
        sink(name, reader)  # type: ignore[arg-type]
    except (BridgeError, OSError):
        raise
    except ValueError as error:
        raise RuntimeError(f"{name}: {error}") from error
    _drain(reader)


def _drain(reader: _Hashing) -> None:
    while reader.read(1024 * 1024):
        pass


def _checked(text: bytes, *, sums: str) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(text)
    own = manifest.pop("sha256")
    if own != _own_hash(manifest) or manifest["sums_sha256"] != sums:
        raise ValueError("its manifest is not what it was")
    return manifest


def _own_hash(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _line(sha256: str, name: str) -> bytes:
    return f"{sha256}  {name}\n".encode()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> Unavailable:
    return Unavailable(f"{path} cannot be written: {error.strerror or error}")
