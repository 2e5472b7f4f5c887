"""Files: everything that ever came, found by name, hash, account, day and state; and one file's life.

214 files today; 3 are held, the oldest since 21:40.
name [........]  hash [......]  account [....v]  day [....]  state [...v]  (Find)  Clear
closed    file                       account  size    what became of it
21:44:02  /csv/open.csv              jansen   1.2 MB  # held: The CSV is incomplete or damaged
21:40:10  invoices.zip               jansen   18 MB   o 17 of 18 delivered, 1 held
Looked back to 12 Oct 14:02.  Look further                                          Older

/files/42:  /csv/open.csv of jansen is held since 21:44.
What to do: ...      (Try again)  (Release as it is)  (Reject)
21:44:02  o Received 1.2 MB      from 192.0.2.1, with WinSCP
21:44:05  # Held                 The CSV is incomplete or damaged
21:50:00  o anna released it     "T-12"
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from bridge.admin.operations import (
    accounts,
    batches,
    counting,
    delivery_search,
    records,
    timeline,
    upload_search,
    uploads,
)
from bridge.admin.operations.upload_search import Page, Search
from bridge.admin.operations.uploads import UploadReport
from bridge.admin.web import advice
from bridge.admin.web.addresses import address, number, one_of
from bridge.admin.web.asking import AnyVisitor, SupportVisitor, Visit
from bridge.domain.deliveries import DeliveryState
from bridge.domain.errors import BridgeError, Invalid
from bridge.domain.kinds import Kind
from bridge.domain.names import printable
from bridge.domain.roles import Role
from bridge.domain.routes import place
from bridge.domain.uploads import UploadState
from bridge.domain.wording import counted

routes = APIRouter()
_ON_A_PAGE = 50
_MEMBERS = 100  # files of an archive on a page
_DECIDED = {
    "retry": "It is looked at again.",
    "release": "It goes as it is.",
    "reject": "It is not sent.",
}
_STATES = {
    UploadState.SPOOLED: "waiting",
    UploadState.ACCEPTED: "accepted",
    UploadState.HELD: "held as a whole",
    UploadState.REFUSED: "refused",
    UploadState.PARKED: "waiting for its rename",
    UploadState.PARTIAL: "interrupted",
    UploadState.WITHDRAWN: "never sent",
}

_PAST = {
    "delivered",
    "refused",
    "withdrawn",
    "superseded",
    "cancelled",
    "interrupted",
    "skipped (sent before)",
}
_THAT = {state: f"that are {word}" for state, word in _STATES.items()} | {
    UploadState.WITHDRAWN: "that were never sent"
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The filter as it stands in the address."""

    name: str = ""
    hash: str = ""
    account: str = ""
    day: str = ""
    state: str = ""

    def search(self) -> Search:
        """Return what it means; raise `Invalid`."""
        state = one_of(UploadState, self.state)
        return Search(
            name=self.name.strip() or None,
            sha256=self.hash.strip() or None,
            account=self.account.strip() or None,
            day=upload_search.check_day(self.day) if self.day else None,
            states=() if state is None else (state,),
        )

    def address(self, path: str = "/files", **more: object) -> str:
        """Return a link to this list."""
        return address(
            path,
            name=self.name,
            hash=self.hash,
            account=self.account,
            day=self.day,
            state=self.state,
            **more,
        )


Asked = Annotated[Wanted, Depends(Wanted)]


@routes.get("/files")
def show(visit: AnyVisitor, wanted: Asked, before: str = "") -> Response:
    """Show the list."""
    try:
        values = _values(visit, wanted, number(before))
    except Invalid as error:
        values = _values(visit, Wanted(), None)
        form = _form(visit, wanted)
        return visit.page("files.html", status=422, mistake_text=str(error), is_part=False, **values, **form)
    return visit.page("files.html", mistake_text="", is_part=False, **values, **_form(visit, wanted))


@routes.get("/files/live")
def live(visit: AnyVisitor, wanted: Asked) -> Response:
    """Show what of the list changes: its first page."""
    return visit.part("files_live.html", is_part=True, **_values(visit, wanted, None))


@routes.get("/files/{upload_id}")
def show_one(visit: AnyVisitor, upload_id: int, after: str = "") -> Response:
    """Show one file's life."""
    return visit.page("file.html", **_of_one(visit, upload_id, number(after)))


@routes.get("/files/{upload_id}/live")
def live_one(visit: AnyVisitor, upload_id: int) -> Response:
    """Show what of a file's life changes."""
    return visit.part("file_live.html", **_of_one(visit, upload_id, None))


@routes.post("/files/{upload_id}")
def decide(visit: SupportVisitor, upload_id: int) -> Response:
    """Try a file again, let it go as it is, or decide that it is not sent."""
    verb = visit.text("verb")
    if verb == "reject":
        uploads.reject(visit.desk, upload_id=upload_id)
    elif verb in _DECIDED:
        uploads.retry(
            visit.desk,
            upload_id=upload_id,
            kind=one_of(Kind, visit.text("kind")),
            administration=visit.text("administration") or None,
            is_released=verb == "release",
        )
    else:
        raise Invalid("expected retry, release or reject")
    return visit.go(f"/files/{upload_id}", _DECIDED[verb])


