"""Taking a file over: its bytes are durable; once the ledger has it, the client gets our word."""

from collections.abc import Callable

import structlog

from bridge.domain.errors import Refused, Unavailable
from bridge.domain.names import is_temporary, join, printable
from bridge.domain.reasons import reason
from bridge.domain.uploads import UploadId
from bridge.ledger import uploads
from bridge.sftp.opened import InboxRules, OpenUpload, Sender

log = structlog.get_logger()


def taker(
    rules: InboxRules, sender: Sender, opened: OpenUpload, *, is_closed: bool
) -> Callable[[str], UploadId]:
    """Return what takes a durable blob over; it runs in a thread.

    It raises `Refused` for a file that can never be delivered, and `Unavailable` if the ledger does not take
    it; the blob is gone then.
    """

    def take_over(blob: str) -> UploadId:
        first = sender.batching.first_before(opened.opened_at)
        if is_closed:
            _check_deliverable(rules, sender, opened, blob, first)
        upload_id = receive(blob, first)
        sender.batching.add(upload_id, first=first, now=rules.clock.now())
        return upload_id

    def receive(blob: str, first: UploadId | None) -> UploadId:
        try:
            receipt = rules.database.write_now(
                uploads.receive,
                account_id=sender.account_id,
                folder=join(opened.path[:-1]),
                name=opened.path[-1],
                blob=blob,
                size=opened.draft.size,
                is_closed=is_closed,
                clock=rules.clock,
                settle=rules.settle,
                modified_at=opened.modified_at,
                peer=sender.peer,
                client=sender.client,
                batch=first,
            )
        except Unavailable:
            return _look_up(rules, blob)
        except Exception:
            rules.spool.remove_now([blob])
            raise
        rules.spool.remove_now(receipt.freed)
        return receipt.upload_id

    return take_over


def _check_deliverable(
    rules: InboxRules, sender: Sender, opened: OpenUpload, blob: str, first: UploadId | None
) -> None:
    """Raise `Refused` for a file that can never be delivered, noted in the ledger without its bytes."""
    if rules.verdict is None or is_temporary(opened.path[-1]):
        return
    path, size = join(opened.path), opened.draft.size
    try:
        refusal = rules.verdict(sender.account_now(), path, rules.spool.path(blob), size)
    except Exception:  # a bulkhead: intake will look at it in any case
        log.exception("no verdict at the close", account=sender.account, path=printable(path))
        return
    if refusal is None:
        return
    rules.spool.remove_now([blob])
    upload_id = rules.database.write_now(
        uploads.refuse,
        account_id=sender.account_id,
        folder=join(opened.path[:-1]),
        name=opened.path[-1],
        size=size,
        refusal=refusal,
        clock=rules.clock,
        peer=sender.peer,
        client=sender.client,
        batch=first,
    )
    sender.batching.add(upload_id, first=first, now=rules.clock.now())
    raise Refused(
        f"{path}: {refusal.reason}: {refusal.detail}", public=reason(refusal.reason, rules.language).sender
    )


def _look_up(rules: InboxRules, blob: str) -> UploadId:
    """Return the upload of *blob* if its commit went through although the answer was lost (threats D7).

    If the ledger cannot say, the blob stays: the sweep at the next start decides.
    """
    upload_id = rules.database.read_now(uploads.find_by_blob, blob=blob)
    if upload_id is None:
        rules.spool.remove_now([blob])
        raise Unavailable("the ledger could not take the upload")
    return upload_id
