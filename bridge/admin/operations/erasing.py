"""Erasure of one tenant: contents and names go at once; states, sizes, hashes and moments stay.

It is done in pages, so that the door goes on meanwhile, and may be done again after whatever broke it off.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from bridge.admin.operations.desk import Desk
from bridge.admin.operations.records import Record
from bridge.domain.accounts import AccountId
from bridge.domain.audit import Deed
from bridge.domain.errors import Conflict
from bridge.ledger import erasing, former
from bridge.ledger.database import Transaction
from bridge.spool.local import LocalSpool

PAGE = 200  # rows in one transaction: the writer is shared with the door

Step = Callable[..., erasing.Page]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What is gone."""

    name: str  # what the account is called from now on
    cancelled: int  # uploads and deliveries that waited
    uploads: int
    documents: int
    logins: int
    files: int  # contents


def erase(desk: Desk, *, name: str, cancels_waiting: bool = False) -> Erased:
    """Erase the account *name*, which must be disabled or removed.

    Args:
        desk: where to work.
        name: the account, ``NAME#ID`` if several had the name; once erased it is called ``erased-ID``.
        cancels_waiting: what waits to be sent is cancelled; otherwise nothing may wait.

    Raises:
        NotFound: there is no such account, nor was there one.
        Conflict: several had the name, it may log in, something waits or is under way, or something came
            meanwhile.
    """
    account_id = desk.database.read_now(former.find, name=name)
    [name] = desk.database.read_now(former.names, ids=[account_id]).values()
    deed = Deed(act="account erase", subject=f"account:{name}", detail={"cancel_waiting": cancels_waiting})
    cancelled = 0
    if cancels_waiting:
        cancelled = _cancel(desk, account_id, deed)
    waiting = desk.database.read_now(erasing.waiting, account_id=account_id)
    if waiting:
        raise Conflict(
            f"account {name}: {waiting} uploads and deliveries wait or are under way; let them go first, "
            "or have what waits cancelled"
        )
    desk.change(deed, erasing.lock_out, account_id=account_id, now=desk.clock.now())
    spool = LocalSpool(desk.settings.spool_folder)
    try:
        documents, freed = _all(desk, erasing.erase_documents, account_id, spool)
        uploads, more = _all(desk, erasing.erase_uploads, account_id, spool)
        logins, _ = _all(desk, erasing.erase_logins, account_id, spool)
    finally:
        spool.close()
    new = desk.change(_done, erasing.finish, account_id=account_id, now=desk.clock.now())
    return Erased(
        name=new,
        cancelled=cancelled,
        uploads=uploads,
        documents=documents,
        logins=logins,
        files=len(freed | more),
    )


def _done(name: str) -> Deed:
    return Deed(act="account erase", subject=f"account:{name}", detail={"erased": True})


def _cancel(desk: Desk, account_id: AccountId, deed: Deed) -> int:
    """Cancel what waits, a page at a time, each noted."""

    def write(ledger: Transaction) -> int:
        return erasing.cancel_waiting(ledger, account_id=account_id, now=desk.clock.now(), limit=PAGE)

    count = 0
    while some := desk.change(deed, write):
        count += some
    return count


def _all(desk: Desk, step: Step, account_id: AccountId, spool: LocalSpool) -> tuple[int, set[str]]:
    """Do *step* to everything; return to how much, and the contents that went."""
    count, after, freed = 0, 0, set[str]()
    while True:
        page = desk.database.write_now(step, account_id=account_id, after=after, limit=PAGE)
        # After the commit: a crash between leaves bytes that the next start of the server sweeps away.
        spool.remove_now(page.freed)
        freed.update(page.freed)
        count += page.count
        if not page.last:
            return count, freed
        after = page.last


def record(value: Erased) -> Record:
    """Return what is gone for JSON."""
    return asdict(value)
