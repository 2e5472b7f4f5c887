"""Routes of an account: its own rules, and a test that shows step by step which rule wins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account, Route, RouteId
from bridge.domain.errors import Invalid, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.names import extension, is_temporary, join, resolve
from bridge.domain.reasons import ReasonCode
from bridge.domain.routes import Place, check_pattern, fits, place
from bridge.ledger import accounts


class Seen(Protocol):
    """What looking into a file tells."""

    @property
    def kind(self) -> Kind | None: ...  # noqa: D102

    @property
    def reason(self) -> ReasonCode | None: ...  # noqa: D102

    @property
    def detail(self) -> str: ...  # noqa: D102


# From the name (without .gz) and the first bytes; intake's, handed in: rooms do not call each other.
Recogniser = Callable[[str, bytes], Seen]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Where a file of this path would go, and by which rule."""

    path: str
    steps: tuple[tuple[str, str], ...]  # a rule and what came of it, in the order of the rules
    route: Route | None = None  # the route that won
    kind: Kind | None = None  # None: held, unpacked, or by content that was not given
    kind_by: str | None = None  # route, folder, extension, content, members
    administration: str | None = None  # its code
    hold: ReasonCode | None = None
    detail: str = ""


def add(
    desk: Desk, *, account: str, pattern: str, kind: Kind | None = None, administration: str | None = None
) -> Route:
    """Add a route behind the others of the account.

    Without a kind the file says it, as in ``/``; without an administration the folder, else the default.

    Raises:
        Invalid: the pattern can never fit.
        NotFound: there is no such account, or it does not have the administration.
    """
    found = desk.database.read_now(accounts.get, name=account)
    places = {place.code: place.id for place in found.administrations}
    if administration is not None and administration not in places:
        raise NotFound(
            f"account {account} does not have administration {administration}; it has {', '.join(places)}"
        )
    administration_id = None if administration is None else places[administration]
    route_id = desk.database.write_now(
        accounts.add_route,
        account_id=found.id,
        pattern=check_pattern(pattern),
        kind=kind,
        administration_id=administration_id,
    )
    return Route(id=route_id, pattern=pattern, kind=kind, administration_id=administration_id)


def remove(desk: Desk, *, account: str, route_id: int) -> None:
    """Take a route away; raise `NotFound` if the account has none such."""
    found = desk.database.read_now(accounts.get, name=account)
    desk.database.write_now(accounts.remove_route, account_id=found.id, route_id=RouteId(route_id))


def try_path(
    desk: Desk, *, account: str, path: str, recognise: Recogniser, head: bytes | None = None
) -> Trial:
    """Show where a file of *path* would go; nothing is sent.

    Args:
        desk: where to work.
        account: whose routes and administrations count.
        path: in the account's tree; a missing first slash is added.
        recognise: tells a kind from name and content.
        head: the file's first bytes unpacked, at most 64 KiB; None: only the path is known.
    """
    found = desk.database.read_now(accounts.get, name=account)
    parts = resolve(path)
    if not parts:
        raise Invalid(f"path {path!r}: expected a file, such as /csv/invoices.csv")
    whole = join(parts)
    placed = place(found, whole)
    steps = _rules(found, whole, placed)
    trial = _judge(whole, parts[-1], placed, recognise, head)
    return Trial(
        path=whole,
        steps=(*steps, *trial.steps),
        route=placed.route,
        kind=trial.kind,
        kind_by=trial.kind_by,
        administration=None if placed.administration is None else placed.administration.code,
        hold=trial.hold,
        detail=trial.detail,
    )


def _rules(account: Account, path: str, placed: Place) -> list[tuple[str, str]]:
    """Return what came of the name, of each route and of the folder."""
    steps: list[tuple[str, str]] = []
    if is_temporary(path.rpartition("/")[2]):
        steps.append(("temporary name", "waits until the client renames it"))
    for route in account.routes:
        is_fit = fits(route.pattern, path)
        steps.append((f"route {route.id} {route.pattern}", "fits, and wins" if is_fit else "does not fit"))
        if is_fit:
            break
    folder = path.rpartition("/")[0] or "/"
    if placed.route is None:
        steps.append((f"folder {folder}", _about_folder(placed, folder)))
    return steps


def _about_folder(placed: Place, folder: str) -> str:
    if placed.hold is not None:
        return "does not say whom the file is for"
    if placed.is_stray:
        return "unknown; documents only, a data file would wait for a person"
    if placed.kind is not None:
        return f"says {placed.kind}"
    return "leaves the kind open" if folder == "/" else "says whom it is for and leaves the kind open"


def _judge(path: str, name: str, placed: Place, recognise: Recogniser, head: bytes | None) -> Trial:
    """Return kind or hold, by what is placed, else by what is in the file."""
    if placed.hold is not None:
        return Trial(path=path, steps=(), hold=placed.hold)
    if extension(name) == ".zip" and placed.kind is not Kind.DECLARATION:
        step = ("zip", "is unpacked; each file in it is placed by itself, as if it lay here")
        return Trial(path=path, steps=(step,), kind=placed.kind, kind_by="members")
    if placed.kind is not None:
        is_routed = placed.route is not None and placed.route.kind is not None
        return Trial(path=path, steps=(), kind=placed.kind, kind_by="route" if is_routed else "folder")
    return _look(path, name, placed, recognise, head)


def _look(path: str, name: str, placed: Place, recognise: Recogniser, head: bytes | None) -> Trial:
    inner = name[: -len(".gz")] if extension(name) == ".gz" else name
    by_name = recognise(inner, b"").kind
    if by_name is None and head is None:
        step = (f"extension {extension(inner) or '(none)'}", "does not say it; the content will")
        return Trial(path=path, steps=(step,), kind_by="content")
    seen = recognise(inner, head or b"")
    by = "extension" if by_name is not None else "content"
    if seen.kind is Kind.DATA and placed.is_stray:
        return Trial(path=path, steps=(), kind_by=by, hold=ReasonCode.UNKNOWN_FOLDER)
    if seen.kind is None:
        hold = seen.reason or ReasonCode.UNKNOWN_KIND
        return Trial(path=path, steps=(), kind_by=by, hold=hold, detail=seen.detail)
    return Trial(path=path, steps=(), kind=seen.kind, kind_by=by)
