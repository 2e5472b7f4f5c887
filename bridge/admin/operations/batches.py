"""Batches: files that came together, and what became of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.admin.operations import records, upload_search
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.uploads import UploadReport
from bridge.domain.batches import Batch
from bridge.domain.reasons import ReasonCode, reason
from bridge.domain.reports import batch_outcome
from bridge.domain.uploads import UploadId
from bridge.ledger import batches, labels, uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """A batch with what a reader wants to see beside it."""

    batch: Batch
    account: str
    outcome: str  # computed; see bridge.domain.reports
    reason: ReasonCode | None  # why the first that waits for a person does


def listing(
    desk: Desk, *, account: str | None = None, before: int | None = None, limit: int = 100
) -> list[BatchReport]:
    """Return batches, the newest first, older than the id *before*; raise `NotFound` for no account."""
    account_id = desk.account_id(account)
    place = None if before is None else UploadId(before)
    found = desk.database.read_now(batches.listing, account_id=account_id, before=place, limit=limit)
    return _reports(desk, found)


def get(desk: Desk, *, upload_id: int, limit: int = 100) -> tuple[BatchReport, list[UploadReport]]:
    """Return the batch of any of its uploads, with the newest *limit* of them; raise `NotFound`."""
    upload = desk.database.read_now(uploads.get, upload_id=UploadId(upload_id))
    desk.check_sees(upload.account_id, f"batch {upload_id}")
    found = desk.database.read_now(batches.get, batch_ids=[upload.batch_id])
    [report] = _reports(desk, list(found.values()))
    wanted = upload_search.Search(batch=upload.batch_id)
    return report, list(upload_search.search(desk, wanted=wanted, limit=limit).files)


def record(report: BatchReport) -> records.Record:
    """Return a batch as plain values for JSON; its names are a contract."""
    batch = report.batch
    return {
        "id": batch.id,
        "account": report.account,
        "files": batch.files,
        "outcome": report.outcome,
        "complete": batch.is_complete,
        "reason": report.reason,
        "reason_text": records.reason_text(report.reason),
        "first_at": records.moment(batch.first_at),
        "last_at": records.moment(batch.last_at),
    }


def _reports(desk: Desk, found: Sequence[Batch]) -> list[BatchReport]:
    names = desk.database.read_now(labels.account_names, ids={one.account_id for one in found})
    return [_report(one, names[one.account_id]) for one in found]


def _report(batch: Batch, account: str) -> BatchReport:
    why = None if batch.first_held is None else ReasonCode(batch.first_held)
    words = batch_outcome(
        batch.uploads, batch.deliveries, first_held=None if why is None else reason(why).admin
    )
    return BatchReport(batch=batch, account=account, outcome=words, reason=why)
