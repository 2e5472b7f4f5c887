"""Export of one tenant: everything that is kept about it, in a zip that is written as it is read.

A file of JSON lines for each sort of thing; with files also the contents that are still kept, each named as
``blob`` says in uploads and documents.  Passwords and their hashes are not in it.
"""

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import AccountId
from bridge.domain.audit import Deed
from bridge.domain.clock import Clock
from bridge.domain.errors import Unavailable
from bridge.ledger import exporting, former
from bridge.ledger.database import Transaction
from bridge.spool.keys import SpoolKeys
from bridge.spool.local import LocalSpool

PAGE = 500  # rows in one look at the ledger
_PIECE = 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written."""

    records: int
    files: int
    gone: int  # contents whose retention ended while it was written


def export(desk: Desk, *, name: str, target: IO[bytes], with_files: bool = False) -> Exported:
    """Write everything about the account *name*, or ``NAME#ID``, to *target*, which need not be seekable.

    Who has it written is noted before anything is: nobody gets an export that is not in the audit trail.

    Raises:
        NotFound: there is no such account, nor was there one.
        Conflict: several had the name, and it is not said which.
        Refused: only operators may.
        Unavailable: something cannot be read or written.
    """
    account_id = desk.database.read_now(former.find, name=name)
    [name] = desk.database.read_now(former.names, ids=[account_id]).values()
    deed = Deed(act="account export", subject=f"account:{name}", detail={"files": with_files})
    desk.change(deed, _nothing)
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            records = sum(
                _write_section(desk, archive, section, account_id=account_id)
                for section in exporting.SECTIONS
            )
            files, gone = _write_files(desk, archive, account_id=account_id) if with_files else (0, 0)
    except OSError as error:
        raise Unavailable(f"the export cannot be written: {error.strerror or error}") from error
    return Exported(records=records, files=files, gone=gone)


def _write_section(desk: Desk, archive: zipfile.ZipFile, section: str, *, account_id: AccountId) -> int:
    count, after = 0, exporting.BEGINNING
    with archive.open(_entry(f"{section}.jsonl", desk.clock), "w", force_zip64=True) as file:
        while True:
            page = desk.database.read_now(
                exporting.page, section=section, account_id=account_id, after=after, limit=PAGE
            )
            for record in page.records:
                file.write(json.dumps(record).encode() + b"\n")
            count += len(page.records)
            if not page.last:
                return count
            after = page.last


def _write_files(desk: Desk, archive: zipfile.ZipFile, *, account_id: AccountId) -> tuple[int, int]:
    """Return how many contents were written, and how many were gone by then."""
    written = gone = 0
    keys = SpoolKeys.from_folder(desk.settings.keys_dir, makes=False)
    spool = LocalSpool(desk.settings.spool_folder, keys=keys)
    for blob in _blobs(desk, account_id):
        entry = _entry(f"files/{blob}", desk.clock)
        if entry.filename in archive.NameToInfo:  # of the upload and of its document
            continue
        try:
            with spool.path(blob).open("rb") as source:
                _write_file(archive, entry, source)
        except FileNotFoundError:
            gone += 1
        else:
            written += 1
    return written, gone


def _blobs(desk: Desk, account_id: AccountId) -> Iterator[str]:
    for section in ("uploads", "documents"):
        after = 0
        while rows := desk.database.read_now(
            exporting.blobs, of=section, account_id=account_id, after=after, limit=PAGE
        ):
            yield from (blob for _, blob in rows if blob)
            after = rows[-1][0]


def _write_file(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, source: IO[bytes]) -> None:
    with archive.open(entry, "w", force_zip64=True) as file:
        shutil.copyfileobj(source, file, _PIECE)


def _entry(name: str, clock: Clock) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _nothing(_ledger: Transaction) -> None:
    """Nothing in the ledger changes but its audit trail."""
