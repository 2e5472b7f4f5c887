"""Uploads that wait for one thing, and are looked at again all together once it is there."""

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import AccountId
from bridge.domain.reasons import ReasonCode
from bridge.ledger import waiting

_FOR_ENCODING = (ReasonCode.UNKNOWN_ENCODING, ReasonCode.WRONG_ENCODING)


def retry_for_encoding(desk: Desk, *, account_id: AccountId) -> int:
    """Let intake look again at what the account has held for its character set; return how many."""
    return desk.database.write_now(
        waiting.retry_all, account_id=account_id, reasons=_FOR_ENCODING, now=desk.clock.now()
    )