def _form(visit: Visit, wanted: Wanted) -> dict[str, Any]:
    return {
        "asked": wanted,
        "states": [(state.value, word) for state, word in _STATES.items()],
        "account_names": [one.name for one in accounts.listing(visit.desk)],
    }


def _values(visit: Visit, wanted: Wanted, before: int | None) -> dict[str, Any]:
    search = wanted.search()
    found = upload_search.search(visit.desk, wanted=search, before=before, limit=_ON_A_PAGE)
    return {
        "wanted": wanted,
        "answer": _answer(visit, search, found, before),
        "oldest_held_at": counting.oldest_held_at(visit.desk) if search.is_empty else None,
        "rows": [row(one) for one in found.files],
        "older": None if found.before is None else wanted.address(before=found.before),
        "looked_to": found.looked_to,
        "is_first": before is None,
        "is_filtered": not search.is_empty,
        "by_path": "/files",
    }


def _answer(visit: Visit, search: Search, found: Page, before: int | None) -> str:
    """Return the sentence without its end: the template adds since when the oldest is held."""
    if search.is_empty:
        day = upload_search.today(visit.desk)
        count = upload_search.count_on(visit.desk, day=day)
        many = "More than " if count >= upload_search.MOST_COUNTED else ""
        held = counting.held(visit.desk)
        waiting = f"{counted(held, 'file is', 'files are')} held" if held else "none is held"
        return f"{many}{counted(count, 'file') if count else 'No file'} today; {waiting}"
    what = _told(search)
    if not found.files:
        return f"No file {what}" if found.before is None else f"No file so far {what}"
    if before is None and found.before is None:
        count = len(found.files)
        what = (
            what.replace("that are", "that is", 1).replace("that were", "that was", 1) if count == 1 else what
        )
        return f"{counted(count, 'file')} {what}"
    return f"{'The newest' if before is None else 'Older'} files {what}"


def _told(search: Search) -> str:
    parts = [f"of {printable(search.account)}"] if search.account else []
    parts += [f"of {search.day:%-d %b %Y}"] if search.day else []
    parts += [_THAT[state] for state in search.states]
    parts += [f"with “{printable(search.name)}” in the name"] if search.name else []
    parts += [f"with the hash {search.sha256[:12]}…"] if search.sha256 else []
    return " ".join(parts)


def row(report: UploadReport) -> dict[str, Any]:
    """Return an upload as a list shows it."""
    return {"report": report, "shape": shape(report), "word": outcome_word(report)}


def shape(report: UploadReport) -> str:
    """Return the state that the list shows for an upload: its own, or that of what became of it."""
    if report.upload.state is not UploadState.ACCEPTED:
        return report.upload.state
    if report.reason is not None:
        return UploadState.HELD
    if report.outcome == "delivered":
        return DeliveryState.DELIVERED
    if "waiting" in report.outcome or "being sent" in report.outcome:
        return DeliveryState.PENDING
    return DeliveryState.SUPERSEDED


def outcome_word(report: UploadReport) -> str:
    """Return what became of it in few words; the reason stands beside."""
    return report.outcome.partition(":")[0].removesuffix(", the first")


def _of_one(visit: Visit, upload_id: int, after: int | None) -> dict[str, Any]:
    report = uploads.overview(visit.desk, upload_id=upload_id)
    upload = report.upload
    files = delivery_search.of_upload(visit.desk, upload_id=upload_id, after=after, limit=_MEMBERS)
    is_archive = any(one.document.member is not None for one in files.files)
    batch, _ = batches.get(visit.desk, upload_id=upload_id, limit=0)
    held = upload.state is UploadState.HELD or report.held_delivery is not None
    return {
        "report": report,
        "upload": upload,
        "shape": shape(report),
        "headline": _headline(report),
        "since": _since(report),
        "why": records.reason_text(report.reason),
        "todo": advice.todo(report.reason, visit.role),
        "remarks": records.remarks(upload.remarks),
        "events": timeline.timeline(visit.desk, report=report, files=files.files, is_archive=is_archive),
        "files": files.files,
        "is_archive": is_archive,
        "more": None if files.before is None else f"/files/{upload_id}?after={files.before}",
        "is_first": after is None,
        "batch": batch if batch.batch.files > 1 else None,
        "facts": _facts(visit, report),
        "is_held": held,
        "is_refused": upload.state is UploadState.REFUSED and upload.blob is not None,
        "kinds": list(Kind),
        "codes": accounts.codes_of(visit.desk, names=[report.account])
        if visit.role is not Role.VIEWER
        else [],
    }


def _headline(report: UploadReport) -> str:
    """Return what became of a file, as the rest of a sentence about it."""
    word = outcome_word(report)
    if word[0].isdecimal():
        return f": {word},"
    return f" {'was' if word in _PAST else 'is'} {word}"


def _since(report: UploadReport) -> datetime | None:
    return report.upload.closed_at if report.reason is not None else None


def _facts(visit: Visit, report: UploadReport) -> list[tuple[str, str]]:
    """Return by which rules the path would go now; nothing where the account is gone."""
    try:
        account = accounts.get(visit.desk, name=report.account)
    except BridgeError:
        return []
    route = place(account, report.upload.path).route
    encoding = (route.encoding if route else None) or account.encoding
    facts = [("route", f"{route.pattern} (route {route.id})")] if route else []
    return [*facts, ("text not UTF-8 is", encoding)] if encoding else facts
