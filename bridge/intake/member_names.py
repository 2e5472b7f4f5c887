"""What an entry of a zip is called: one rule for its characters, one for its path.

A name is a label and never part of a disk path; directories are discarded, so only the base name counts.
"""

import stat
import zlib
from dataclasses import dataclass

from bridge.domain.names import MAX_NAME_BYTES, printable
from bridge.intake.directory import Entry, extra_fields, unsafe

_IS_UTF8 = 0x800
_UNICODE_PATH = 0x7075
# Info-ZIP marks what it read from a pipe as a pipe; its content is that of a file.
_FILES_AND_FOLDERS = frozenset({0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFIFO})
_JUNK_FOLDER = "__macosx"
_JUNK = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberName:
    """A path inside an archive, understood."""

    path: str  # as in the archive, with / between folders
    name: str  # the last part; empty for a folder
    is_folder: bool
    is_junk: bool  # left by macOS or Windows, of no meaning

    @property
    def is_in_folder(self) -> bool:
        """Whether it lies in a directory of the archive."""
        return "/" in self.path.strip("/")


def member_name(entry: Entry, encoding: str | None) -> MemberName:
    """Return the name of *entry*; *encoding* is the account's.

    Raises:
        Halt: the name is empty, too long, has a NUL or ``..``, or the entry is no file.
    """
    if b"\0" in entry.raw_name:
        raise unsafe(f"{printable(entry.shown)}: a NUL in its name")
    path = decode(entry, encoding).replace("\\", "/")
    shown = printable(path)
    *folders, name = path.split("/")
    if ".." in {*folders, name} or name == "." or not path.strip("/"):
        raise unsafe(f"{shown or '(empty)'}: its path leads out of the archive, or nowhere")
    if len(name.encode()) > MAX_NAME_BYTES:
        raise unsafe(f"{shown}: its name has more than {MAX_NAME_BYTES:,} bytes")
    return MemberName(
        path=path,
        name=name,
        is_folder=_is_folder(entry, name, shown),
        is_junk=name.casefold() in _JUNK or _JUNK_FOLDER in (folder.casefold() for folder in folders),
    )


def _is_folder(entry: Entry, name: str, shown: str) -> bool:
    kind = stat.S_IFMT(entry.mode)
    if kind not in _FILES_AND_FOLDERS:
        raise unsafe(f"{shown}: it is a link or a device, not a file")
    is_folder = not name or kind == stat.S_IFDIR or (entry.is_dos_folder and not entry.unpacked_bytes)
    if is_folder and entry.unpacked_bytes:
        raise unsafe(f"{shown}: a directory with content")
    return is_folder


def decode(entry: Entry, encoding: str | None) -> str:
    """Return the text of the name of *entry*.

    UTF-8 where it is flagged; else the unicode path field, if it belongs to this name; else UTF-8 where it
    is valid (unflagged UTF-8 is common, and one-byte text is almost never valid UTF-8); else the account's
    *encoding*; else code page 437, as the format's book says.
    """
    raw = entry.raw_name
    candidates = [(raw, "utf-8")]
    field = _unicode_path(entry)
    if field is not None:
        candidates.insert(1 if entry.flags & _IS_UTF8 else 0, (field, "utf-8"))
    if encoding is not None:
        candidates.append((raw, encoding))
    for data, charset in candidates:
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _unicode_path(entry: Entry) -> bytes | None:
    for tag, field in extra_fields(entry.extra):
        if tag == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            is_of_this_name = int.from_bytes(field[1:5], "little") == zlib.crc32(entry.raw_name)
            return field[5:] if is_of_this_name and b"\0" not in field else None
    return None
