"""The audit trail, as it is looked at: who did what, when and why."""

from datetime import datetime

from bridge.admin.operations.desk import Desk
from bridge.admin.operations.records import Record, moment
from bridge.domain.audit import Act, check_subject
from bridge.ledger import audit


def listing(
    desk: Desk,
    *,
    subject: str | None = None,
    who: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Act]:
    """Return entries, the newest first, of before the id *before*; raise `Invalid` for no *subject*."""
    desk.check_sees_all("audit trail")
    return desk.database.read_now(
        audit.listing,
        subject=None if subject is None else check_subject(subject),
        who=who,
        since=since,
        until=until,
        before=before,
        limit=limit,
    )


def record(value: Act) -> Record:
    """Return an entry for JSON."""
    return {
        "at": moment(value.at),
        "who": value.who,
        "way": value.way,
        "act": value.act,
        "subject": value.subject,
        "why": value.why,
        "detail": dict(value.detail),
    }
