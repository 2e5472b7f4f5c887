"""A change of routes, tried on what came before: which files would now go elsewhere; pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from bridge.domain.accounts import Account
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.routes import Place, place
from bridge.domain.uploads import UploadId

SPAN = timedelta(days=30)  # how far back a change is tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A file that came: an upload, or one document out of an archive."""

    upload_id: UploadId
    folder: str  # of the upload; an archive's members count as lying there
    name: str  # of the upload
    member: str | None  # its path in the archive; None: the upload itself
    member_name: str | None  # the last part of that; None likewise
    kind: Kind | None  # as it was recognised then; None: it was not

    @property
    def path(self) -> str:
        """The path of the upload."""
        return _join(self.folder, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destined:
    """Where a file goes by the rules."""

    kind: Kind | None  # None: not known
    administration: str | None  # its code; None: see hold
    hold: ReasonCode | None = None

    def told(self) -> str:
        """Return it in a few words, the same on every page and in every table."""
        if self.hold is not None:
            return f"held: {self.hold}"
        return f"{self.kind or 'recognised'}, {self.administration or 'for nobody known'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A file that would go elsewhere."""

    file: Arrived
    before: Destined
    after: Destined


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a change would have done."""

    files: int  # looked at
    moved: tuple[Moved, ...]


def rehearse(before: Account, after: Account, files: Iterable[Arrived]) -> Rehearsal:
    """Return which of *files* go elsewhere by the routes of *after* than by those of *before*.

    What an operator decided for one of them is left aside: the next file of that path comes without it.
    """
    count = 0
    moved: list[Moved] = []
    for count, file in enumerate(files, start=1):  # noqa: B007  the last is how many
        was, becomes = destined(before, file), destined(after, file)
        if was != becomes:
            moved.append(Moved(file=file, before=was, after=becomes))
    return Rehearsal(files=count, moved=tuple(moved))


def destined(account: Account, file: Arrived) -> Destined:
    """Return where *file* goes by the rules of *account*; where these leave the kind open, as it was then."""
    placed = _placed(account, file)
    kind = placed.kind or file.kind
    hold = placed.hold
    if hold is None and placed.is_stray and kind in {Kind.DATA, Kind.DECLARATION}:
        hold = ReasonCode.UNKNOWN_FOLDER  # to the wrong one these do harm: intake holds them there
    if hold is not None or placed.administration is None:
        return Destined(kind=kind, administration=None, hold=hold)
    return Destined(kind=kind, administration=placed.administration.code)


def _placed(account: Account, file: Arrived) -> Place:
    """Place a member as intake does: by routes for its own name, then for the archive's, then by folder."""
    whole = place(account, file.path)
    if file.member_name is None:
        return whole
    own = place(account, _join(file.folder, file.member_name))
    if own.route is None:
        return whole
    return replace(own, kind=own.kind or whole.kind)


def _join(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}"
