"""A folder as a client lists it: the provided folders first, then what the ledger has, page by page."""

from collections.abc import AsyncIterator

from asyncssh.sftp import SFTPName

from bridge.domain.accounts import AccountId
from bridge.domain.names import join
from bridge.ledger import tree
from bridge.sftp import view
from bridge.sftp.opened import InboxRules
from bridge.sftp.replies import reply_to
from bridge.sftp.spelling import Spelling
from bridge.sftp.status import StatusFolder, is_inside
from bridge.sftp.view import Path


async def names(
    rules: InboxRules,
    *,
    account_id: AccountId,
    folders: frozenset[Path],
    status: StatusFolder,
    parts: Path,
    spelling: Spelling,
) -> AsyncIterator[SFTPName]:
    """Give the names in the folder *parts*; raise only what a client may read."""
    try:
        now = rules.clock.now()
        for dots, folder in ((b".", parts), (b"..", parts[:-1])):
            yield SFTPName(dots, attrs=view.attributes(view.folder_entry(folder, now)))
        for name in view.children(folders, parts):
            attrs = view.attributes(view.folder_entry((*parts, name), now))
            yield SFTPName(spelling.spell(name), attrs=attrs)
        if is_inside(parts):
            for answer in (await status.answers()).values():
                yield SFTPName(spelling.spell(answer.name), attrs=view.attributes_of_answer(answer))
            return
        after = ""
        while page := await rules.database.read(
            tree.page, account_id=account_id, folder=join(parts), after=after
        ):
            for entry in page:
                yield SFTPName(spelling.spell(entry.name), attrs=view.attributes(entry))
            after = page[-1].name
    except Exception as error:
        raise reply_to(error) from error
