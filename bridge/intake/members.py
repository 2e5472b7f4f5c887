"""From the unpacked members of an archive to documents: each judged by itself, in the order of sending."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bridge.domain.documents import PlannedDocument
from bridge.domain.kinds import Kind
from bridge.domain.names import is_temporary, printable
from bridge.domain.reasons import ReasonCode
from bridge.domain.remarks import Remark
from bridge.domain.snapshots import SnapshotRecord
from bridge.domain.uploads import Upload
from bridge.intake import compressed
from bridge.intake.archive import Unpacking
from bridge.intake.extraction import Member
from bridge.intake.inspection import Inspector, Stored
from bridge.intake.judge import is_gzip, is_zip
from bridge.intake.placing import Told, told_of_member
from bridge.intake.plan import Halt, hold, refusal
from bridge.intake.reading import Ends, pieces
from bridge.intake.recognise import Verdict

_CRITICAL = frozenset({Kind.DATA, Kind.DECLARATION})
_NEEDS_ANOTHER_LOOK = frozenset({ReasonCode.UNKNOWN_ENCODING, ReasonCode.WRONG_ENCODING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A member and what becomes of it; its first bytes are let go, for there may be thousands."""

    path: str  # inside the archive
    name: str
    size: int
    sha256: str
    told: Told
    verdict: Verdict
    remarks: tuple[Remark, ...] = ()
    identity: str | None = None
    snapshot: SnapshotRecord | None = None

    def document(self, blob: str) -> PlannedDocument:
        """Return the document of this member, whose bytes are *blob*."""
        administration = self.told.administration
        if self.verdict.reason is ReasonCode.UNKNOWN_FOLDER:
            administration = None  # whom it is for is just what is not certain
        return PlannedDocument(
            member=self.path,
            name=self.name,
            kind=self.verdict.kind,
            administration_id=None if administration is None else administration.id,
            size=self.size,
            sha256=self.sha256,
            blob=blob,
            reason=self.verdict.reason,
            detail=self.verdict.detail or None,
            remarks=self.remarks,
            identity=self.identity,
            snapshot=self.snapshot,
        )


class MemberJudge:
    """Judges the members of one archive, which share one limit on what their .gz unpack to."""

    def __init__(self, inspector: Inspector, unpacking: Unpacking, upload: Upload, told: Told) -> None:
        self._inspector = inspector
        self._unpacking = unpacking
        self._upload = upload
        self._told = told  # of the archive
        self._bytes_left = inspector.settings.max_unpacked_bytes

    def judge(self, members: Iterable[Member]) -> list[Judged]:
        """Return what becomes of *members*, in their order.

        Raises:
            Halt: a .gz among them is broken or over a limit, and with it the archive.
        """
        first: dict[str, str] = {}  # base name -> path of the first that has it
        judged: list[Judged] = []
        for member in members:
            told = told_of_member(self._inspector.account, self._upload, self._told, member.name)
            one = self._judge(member, told)
            if member.name in first:
                one = replace(one, verdict=_same_name(member, first[member.name], one.verdict))
            first.setdefault(member.name, member.path)
            judged.append(one)
        return judged

    def _judge(self, member: Member, told: Told) -> Judged:
        verdict = self._by_name(member, told)
        if verdict is not None:
            return Judged(
                path=member.path,
                name=member.name,
                size=member.size,
                sha256=member.sha256,
                told=told,
                verdict=verdict,
            )
        stored = Stored(
            path=member.file,
            name=member.name,
            size=member.size,
            sha256=member.sha256,
            ends=self._content(member),
        )
        found = self._inspector.inspect(stored, told)
        if found.converted is not None:
            self._unpacking.replace(member.file, by=found.converted)
        return Judged(
            path=member.path,
            name=found.name,
            size=found.size,
            sha256=found.sha256,
            told=told,
            verdict=found.verdict,
            remarks=tuple(found.remarks),
            identity=found.identity,
            snapshot=found.snapshot,
        )

    def _by_name(self, member: Member, told: Told) -> Verdict | None:
        """Return what can be said without looking into *member*."""
        if told.hold is not None:
            return Verdict(kind=told.kind, reason=told.hold, detail=told.detail)
        if is_zip(member.name) and told.kind is not Kind.DECLARATION:
            return Verdict(kind=None, reason=ReasonCode.NESTED_ARCHIVE, detail=printable(member.path))
        if is_temporary(member.name) and told.kind is None:
            detail = f"{printable(member.path)}: the name says that it is not finished"
            return Verdict(kind=None, reason=ReasonCode.UNKNOWN_KIND, detail=detail)
        return None

    def _content(self, member: Member) -> Ends:
        """Return size and first bytes of *member*, unpacked if it is a .gz."""
        if not is_gzip(member.name):
            return member.ends
        try:
            with member.file.open("rb") as file:
                unpacked = Ends()
                for piece in compressed.unpacked(
                    pieces(file, self._inspector.stopping),
                    packed_bytes=member.size,
                    max_bytes=self._bytes_left,
                    max_ratio=self._inspector.settings.max_ratio,
                ):
                    unpacked.see(piece)
        except Halt as halt:
            is_broken = halt.reason is ReasonCode.BROKEN_GZIP
            reason = ReasonCode.BROKEN_ARCHIVE if is_broken else ReasonCode.ARCHIVE_TOO_LARGE
            raise refusal(reason, f"{printable(member.path)}: {halt.detail}") from halt
        self._bytes_left -= unpacked.size
        return unpacked


def _same_name(member: Member, first: str, verdict: Verdict) -> Verdict:
    detail = f"{printable(member.path)}; the other one is {printable(first)}"
    return Verdict(kind=verdict.kind, reason=ReasonCode.SAME_NAME_TWICE, detail=detail)


def check_whole(judged: Sequence[Judged], *, is_whole: bool) -> None:
    """Raise `Halt` if the archive has to wait as a whole.

    Because one of its files waits and another is a data file or a declaration, where *is_whole* asks for
    that: half of what belongs together is worse than nothing.  Or because a file can be put in UTF-8 only
    when the archive is looked at again.
    """
    waiting = [one for one in judged if one.verdict.reason is not None]
    is_critical = is_whole and any(one.verdict.kind in _CRITICAL for one in judged)
    for one in waiting:
        if one.verdict.reason is not None and (is_critical or one.verdict.reason in _NEEDS_ANOTHER_LOOK):
            others = f" ({len(waiting)} of its {len(judged)} files would wait)" if len(judged) > 1 else ""
            raise hold(one.verdict.reason, f"{printable(one.path)}: {one.verdict.detail}{others}")


def documents(judged: Sequence[Judged], blobs: Sequence[str]) -> tuple[PlannedDocument, ...]:
    """Return the documents of *judged*, whose bytes are *blobs*, in the order of sending.

    Data files come last: an invoice whose document is missing would not be sent (payt-imports §3).
    """
    planned = [one.document(blob) for one, blob in zip(judged, blobs, strict=True)]
    return tuple(sorted(planned, key=lambda document: document.kind is Kind.DATA))
