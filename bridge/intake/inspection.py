"""Looks through a whole file: proves it complete, puts text in UTF-8, counts a data file and judges it.

What is found is a verdict, never an error: whoever holds or sends decides by it.  A file that an operator
has decided on is looked through all the same, and what would hold it is only remarked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from bridge.config.settings import IntakeSettings
from bridge.domain.accounts import Account
from bridge.domain.kinds import Kind
from bridge.domain.names import extension, printable
from bridge.domain.reasons import ReasonCode
from bridge.domain.remarks import Remark
from bridge.domain.snapshots import SnapshotRecord
from bridge.intake import compressed
from bridge.intake.inner_names import sent_name
from bridge.intake.judge import is_gzip, judge
from bridge.intake.placing import Told
from bridge.intake.plan import Flaw, Wait
from bridge.intake.proofs import Proof
from bridge.intake.proofs.declaration import DeclarationProof
from bridge.intake.proofs.pdf import check_ends
from bridge.intake.reading import Ends, Stopping, pieces
from bridge.intake.recognise import Verdict
from bridge.intake.snapshot_judge import SnapshotJudge
from bridge.intake.texts import Text, form_of, read_text
from bridge.spool.protocol import Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file to look through."""

    path: Path
    name: str  # as it came
    size: int
    sha256: str  # hex
    ends: Ends  # of what it unpacks to, if it is a .gz


@dataclass(slots=True, kw_only=True)
class Inspected:
    """What looking through a file found; `name`, `size` and `sha256` are those of what is to be sent."""

    verdict: Verdict
    name: str
    size: int
    sha256: str
    converted: Path | None = None  # a new file to send instead, synced
    remarks: list[Remark] = field(default_factory=list)
    identity: str | None = None  # of a declaration
    snapshot: SnapshotRecord | None = None  # of a data file


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    """Looks through the files of one upload."""

    account: Account
    settings: IntakeSettings
    spool: Spool
    stopping: Stopping
    snapshots: SnapshotJudge

    def inspect(self, stored: Stored, told: Told) -> Inspected:
        """Return what is found in *stored*.

        Raises:
            Halt: it is a .gz that is broken or over a limit.
            OSError: the disk.
        """
        found = Inspected(
            verdict=judge(told, stored.name, stored.ends),
            name=stored.name,
            size=stored.size,
            sha256=stored.sha256,
        )
        if found.verdict.reason is None:
            try:
                self._look(stored, told, found)
            except Wait as wait:
                self._wait(told, found, wait)
        return found

    def _look(self, stored: Stored, told: Told, found: Inspected) -> None:
        match found.verdict.kind:
            case Kind.DATA | Kind.INVOICE_UBL as kind:
                self._look_at_text(stored, told, kind, found)
            case Kind.DECLARATION:
                self._look_at_declaration(stored, found)
            case Kind.INVOICE_PDF:
                self._look_at_pdf(stored, found)
            case _:
                if extension(stored.name) == ".pdf":
                    self._look_at_pdf(stored, found)

    def _wait(self, told: Told, found: Inspected, wait: Wait) -> None:
        detail = wait.detail or printable(found.name)
        if told.is_decided:
            found.remarks.append(Remark(code=wait.reason, detail=detail))
        else:
            found.verdict = replace(found.verdict, reason=wait.reason, detail=detail)

    # Kinds.

    def _look_at_pdf(self, stored: Stored, found: Inspected) -> None:
        try:
            check_ends(stored.ends.head, stored.ends.tail, stored.ends.size)
        except Flaw as flaw:
            raise Wait(ReasonCode.BROKEN_PDF, str(flaw)) from flaw
        found.name = sent_name(stored.name, ".pdf")

    def _look_at_declaration(self, stored: Stored, found: Inspected) -> None:
        if extension(stored.name) == ".zip":  # goes whole, as it is (payt-imports §4)
            return
        proof = DeclarationProof()
        self._prove(stored, proof, ReasonCode.BROKEN_DECLARATION)
        found.identity = proof.identity
        if proof.is_return:
            raise Wait(ReasonCode.DECLARATION_RETURN, "")
        if proof.is_test:
            raise Wait(ReasonCode.DECLARATION_TEST, "")

    def _look_at_text(self, stored: Stored, told: Told, kind: Kind, found: Inspected) -> None:
        encoding = None if told.route is None else told.route.encoding
        streams = compressed.Streams()
        text = read_text(
            partial(self._content, stored, streams),
            stored.ends,
            form=form_of(stored.name, stored.ends.head, kind),
            configured=encoding or self.account.encoding,
            new_file=self.spool.new_file,
            is_in_parts=lambda: streams.count > 1,
        )
        try:
            self._judge_text(stored, told, kind, text, found)
        except Wait as wait:
            self._wait(told, found, wait)
        except BaseException:  # the ledger, asked for the last snapshot, may not answer: all is done again
            text.discard()
            raise
        if text.converted is not None:
            found.converted, found.size, found.sha256 = text.converted, text.size, text.sha256
            found.name = found.name[: -len(".gz")] if is_gzip(found.name) else found.name

    def _judge_text(self, stored: Stored, told: Told, kind: Kind, text: Text, found: Inspected) -> None:
        found.name = sent_name(stored.name, text.extension)
        if text.flaw is not None:
            raise text.flaw
        text.check_root(kind, is_routed=told.route is not None and told.route.kind is not None)
        if kind is Kind.INVOICE_UBL:
            number = text.document_id
            if number and number.casefold() not in stored.name.casefold():
                detail = f"{printable(stored.name)}: the document's number is {printable(number, 60)}"
                found.remarks.append(Remark(code=ReasonCode.NAME_LACKS_NUMBER, detail=detail))
            return
        found.snapshot, findings = self.snapshots.judge(stored.name, text, told)
        for finding in findings:
            found.remarks.append(Remark(code=finding.code, detail=finding.detail))
        self.snapshots.wait_for(findings, text, told)

    # Bytes.

    def _prove(self, stored: Stored, proof: Proof, reason: ReasonCode) -> None:
        is_all_seen = stored.ends.size == len(stored.ends.head)
        try:
            for piece in [stored.ends.head] if is_all_seen else self._content(stored):
                proof.feed(piece)
            proof.end()
        except Flaw as flaw:
            raise Wait(reason, str(flaw)) from flaw

    def _content(self, stored: Stored, streams: compressed.Streams | None = None) -> Iterator[bytes]:
        """Yield what *stored* holds, unpacked if it is a .gz."""
        with stored.path.open("rb") as file:
            source = pieces(file, self.stopping)
            if not is_gzip(stored.name):
                yield from source
                return
            yield from compressed.unpacked(
                source,
                packed_bytes=stored.size,
                max_bytes=self.settings.max_unpacked_bytes,
                max_ratio=self.settings.max_ratio,
                streams=streams,
            )
