"""Looks at one upload and decides: a plan of documents, or a stop with its reason.

Runs in a thread: it reads the blob, and writes members of an archive and converted text to the spool.  Of the
ledger it only asks what a data file is compared with; what is decided here counts once the service has
written it.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

from bridge.config.judging import GuardSettings
from bridge.config.settings import IntakeSettings
from bridge.domain.accounts import Account
from bridge.domain.documents import PlannedDocument
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import Upload, UploadState
from bridge.intake import compressed
from bridge.intake.archive import THREADS, Unpacking, disk_trouble
from bridge.intake.inspection import Inspector, Stored
from bridge.intake.judge import is_gzip, is_zip
from bridge.intake.members import MemberJudge, check_whole, documents
from bridge.intake.placing import Told, told_of_upload
from bridge.intake.plan import Halt, Plan, Stop, hold
from bridge.intake.reading import Digest, Ends, Source, Stopping, pieces, pieces_at, source
from bridge.intake.snapshot_judge import LastDelivered, SnapshotJudge
from bridge.spool.protocol import BrokenSeal, Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class Examiner:
    """All that looking at uploads needs; one for all threads."""

    spool: Spool
    settings: IntakeSettings
    guards: GuardSettings
    stopping: Stopping
    last_delivered: LastDelivered

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
        except BrokenSeal as error:
            return Stop(state=UploadState.HELD, reason=ReasonCode.DAMAGED_SPOOL, detail=str(error))
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
        inspector = self._inspector(account, upload)
        if is_zip(upload.name) and told.kind is not Kind.DECLARATION:
            return self._unpack(inspector, upload, told, file, digest)
        return self._take_whole(inspector, upload, told, self._survey(upload, told, file, digest), digest)

    def _inspector(self, account: Account, upload: Upload) -> Inspector:
        return Inspector(
            account=account,
            settings=self.settings,
            spool=self.spool,
            stopping=self.stopping,
            snapshots=SnapshotJudge(
                rules=self.guards.rules,
                required=self.guards.required_columns,
                last_delivered=self.last_delivered,
                spool=self.spool,
                stopping=self.stopping,
                modified_at=upload.modified_at,
                max_unpacked_bytes=self.settings.max_unpacked_bytes,
            ),
        )

    def _read(self, file: BinaryIO, digest: Digest) -> Ends:
        """Read all of *file*; return its ends and size."""
        ends = Ends()
        for piece in digest.over(pieces(file, self.stopping)):
            ends.see(piece)
        return ends

    def _hash(self, descriptor: Source, size: int, digest: Digest) -> str:
        for piece in pieces_at(descriptor, 0, size, self.stopping):
            digest.see(piece)
        return digest.hex()

    def _survey(self, upload: Upload, told: Told, file: BinaryIO, digest: Digest) -> Ends:
        """Read all of *upload*; return the ends and size of what it holds, unpacked if it is a .gz."""
        if not is_gzip(upload.name) or told.kind is Kind.DECLARATION:
            return self._read(file, digest)
        ends = Ends()
        for piece in compressed.unpacked(
            digest.over(pieces(file, self.stopping)),
            packed_bytes=upload.size,
            max_bytes=self.settings.max_unpacked_bytes,
            max_ratio=self.settings.max_ratio,
        ):
            ends.see(piece)
        return ends

    def _take_whole(
        self, inspector: Inspector, upload: Upload, told: Told, ends: Ends, digest: Digest
    ) -> Plan:
        """Plan *upload* as one document: its own bytes, or these in UTF-8."""
        if upload.blob is None or told.administration is None:
            raise AssertionError("told without a hold: there is an administration")
        sha256 = digest.hex()
        stored = Stored(
            path=self.spool.path(upload.blob), name=upload.name, size=upload.size, sha256=sha256, ends=ends
        )
        found = inspector.inspect(stored, told)
        made: list[str] = []
        try:
            if found.verdict.reason is not None:
                raise hold(found.verdict.reason, found.verdict.detail)
            if found.converted is not None:
                made = self.spool.adopt([found.converted])
        finally:
            if found.converted is not None and not made:
                found.converted.unlink(missing_ok=True)
        document = PlannedDocument(
            member=None,
            name=found.name,
            kind=found.verdict.kind,
            administration_id=told.administration.id,
            size=found.size,
            sha256=found.sha256,
            blob=made[0] if made else upload.blob,
            remarks=tuple(found.remarks),
            identity=found.identity,
            snapshot=found.snapshot,
        )
        return Plan(sha256=sha256, documents=(document,), new_blobs=tuple(made))

    def _unpack(
        self, inspector: Inspector, upload: Upload, told: Told, file: BinaryIO, digest: Digest
    ) -> Plan:
        """Plan the members of *upload*, which is hashed meanwhile; when this ends in a `Halt` it is too."""
        with (
            ThreadPoolExecutor(THREADS, thread_name_prefix="intake-member") as threads,
            Unpacking(self.spool, self.settings, self.stopping) as unpacking,
        ):
            whole = threads.submit(self._hash, source(file), upload.size, digest)
            chosen = unpacking.choose(file, size=upload.size, encoding=inspector.account.encoding)
            judge_of_members = MemberJudge(inspector, unpacking, upload, told)
            with closing(unpacking.unpack(file, chosen, threads)) as members:
                judged = judge_of_members.judge(members)
            if not upload.is_released:
                check_whole(judged, is_whole=self.settings.archives_whole)
            sha256 = whole.result()  # first: what fails after the members became blobs would leave them there
            blobs = unpacking.adopt()
            return Plan(
                sha256=sha256,
                documents=documents(judged, blobs),
                left_out=tuple(unpacking.left_out),
                new_blobs=tuple(blobs),
            )
