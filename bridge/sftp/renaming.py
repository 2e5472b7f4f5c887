"""Renaming a file or folder in an account's tree."""

from typing import Any

import structlog

from bridge.domain.accounts import Account
from bridge.domain.errors import NotFound
from bridge.domain.names import join, printable
from bridge.ledger import tree
from bridge.sftp.opened import InboxRules
from bridge.sftp.view import Path

log = structlog.get_logger()


async def rename(
    rules: InboxRules, account: Account, *, old: Path, new: Path, is_folder: bool, wants_folder: bool
) -> None:
    """Move what is at *old* to *new*, a file over an existing one too (threats A14).

    Args:
        rules: of the server.
        account: whose tree it is.
        old: where it is.
        new: where it goes.
        is_folder: whether a folder is at *old*.
        wants_folder: whether *new* was written with a slash at its end.

    Raises:
        NotFound: there is no file at *old*, or a file is to be named as a folder.
        AlreadyThere: a folder is at *new*.
        Conflict: the upload at *old* was interrupted, or a folder would move into itself.
    """
    places: dict[str, Any] = {
        "account_id": account.id,
        "old": (join(old[:-1]), old[-1]),
        "new": (join(new[:-1]), new[-1]),
        "clock": rules.clock,
        "settle": rules.settle,
    }
    if is_folder:
        await rules.database.write(tree.rename_folder, **places)
    elif wants_folder:
        raise NotFound("a file name cannot end in a slash")
    else:
        await rules.spool.remove(await rules.database.write(tree.rename_file, **places))
    log.info(
        "renamed by its client",
        account=account.name,
        path=printable(join(old)),
        to=printable(join(new)),
    )
    rules.intake_doorbell.ring()
