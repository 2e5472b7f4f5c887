"""Held: what waits for a person, by its reason; decided one by one, many at once, or for good.

7 files are held for 2 reasons, the oldest since 21:40.
reason                                                  files  oldest   accounts
The text is not UTF-8, and nobody said which ...            5  21:40    jansen, bakker       Decide

/held/unknown_encoding:  5 files are held since 21:40: the text is not UTF-8, ...
For good:  jansen writes [windows-1252]  (Set it, and look at all 5 again)
[x] file       account  since   what exactly
[ ] open.csv   jansen   21:40   likely windows-1252    line 3 as windows-1252: José   as cp850: JosÚ
[ ] all 5      it is [..v] for [..v]  why [...]   (Try again) (Release) (Reject)
"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Response

from bridge.admin.operations import accounts, counting, held
from bridge.admin.operations.held import Choice, Group, Opened, Verb
from bridge.admin.operations.many import MOST_AT_ONCE
from bridge.admin.operations.waiting import FOR_ENCODING
from bridge.admin.web import advice
from bridge.admin.web.addresses import address, one_of
from bridge.admin.web.asking import AnyVisitor, OperatorVisitor, SupportVisitor, Visit
from bridge.admin.web.pages.held_route import FOR_ROUTE, pattern_for
from bridge.admin.web.previews import preview
from bridge.admin.web.sure import Sure, told
from bridge.domain.deliveries import DeliveryId
from bridge.domain.errors import Invalid, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode, reason
from bridge.domain.roles import Role
from bridge.domain.uploads import UploadId
from bridge.domain.wording import counted

routes = APIRouter()
_ON_A_PAGE = 100
_NAMED = 20  # files that the question names
_WORDS = {
    Verb.RETRY: ("Try again", "{} looked at again, by the rules as they are now."),
    Verb.RELEASE: ("Release", "{} sent as received, whatever guards and proofs say."),
    Verb.REJECT: ("Reject", "{} not sent. The bytes stay until their retention ends."),
}
_ENCODINGS = ("windows-1252", "iso8859-15", "iso8859-1", "cp850", "cp437", "mac-roman")


@routes.get("/held")
def show(visit: AnyVisitor) -> Response:
    """Show the reasons."""
    return visit.page("held.html", **_overview(visit))


@routes.get("/held/live")
def live(visit: AnyVisitor) -> Response:
    """Show what of the reasons changes."""
    return visit.part("held_live.html", **_overview(visit))


@routes.get("/held/{code}")
def show_group(visit: AnyVisitor, code: str, account: str = "", after: str = "") -> Response:
    """Show what is held for one reason."""
    return visit.page("held_group.html", **_group(visit, _reason(code), account, after))


@routes.get("/held/{code}/live")
def live_group(visit: AnyVisitor, code: str, account: str = "") -> Response:
    """Show what of that changes."""
    return visit.part("held_group_live.html", **_group(visit, _reason(code), account, ""))


@routes.post("/held/{code}")
def decide(visit: SupportVisitor, code: str) -> Response:
    """Ask whether this is what is wanted, naming it; when that is so, do it."""
    why, account = _reason(code), visit.text("account")
    verb = one_of(Verb, visit.text("verb"))
    if verb is None:
        raise Invalid("expected retry, release or reject")
    if visit.has("all"):
        choice = held.chosen(visit.desk, reason=why, account=account or None)
    else:
        choice = _choice(visit.texts("ids"))
    if not choice.files:
        raise Invalid("nothing is ticked; tick what you mean, or all of them")
    back = address(f"/held/{why}", account=account)
    if not visit.has("sure"):
        return visit.page("sure.html", sure=_ask(visit, why, verb, choice, back))
    came = held.decide(
        visit.desk,
        verb=verb,
        choice=choice,
        kind=one_of(Kind, visit.text("kind")),
        administration=visit.text("administration") or None,
    )
    return visit.go(_after(visit, why, account), told(_WORDS[verb][0], came.done, came.refusals))


@routes.post("/held/{code}/encoding")
def set_encoding(visit: OperatorVisitor, code: str) -> Response:
    """Say in which character set an account writes; all that waits for that is looked at again."""
    why, name = _reason(code), visit.text("account")
    changed = accounts.change(visit.desk, name=name, encoding=visit.text("encoding"))
    again = counted(changed.retried, "file is", "files are")
    return visit.go(
        _after(visit, why, ""), f"{name} writes {changed.account.encoding}; {again} looked at again."
    )


def _after(visit: Visit, why: ReasonCode, account: str) -> str:
    """Return where to go on: to the same list, or where nothing is left of it, to all that is held."""
    left = held.opened(visit.desk, reason=why, account=account or None, limit=1)
    is_empty = not left.uploads and not left.deliveries
    return "/held" if is_empty else address(f"/held/{why}", account=account)


def _reason(code: str) -> ReasonCode:
    if code not in set(ReasonCode):
        raise NotFound(f"no reason {code}", public="there is no such reason")
    return ReasonCode(code)


def _choice(lines: Sequence[str]) -> Choice:
    """Return what was ticked: u12 is an upload, d34 a delivery."""
    if not all(line[:1] in {"u", "d"} and line[1:].isdecimal() and len(line) < 20 for line in lines):
        raise Invalid("expected files as the list names them")
    return Choice(
        uploads=[UploadId(int(line[1:])) for line in lines if line.startswith("u")],
        deliveries=[DeliveryId(int(line[1:])) for line in lines if line.startswith("d")],
    )


def _overview(visit: Visit) -> dict[str, Any]:
    found = held.groups(visit.desk)
    count = sum(group.files for group in found)
    reasons = "" if len(found) == 1 else f" for {len(found)} reasons"
    answer = f"{counted(count, 'file is', 'files are')} held{reasons}" if found else "Nothing is held"
    return {
        "answer": answer,
        "oldest_at": counting.oldest_held_at(visit.desk),
        "groups": [
            {
                "group": group,
                "text": reason(group.reason),
                "advice": advice.in_short(group.reason, visit.role),
            }
            for group in found
        ],
    }


def _group(visit: Visit, why: ReasonCode, account: str, after: str) -> dict[str, Any]:
    group = next((one for one in held.groups(visit.desk) if one.reason is why), None)
    found = held.opened(visit.desk, reason=why, account=account or None, after=after, limit=_ON_A_PAGE)
    is_staff = visit.role is not Role.VIEWER
    rows = _rows(found)
    return {
        "code": why,
        "text": reason(why),
        "todo": advice.todo(why, visit.role),
        "group": group,
        "account": account,
        "rows": rows,
        "older": address(f"/held/{why}", account=account, after=found.next) if found.next else None,
        "is_first": not after,
        "live": address(f"/held/{why}/live", account=account),
        "kinds": list(Kind),
        "codes": accounts.codes_of(visit.desk, names={row["account"] for row in rows}) if is_staff else [],
        "encodings": _ENCODINGS,
        "suggestions": _suggestions(rows, group) if why in FOR_ENCODING else [],
        "route_links": _route_links(why, rows) if why in FOR_ROUTE else [],
    }


def _rows(found: Opened) -> list[dict[str, Any]]:
    whole = [
        {
            "id": f"u{one.upload.id}",
            "link": f"/files/{one.upload.id}",
            "name": one.upload.name,
            "path": one.upload.path,
            "account": one.account,
            "at": one.upload.closed_at,
            "size": one.upload.size,
            "preview": preview(one.detail),
        }
        for one in found.uploads
    ]
    single = [
        {
            "id": f"d{one.delivery.id}",
            "link": f"/deliveries/{one.delivery.id}",
            "name": one.document.name,
            "path": f"/{one.document.name}",
            "account": one.account,
            "at": one.delivery.created_at,
            "size": one.document.size,
            "preview": preview(one.delivery.detail),
        }
        for one in found.deliveries
    ]
    return whole + single


def _suggestions(rows: Sequence[dict[str, Any]], group: Group | None) -> list[tuple[str, str]]:
    """Return for each account the character set that its first file is likely in."""
    likely = {row["account"]: row["preview"].likely for row in reversed(rows) if row["preview"].likely}
    names = group.accounts if group else []
    return [(name, likely.get(name, _ENCODINGS[0])) for name in names]


def _route_links(why: ReasonCode, rows: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return for each account that is shown where a route for its first file is made."""
    first = {row["account"]: row["path"] for row in reversed(rows)}
    return [
        (name, address(f"/held/{why}/route", account=name, pattern=pattern_for(first[name])))
        for name in sorted(first)
    ]


