"""A trial of a path: step by step which rule wins, and the request that would be made; nothing is sent."""

import gzip
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import BinaryIO, Protocol

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account, Route
from bridge.domain.administrations import Administration
from bridge.domain.errors import Invalid
from bridge.domain.kinds import Kind
from bridge.domain.names import extension, is_temporary, join, resolve
from bridge.domain.patterns import code_in, match
from bridge.domain.reasons import ReasonCode
from bridge.domain.routes import Place, place
from bridge.domain.rules import Rule, merged

HEAD_BYTES = 64 * 1024  # of a file, unpacked: what intake looks at, too
_LARGE = 1 << 40  # bytes; above any limit that depends on the size


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


class Requested(Protocol):
    """The request for a file, without its bytes."""

    @property
    def path(self) -> str: ...  # noqa: D102

    @property
    def filename(self) -> str: ...  # noqa: D102

    @property
    def is_compressed_here(self) -> bool: ...  # noqa: D102

    @property
    def fields(self) -> Mapping[str, str | int]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The file itself, as far as a trial needs it."""

    head: bytes  # its first bytes unpacked, at most 64 KiB
    size: int  # bytes, as it would be received


class Requester(Protocol):
    """What delivery would ask: a file of this kind and name, of so many bytes, for this administration."""

    def __call__(  # noqa: D102
        self, kind: Kind, name: str, size: int, /, *, administration: Administration
    ) -> Requested: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Trier:
    """What other rooms know and a trial needs."""

    recognise: Recogniser
    requester: Requester


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What would be asked of the destination."""

    url: str
    filename: str
    large_filename: str | None  # where the size is not known: what a large file would be called, if otherwise
    fields: tuple[tuple[str, str | int], ...]  # of the body, with their paths; a secret is not shown


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
    request: Request | None = None  # None: held, or its kind is not known
    encoding: str | None = None  # of text that is not UTF-8; None: not told
    encoding_by: str | None = None  # route, account
    guards: Mapping[ReasonCode, Rule] = field(default_factory=dict)  # of a data file


def sample_of(stream: BinaryIO, *, path: str, size: int) -> Sample:
    """Return the first bytes of a file, unpacked if *path* says that it is a .gz; its end may be missing.

    Args:
        stream: the file, from its beginning on.
        path: as it would be uploaded.
        size: bytes of all of it.

    Raises:
        Invalid: it cannot be read or unpacked.
    """
    try:
        if not path.lower().endswith(".gz"):
            return Sample(head=stream.read(HEAD_BYTES), size=size)
        with gzip.open(stream) as unpacked:
            return Sample(head=_first(unpacked), size=size)
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid(f"the file cannot be unpacked: {error}") from error


def _first(unpacked: gzip.GzipFile) -> bytes:
    head = b""
    while len(head) < HEAD_BYTES:
        try:
            piece = unpacked.read1(HEAD_BYTES - len(head))
        except EOFError:  # only the beginning is there
            if head:
                break
            raise
        if not piece:
            break
        head += piece
    return head


def try_path(
    desk: Desk,
    *,
    account: str,
    path: str,
    recognise: Recogniser,
    requester: Requester,
    sample: Sample | None = None,
) -> Trial:
    """Show where a file of *path* would go; nothing is sent.

    Args:
        desk: where to work.
        account: whose routes and administrations count.
        path: in the account's tree; a missing first slash is added.
        recognise: tells a kind from name and content.
        requester: tells the request.
        sample: the file; None: only the path is known.
    """
    found = desk.account(account)
    parts = resolve(path)
    if not parts:
        raise Invalid(f"path {path!r}: expected a file, such as /csv/invoices.csv")
    whole = join(parts)
    placed = place(found, whole)
    steps = _rules(found, whole, placed)
    trial = _judge(whole, parts[-1], placed, recognise, None if sample is None else sample.head)
    trial = replace(
        trial,
        steps=(*steps, *trial.steps),
        route=placed.route,
        administration=None if placed.administration is None else placed.administration.code,
        detail=trial.detail or placed.detail,
    )
    if trial.hold is not None or placed.administration is None:
        return trial
    trial = _with_checks(desk, found, placed, trial)
    if trial.kind is None or trial.kind_by == "members":
        return trial
    ask = partial(requester, trial.kind, parts[-1], administration=placed.administration)
    size = None if sample is None else sample.size
    return replace(trial, request=_request(desk.settings.destination.base_url, ask, size))


def _with_checks(desk: Desk, account: Account, placed: Place, trial: Trial) -> Trial:
    """Return *trial* with what its text would be read in, and the guards of a data file."""
    of_route = None if placed.route is None else placed.route.encoding
    by_account = "account" if account.encoding else None
    guards = _guards(desk, placed) if trial.kind is Kind.DATA else {}
    return replace(
        trial,
        encoding=of_route or account.encoding,
        encoding_by="route" if of_route else by_account,
        guards=guards,
    )


def _request(base_url: str, ask: Callable[[int], Requested], size: int | None) -> Request:
    """Return what would be asked; *size* is None where only the path is known."""
    asked = ask(size or 0)
    large = ask(_LARGE).filename if size is None else asked.filename
    return Request(
        url=base_url + asked.path,
        filename=asked.filename,
        large_filename=None if large == asked.filename else large,
        fields=(
            ("file.filename", asked.filename),
            ("file.base64_data", _data(size, is_compressed=asked.is_compressed_here)),
            *asked.fields.items(),
        ),
    )


def _guards(desk: Desk, placed: Place) -> Mapping[ReasonCode, Rule]:
    of_administration = None if placed.administration is None else placed.administration.guards
    route = None if placed.route is None else placed.route.guards
    return merged(desk.settings.guards.rules, of_administration, route)


def _data(size: int | None, *, is_compressed: bool) -> str:
    what = "the file" if size is None else f"{size:,} bytes"
    return f"<{what}, gzip, base64>" if is_compressed else f"<{what}, base64>"


def _rules(account: Account, path: str, placed: Place) -> list[tuple[str, str]]:
    """Return what came of the name, of each route and of the folder."""
    steps: list[tuple[str, str]] = []
    if is_temporary(path.rpartition("/")[2]):
        steps.append(("temporary name", "waits until the client renames it"))
    for route in account.routes:
        found = match(route.pattern, path)
        steps.append((f"route {route.id} {route.pattern}", "fits, and wins" if found else "does not fit"))
        if found is not None and (code := code_in(found)) is not None:
            steps.append(("administration in the path", code or "(nothing)"))
        if found is not None:
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
