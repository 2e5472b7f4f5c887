"""The inbox of one account: folders and files as its client sees them, a view of the ledger.

What is not offered here, `bridge.sftp.refusing` refuses.
"""

from collections.abc import AsyncIterator

import asyncssh
import structlog
from asyncssh.sftp import SFTPAttrs, SFTPName

from bridge.domain.accounts import Account
from bridge.domain.errors import NotFound, Refused
from bridge.domain.names import join, printable
from bridge.ledger import tree
from bridge.sftp import listing, renaming, status, uploading, view
from bridge.sftp.opened import InboxRules, OpenAnswer, OpenUpload, Sender, opened_by
from bridge.sftp.refusing import RefusingServer
from bridge.sftp.replies import replying
from bridge.sftp.spelling import Spelling
from bridge.sftp.view import Path

MAX_SEEN = 1000  # folders that a session remembers

log = structlog.get_logger()


class Inbox(RefusingServer):
    """One session's view of its account's tree."""

    def __init__(self, *, account: Account, rules: InboxRules, sender: Sender, looks: status.Looks) -> None:
        self._account = account
        self._rules = rules
        self._sender = sender
        self._spelling = Spelling(account.encoding)
        self._folders = view.provided_folders(account)
        # Folders that were there when this session looked.  If another session removes one meanwhile, what is
        # sent there is not listed, and delivered all the same.
        self._seen: set[Path] = set(self._folders)
        self._open: dict[Path, OpenUpload] = {}
        self._status = status.StatusFolder(looks, account.id)

    # Files.

    @replying
    async def open(self, path: bytes, pflags: int, attrs: SFTPAttrs) -> object:
        """Begin an upload, or open an answer in the folder status; reading back is refused."""
        parts = self._spelling.parts(path)
        if status.is_inside(parts):
            return await self._status.open(path, parts, pflags)
        if not pflags & (uploading.FXF_WRITE | uploading.FXF_APPEND):
            await self._refuse_reading(parts)
        is_new = uploading.is_plainly_new(self._seen, parts, path, pflags)
        existing = None if is_new else await self._existing(parts)
        if existing is not None and existing.is_folder:
            raise Refused(f"{parts} is a folder", public="this is a folder")
        if path.endswith(b"/") or (existing is None and not pflags & uploading.FXF_CREAT):
            raise NotFound(f"{parts} is not there")
        if existing is not None and pflags & uploading.FXF_EXCL:
            raise asyncssh.SFTPFileAlreadyExists("already exists")
        opened = await uploading.begin(
            self._rules, self._sender, path=parts, pflags=pflags, existing=existing
        )
        if attrs.mtime is not None:
            opened.modified_at = view.moment(attrs.mtime)
        self._open[parts] = opened
        if len(self._seen) < MAX_SEEN:
            self._seen.add(parts[:-1])
        return opened

    @replying
    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Take bytes of an open upload."""
        await uploading.write(opened_by(file_obj), offset, data)
        return len(data)

    @replying
    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Read an answer; everything else is write-only."""
        if not isinstance(file_obj, OpenAnswer):
            raise uploading.write_only()
        return file_obj.read(offset, size)

    @replying
    async def commit(self, opened: OpenUpload) -> None:
        """Take responsibility for a file that the client has closed."""
        self._leave(opened)
        try:
            await uploading.commit(self._rules, self._sender, opened)
        finally:
            self._status.forget()

    async def abandon(self, opened: OpenUpload) -> None:
        """Keep what came of a file whose connection ended."""
        self._leave(opened)
        await uploading.abandon(self._rules, self._sender, opened)

    @replying
    async def close(self, file_obj: object) -> None:
        """Abandon: the handler commits a client's CLOSE itself, so this is never one."""
        await self.abandon(opened_by(file_obj))

    @replying
    async def fsync(self, file_obj: object) -> None:
        """Agree: the close makes everything durable, and nothing before it is promised."""
        opened_by(file_obj)

    # Attributes.

    @replying
    async def stat(self, path: bytes) -> SFTPAttrs:
        """Return size, type and time."""
        parts = self._spelling.parts(path)
        if parts in self._open:
            return self._attributes_of(self._open[parts])
        if status.is_inside(parts[:-1]):
            return await self._status.stat(path, parts)
        entry = await self._find(parts)
        if entry is None or (path.endswith(b"/") and not entry.is_folder):
            raise NotFound(f"{parts} is not there")
        return view.attributes(entry)

    async def lstat(self, path: bytes) -> SFTPAttrs:
        """Do as `stat` does: there are no links."""
        return await self.stat(path)

    @replying
    async def fstat(self, file_obj: object) -> SFTPAttrs:
        """Return the size so far."""
        if isinstance(file_obj, OpenAnswer):
            return view.attributes_of_answer(file_obj.answer)
        return self._attributes_of(opened_by(file_obj))

    def _attributes_of(self, opened: OpenUpload) -> SFTPAttrs:
        return view.attributes_of_open(opened.draft.size, opened.modified_at or self._rules.clock.now())

    @replying
    async def setstat(self, path: bytes, attrs: SFTPAttrs) -> None:
        """Keep the time, agree to everything else: clients set it after each upload and fail if refused."""
        parts = self._spelling.parts(path)
        if parts in self._open:
            await self.fsetstat(self._open[parts], attrs)
            return
        self._check_writable(parts[:-1])
        entry = await self._find(parts)
        if entry is None:
            raise NotFound(f"{parts} is not there")
        if attrs.size is not None and attrs.size != entry.size:
            raise Refused("size by path", public="a closed file cannot change its size; send it again")
        if attrs.mtime is not None and parts not in self._folders:
            await self._rules.database.write(
                tree.set_modified,
                account_id=self._account.id,
                folder=join(parts[:-1]),
                name=parts[-1],
                modified_at=view.moment(attrs.mtime),
            )

    async def lsetstat(self, path: bytes, attrs: SFTPAttrs) -> None:
        """Do as `setstat` does: there are no links."""
        await self.setstat(path, attrs)

    @replying
    async def fsetstat(self, file_obj: object, attrs: SFTPAttrs) -> None:
        """Set size and time of an open upload: lftp does before it closes."""
        opened = opened_by(file_obj)
        if attrs.size is not None and attrs.size != opened.draft.size:
            await uploading.resize(opened, attrs.size)
        if attrs.mtime is not None:
            opened.modified_at = view.moment(attrs.mtime)

    # Folders and names.

    @replying
    async def check_folder(self, path: bytes) -> None:
        """Raise unless *path* can be listed."""
        parts = self._spelling.parts(path)
        if status.is_inside(parts):
            await self._status.check_folder(parts)
        entry = await self._find(parts)
        if entry is None:
            raise NotFound(f"{parts} is not there")
        if not entry.is_folder:
            raise asyncssh.SFTPNotADirectory("not a folder")

    def scandir(self, path: bytes) -> AsyncIterator[SFTPName]:
        """Give the names of a folder, page by page."""
        return listing.names(
            self._rules,
            account_id=self._account.id,
            folders=self._folders,
            status=self._status,
            parts=self._spelling.parts(path),
            spelling=self._spelling,
        )

    @replying
    async def mkdir(self, path: bytes, attrs: SFTPAttrs) -> None:
        """Make a folder."""
        parts = self._spelling.parts(path)
        if parts in self._folders:
            raise asyncssh.SFTPFileAlreadyExists("already exists")
        self._check_writable(parts)
        await self._check_parent(parts)
        await self._rules.database.write(
            tree.make_folder,
            account_id=self._account.id,
            folder=join(parts[:-1]),
            name=parts[-1],
            now=self._rules.clock.now(),
        )

    @replying
    async def rmdir(self, path: bytes) -> None:
        """Remove an empty folder."""
        parts = self._spelling.parts(path)
        self._seen = set(self._folders)
        self._check_own(parts)
        await self._rules.database.write(
            tree.remove_folder, account_id=self._account.id, folder=join(parts[:-1]), name=parts[-1]
        )

    @replying
    async def remove(self, path: bytes) -> None:
        """Remove a file; what intake has taken is delivered all the same."""
        parts = self._spelling.parts(path)
        self._check_own(parts)
        freed = await self._rules.database.write(
            tree.remove_file,
            account_id=self._account.id,
            folder=join(parts[:-1]),
            name=parts[-1],
            now=self._rules.clock.now(),
        )
        log.info("file removed by its client", account=self._account.name, path=printable(join(parts)))
        await self._rules.spool.remove(freed)

    @replying
    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename, over an existing file too: 13 clients expect that of the plain request (threats A14)."""
        old, new = self._spelling.parts(oldpath), self._spelling.parts(newpath)
        self._seen = set(self._folders)
        self._check_own(old)
        self._check_own(new)
        await self._check_parent(new)
        entry = await self._find(old)
        await renaming.rename(
            self._rules,
            self._account,
            old=old,
            new=new,
            is_folder=entry is not None and entry.is_folder,
            wants_folder=newpath.endswith(b"/"),
        )

    posix_rename = rename

    @replying
    async def realpath(self, path: bytes) -> bytes:
        """Return the absolute path."""
        return self._spelling.spell(join(self._spelling.parts(path)))

    # The tree.

    def _leave(self, opened: OpenUpload) -> None:
        if self._open.get(opened.path) is opened:
            del self._open[opened.path]

    async def _find(self, parts: Path) -> tree.Entry | None:
        if parts in self._folders:
            return view.folder_entry(parts, self._rules.clock.now())
        return await self._rules.database.read(
            tree.find, account_id=self._account.id, folder=join(parts[:-1]), name=parts[-1]
        )

    async def _existing(self, parts: Path) -> tree.Entry | None:
        entry = await self._find(parts)
        if entry is None:
            await self._check_parent(parts)
        return entry

    async def _check_parent(self, parts: Path) -> None:
        parent = await self._find(parts[:-1])
        if parent is None or not parent.is_folder:
            raise NotFound(f"{parts[:-1]} is no folder", public="no such folder")

    def _check_writable(self, parts: Path) -> None:
        if status.is_inside(parts):
            raise status.read_only()

    def _check_own(self, parts: Path) -> None:
        self._check_writable(parts)
        if parts in self._folders:
            raise Refused(f"{parts} is provided", public="this folder belongs to the server")

    async def _refuse_reading(self, parts: Path) -> None:
        if await self._find(parts) is None:
            raise NotFound(f"{parts} is not there")
        raise uploading.write_only()
