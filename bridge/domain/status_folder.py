"""The folder status: its files, made from the facts and kept nowhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.domain import status_page, status_report
from bridge.domain.status import OK_FATES, Facts, Received, Rejected
from bridge.domain.status_wording import OK, REJECTED, Wording, encoded, report_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A file that a sender can read."""

    name: str
    content: bytes
    modified_at: datetime  # when what it says last changed


def folder(facts: Facts) -> tuple[Answer, ...]:
    """Return the files of the folder: ``today.txt``, then the others, those about the newest uploads first.

    The same facts give the same bytes.
    """
    wording = Wording(facts.language, facts.timezone, facts.today)
    rejected = _by_name(facts.rejected)
    reports = [
        Answer(
            name=name,
            content=encoded(status_report.rejected(found, wording)),
            modified_at=_changed_at(one.upload for one in found),
        )
        for name, found in rejected.items()
    ]
    page = status_page.today(facts, wording, list(rejected))
    changed_at = _changed_at([*facts.recent, *(one.upload for one in facts.rejected)], facts.midnight)
    today = Answer(name=status_page.TODAY, content=encoded(page), modified_at=changed_at)
    oks = _oks(facts, {one.upload.name for one in facts.rejected}, wording) if facts.tells_ok else []
    return (today, *reports, *oks)


def _by_name(found: Sequence[Rejected]) -> dict[str, list[Rejected]]:
    """Two files of one name, in two folders or one after the other, have one report, which tells of both."""
    named: dict[str, list[Rejected]] = {}
    for one in found:
        named.setdefault(report_name(one.upload.name, REJECTED), []).append(one)
    return named


def _oks(facts: Facts, rejected: set[str], wording: Wording) -> list[Answer]:
    """Where one name was sent to two folders, all is well only when it is in both."""
    newest: dict[str, Received] = {}  # by path
    for upload in facts.recent:
        newest.setdefault(upload.path, upload)
    named: dict[str, list[Received]] = {}
    for upload in newest.values():
        named.setdefault(upload.name, []).append(upload)
    return [
        Answer(
            name=report_name(name, OK),
            content=encoded(status_report.delivered(found, wording)),
            modified_at=_changed_at(found),
        )
        for name, found in named.items()
        if name not in rejected and all(upload.fate in OK_FATES for upload in found)
    ]


def _changed_at(uploads: Iterable[Received], *others: datetime) -> datetime:
    return max([upload.changed_at for upload in uploads] + list(others))