def _ask(visit: Visit, why: ReasonCode, verb: Verb, choice: Choice, back: str) -> Sure:
    word, consequence = _WORDS[verb]
    files = counted(choice.files, "file")
    notes = [consequence.format("It is" if choice.files == 1 else "They are")]
    kind, place = visit.text("kind"), visit.text("administration")
    if verb is not Verb.REJECT and (kind or place):
        parts = [f"as {kind}"] if kind else []
        parts += [f"for {place}"] if place else []
        notes.append(f"They go {' '.join(parts)}.")
    if choice.files >= MOST_AT_ONCE:
        notes.append(f"These are the oldest {MOST_AT_ONCE:,}; do the rest afterwards.")
    seen = _rows(held.look(visit.desk, choice=choice, limit=_NAMED))
    return Sure(
        question=f"{word}: {files} held because “{reason(why).admin}”?",
        notes=notes,
        names=[(row["link"], row["name"], _beside(row)) for row in seen],
        more=choice.files - len(seen),
        action=f"/held/{why}",
        fields={
            name: value
            for name, value in {
                "verb": verb,
                "account": visit.text("account"),
                "kind": kind,
                "administration": place,
            }.items()
            if value
        },
        ids="\n".join([*(f"u{one}" for one in choice.uploads), *(f"d{one}" for one in choice.deliveries)]),
        word=f"{word} {files}",
        is_danger=verb is Verb.REJECT,
        why=visit.text("why"),
        back=back,
    )


def _beside(row: dict[str, Any]) -> str:
    consequence = row["preview"].consequence
    return f"{row['account']}: {consequence}" if consequence else row["account"]
