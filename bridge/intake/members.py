"""From the unpacked members of an archive to documents: each judged by itself, in the order of sending."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bridge.config.settings import IntakeSettings
from bridge.domain.accounts import Account
from bridge.domain.documents import PlannedDocument
from bridge.domain.kinds import Kind
from bridge.domain.names import is_temporary, printable
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import Upload
from bridge.intake.archive import Member
from bridge.intake.compressed import prove
from bridge.intake.judge import is_gzip, is_zip, judge
from bridge.intake.placing import Told, told_of_member
from bridge.intake.plan import Halt, refusal
from bridge.intake.reading import Head, Stopping, pieces
from bridge.intake.recognise import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A member and what becomes of it; its first bytes are let go, for there may be thousands."""

    path: str  # inside the archive
    name: str
    size: int
    sha256: str
    told: Told
    verdict: Verdict

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
        )


class MemberJudge:
    """Judges the members of one archive, which share one limit on what their .gz unpack to."""

    def __init__(
        self, account: Account, upload: Upload, told: Told, settings: IntakeSettings, stopping: Stopping
    ) -> None:
        self._account = account
        self._upload = upload
        self._told = told  # of the archive
        self._stopping = stopping
        self._max_ratio = settings.max_ratio
        self._bytes_left = settings.max_unpacked_bytes

    def judge(self, members: Iterable[Member]) -> list[Judged]:
        """Return what becomes of *members*, in their order.

        Raises:
            Halt: a .gz among them is broken or over a limit, and with it the archive.
        """
        first: dict[str, str] = {}  # base name -> path of the first that has it
        judged: list[Judged] = []
        for member in members:
            told = told_of_member(self._account, self._upload, self._told, member.name)
            verdict = self._verdict(member, told)
            if member.name in first:
                verdict = _same_name(member, first[member.name], verdict)
            first.setdefault(member.name, member.path)
            judged.append(
                Judged(
                    path=member.path,
                    name=member.name,
                    size=member.size,
                    sha256=member.sha256,
                    told=told,
                    verdict=verdict,
                )
            )
        return judged

    def _verdict(self, member: Member, told: Told) -> Verdict:
        if told.hold is not None:
            return Verdict(kind=told.kind, reason=told.hold, detail=told.detail)
        if is_zip(member.name) and told.kind is not Kind.DECLARATION:
            return Verdict(kind=None, reason=ReasonCode.NESTED_ARCHIVE, detail=printable(member.path))
        if is_temporary(member.name) and told.kind is None:
            detail = f"{printable(member.path)}: the name says that it is not finished"
            return Verdict(kind=None, reason=ReasonCode.UNKNOWN_KIND, detail=detail)
        return judge(told, member.name, self._content(member))

    def _content(self, member: Member) -> Head:
        """Return size and first bytes of *member*, unpacked if it is a .gz."""
        if not is_gzip(member.name):
            return member.head
        try:
            with member.file.open("rb") as file:
                unpacked = prove(
                    pieces(file, self._stopping),
                    packed_bytes=member.size,
                    max_bytes=self._bytes_left,
                    max_ratio=self._max_ratio,
                )
        except Halt as halt:
            is_broken = halt.reason is ReasonCode.BROKEN_GZIP
            reason = ReasonCode.BROKEN_ARCHIVE if is_broken else ReasonCode.ARCHIVE_TOO_LARGE
            raise refusal(reason, f"{printable(member.path)}: {halt.detail}") from halt
        self._bytes_left -= unpacked.size
        return unpacked


def _same_name(member: Member, first: str, verdict: Verdict) -> Verdict:
    detail = f"{printable(member.path)}; the other one is {printable(first)}"
    return Verdict(kind=verdict.kind, reason=ReasonCode.SAME_NAME_TWICE, detail=detail)


def documents(judged: Sequence[Judged], blobs: Sequence[str]) -> tuple[PlannedDocument, ...]:
    """Return the documents of *judged*, whose bytes are *blobs*, in the order of sending.

    Data files come last: an invoice whose document is missing would not be sent (payt-imports §3).
    """
    planned = [one.document(blob) for one, blob in zip(judged, blobs, strict=True)]
    return tuple(sorted(planned, key=lambda document: document.kind is Kind.DATA))
