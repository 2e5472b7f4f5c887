"""One file on its way in: from OPEN over WRITE to the client's CLOSE, or to a broken connection."""

import asyncio
from collections.abc import AsyncIterator, Set
from contextlib import asynccontextmanager

import asyncssh
import structlog

from bridge.domain.errors import Invalid, NoSpace, Refused
from bridge.domain.names import join, printable
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger import tree, uploads
from bridge.ledger.tree import Entry
from bridge.runtime import tracing
from bridge.sftp.opened import InboxRules, OpenUpload, Sender
from bridge.sftp.taking import taker
from bridge.sftp.view import Path

FXF_READ, FXF_WRITE, FXF_APPEND, FXF_CREAT, FXF_TRUNC, FXF_EXCL = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20

_REFUSED = "a part of this file was refused; send it again"

log = structlog.get_logger()


def is_plainly_new(folders: Set[Path], parts: Path, path: bytes, pflags: int) -> bool:
    """Whether nothing in the ledger matters to this OPEN; the CLOSE still finds a folder in its way.

    It saves the question to the ledger that most uploads of small files would wait for.
    """
    fresh = FXF_CREAT | FXF_TRUNC
    return (
        pflags & (fresh | FXF_EXCL) == fresh
        and parts not in folders
        and parts[:-1] in folders
        and not path.endswith(b"/")
    )


async def begin(
    rules: InboxRules, sender: Sender, *, path: Path, pflags: int, existing: Entry | None
) -> OpenUpload:
    """Open a file for writing: empty, or (without TRUNC) with the bytes that are there, to be continued.

    Raises:
        NoSpace: the disk is nearly full; said here, before anything is sent.
        Refused: the bytes that are there cannot be continued, or the account may send nothing now.
    """
    if rules.spool.free_bytes() < rules.min_free_bytes:
        log.error("upload refused: the spool's disk is nearly full")
        raise NoSpace("the spool's disk is nearly full")
    is_afresh = existing is None or bool(pflags & FXF_TRUNC)
    limit = await rules.allowances.at_open(
        sender.account_now(),
        usual=rules.max_file_bytes,
        already=0 if existing is None or is_afresh else existing.size,
    )
    copy_of = None
    if existing is not None and not is_afresh and existing.size:
        copy_of = await _continuable(rules, path, existing)
    return OpenUpload(
        path=path,
        opened_at=rules.clock.now(),
        draft=await rules.spool.draft(copy_of),
        limit=limit,
        is_appending=bool(pflags & FXF_APPEND),
        # A client that opens a partial and closes it says that it is whole.
        is_changed=is_afresh or (existing is not None and existing.state is UploadState.PARTIAL),
    )


async def _continuable(rules: InboxRules, path: Path, existing: Entry) -> str:
    """Return the blob of *existing*; a member of an archive has none of its own here."""
    if existing.upload_id is not None and existing.blob is not None:
        upload = await rules.database.read(uploads.get, upload_id=existing.upload_id)
        if upload.size == existing.size and upload.name == path[-1]:
            return existing.blob
    raise Refused(
        f"{join(path)} cannot be continued",
        public="this file was taken already and cannot be continued; send it whole",
    )


async def write(opened: OpenUpload, offset: int, data: bytes) -> None:
    """Take bytes of an open upload; raise `Refused` at the byte above the limit."""
    async with _all_or_nothing(opened):
        if opened.is_appending:
            offset = opened.draft.size
        _check_size(opened, offset + len(data))
        opened.is_changed = True
        if data:
            await opened.draft.write(offset, data)


async def resize(opened: OpenUpload, size: int) -> None:
    """Cut or extend an open upload; raise `Refused` above the limit."""
    async with _all_or_nothing(opened):
        _check_size(opened, size)
        await opened.draft.truncate(size)
        opened.is_changed = True


@asynccontextmanager
async def _all_or_nothing(opened: OpenUpload) -> AsyncIterator[None]:
    """Forget the whole file when a part of it fails: clients close it all the same (OpenSSH does)."""
    if opened.failure is not None:  # not logged again: many more writes may be on their way
        raise asyncssh.SFTPPermissionDenied(_REFUSED)
    try:
        yield
    except Exception as error:
        await spoil(opened, error)
        raise


async def spoil(opened: OpenUpload, error: Exception) -> None:
    """Never take this file for whole, and give its space back."""
    opened.failure = error
    await opened.draft.discard()


def _check_size(opened: OpenUpload, size: int) -> None:
    """Raise `Refused` if a file of *size* bytes is over the limit."""
    if size > opened.limit.size:
        raise Refused(f"{size} bytes are over {opened.limit.named}", public=opened.limit.public)


async def commit(rules: InboxRules, sender: Sender, opened: OpenUpload) -> None:
    """Take responsibility: the client closed the file, and its OK is a promise.

    The bytes are synced, renamed and their folder synced, and the ledger has committed, before this returns.
    """
    if opened.failure is not None:
        raise Refused(f"{join(opened.path)}: {opened.failure}", public=_REFUSED)
    if not opened.is_changed:
        await opened.draft.discard()
        return
    begun = tracing.moment()
    upload_id = await opened.draft.keep(taker(rules, sender, opened, is_closed=True))
    rules.allowances.took(sender.account_id, opened.draft.size)

    def tell() -> None:
        _log("upload closed", sender, opened, upload_id)
        size = opened.draft.size
        tracing.record("upload.close", begun=begun, upload=upload_id, bridge__bytes=size)
        rules.intake_doorbell.ring()

    asyncio.get_running_loop().call_soon(tell)  # after the reply: the client waits for that


async def abandon(rules: InboxRules, sender: Sender, opened: OpenUpload) -> None:
    """Keep what came of a file whose connection ended: a partial, never forwarded, to be resumed."""
    if opened.failure is not None:
        return
    try:
        is_worth_it = opened.is_changed and opened.draft.size and await _is_latest(rules, sender, opened)
    except BaseException:
        await opened.draft.discard()
        raise
    if not is_worth_it:
        await opened.draft.discard()
        return
    try:
        upload_id = await opened.draft.keep(taker(rules, sender, opened, is_closed=False))
    except Invalid:  # written with gaps: nothing that could be resumed
        return
    _log("upload broken off", sender, opened, upload_id)


def _log(event: str, sender: Sender, opened: OpenUpload, upload_id: UploadId) -> None:
    log.info(
        event,
        account=sender.account,
        account_id=sender.account_id,
        upload=upload_id,
        path=printable(join(opened.path)),
        size=opened.draft.size,
    )


async def _is_latest(rules: InboxRules, sender: Sender, opened: OpenUpload) -> bool:
    """Whether nobody has sent the file again since it was opened.

    A dead connection is noticed after a minute; its client may long have come back and finished.
    """
    entry = await rules.database.read(
        tree.find, account_id=sender.account_id, folder=join(opened.path[:-1]), name=opened.path[-1]
    )
    if entry is None or entry.upload_id is None:
        return True
    there = await rules.database.read(uploads.get, upload_id=entry.upload_id)
    return there.closed_at < opened.opened_at


def write_only() -> Refused:
    """Return the answer to whoever wants to read."""
    return Refused("reading is not offered", public="this is an inbox: files can be sent, not read back")
