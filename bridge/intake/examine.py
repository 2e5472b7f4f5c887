"""Looks at one upload and decides: a plan of documents, or a stop with its reason.

Runs in a thread: it reads the blob, and for an archive writes its members to the spool.  The ledger is
not touched; what is decided here counts only once the service has written it.
"""

from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

from bridge.config.settings import IntakeSettings
from bridge.domain.accounts import Account
from bridge.domain.documents import PlannedDocument
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import Upload
from bridge.intake.archive import Unpacking, disk_trouble
from bridge.intake.compressed import prove
from bridge.intake.judge import is_gzip, is_zip, judge
from bridge.intake.members import MemberJudge, documents
from bridge.intake.placing import Told, told_of_upload
from bridge.intake.plan import Halt, Plan, Stop, hold
from bridge.intake.reading import Digest, Head, Stopping, pieces
from bridge.spool.protocol import Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class Examiner:
    """All that looking at uploads needs; one for all threads."""

    spool: Spool
    settings: IntakeSettings
    stopping: Stopping

    def examine(self, account: Account, upload: Upload) -> Plan | Stop:
        """Return what becomes of *upload* of *account*.

        Raises:
            NoSpace, Unavailable: the disk; try again later.  Nothing is left behind.
        """
        digest = Digest()
        try:
            with self._open(upload) as file:
                return self._decide(account, upload, file, digest)
        except Halt as halt:
            sha256 = digest.hex() if digest.size == upload.size else None
            return Stop(state=halt.state, reason=halt.reason, detail=halt.detail, sha256=sha256)
        except OSError as error:
            raise disk_trouble(error) from error

    def _open(self, upload: Upload) -> BinaryIO:
        if upload.blob is None:
            raise hold(ReasonCode.DAMAGED_SPOOL, "the ledger names no stored bytes for it")
        try:
            file = self.spool.path(upload.blob).open("rb")
        except FileNotFoundError:
            raise hold(ReasonCode.DAMAGED_SPOOL, f"blob {upload.blob} is missing") from None
        stored = file.seek(0, 2)
        file.seek(0)
        if stored != upload.size:
            file.close()
            detail = f"{stored:,} bytes are stored, {upload.size:,} were received"
            raise hold(ReasonCode.DAMAGED_SPOOL, detail)
        return file

    def _decide(self, account: Account, upload: Upload, file: BinaryIO, digest: Digest) -> Plan:
        told = told_of_upload(account, upload)
        if told.hold is not None:
            self._read(file, digest)
            raise hold(told.hold, told.detail)
        if is_zip(upload.name) and told.kind is not Kind.DECLARATION:
            self._read(file, digest)
            return self._unpack(account, upload, told, file, digest)
        return self._take_whole(upload, told, file, digest)

    def _read(self, file: BinaryIO, digest: Digest) -> Head:
        """Read all of *file*; return its size and first bytes."""
        head = Head()
        for piece in digest.over(pieces(file, self.stopping)):
            head.see(piece)
        return head

    def _take_whole(self, upload: Upload, told: Told, file: BinaryIO, digest: Digest) -> Plan:
        """Plan *upload* as one document, its own bytes."""
        if is_gzip(upload.name) and told.kind is not Kind.DECLARATION:
            content = prove(
                digest.over(pieces(file, self.stopping)),
                packed_bytes=upload.size,
                max_bytes=self.settings.max_unpacked_bytes,
                max_ratio=self.settings.max_ratio,
            )
        else:
            content = self._read(file, digest)
        verdict = judge(told, upload.name, content)
        if verdict.reason is not None:
            raise hold(verdict.reason, verdict.detail)
        if upload.blob is None or told.administration is None:
            raise AssertionError("told without a hold: there is an administration")
        document = PlannedDocument(
            member=None,
            name=upload.name,
            kind=verdict.kind,
            administration_id=told.administration.id,
            size=upload.size,
            sha256=digest.hex(),
            blob=upload.blob,
        )
        return Plan(sha256=digest.hex(), documents=(document,))

    def _unpack(self, account: Account, upload: Upload, told: Told, file: BinaryIO, digest: Digest) -> Plan:
        judge_of_members = MemberJudge(account, upload, told, self.settings, self.stopping)
        with Unpacking(self.spool, self.settings, self.stopping) as unpacking:
            chosen = unpacking.choose(file, size=upload.size, encoding=account.encoding)
            with closing(unpacking.unpack(file, chosen)) as members:
                judged = judge_of_members.judge(members)
            blobs = unpacking.adopt()
            return Plan(
                sha256=digest.hex(),
                documents=documents(judged, blobs),
                left_out=tuple(unpacking.left_out),
            )
