"""Judges a data file against the last one that was delivered: the snapshot guards at work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.guards import Action, Finding, Rule, day_in_name, judge, merged, preview
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.snapshots import SnapshotRecord
from bridge.intake import compressed
from bridge.intake.judge import is_gzip
from bridge.intake.placing import Told
from bridge.intake.plan import Flaw, Halt, Wait
from bridge.intake.proofs.numbers import NumberSet
from bridge.intake.reading import Stopping, pieces
from bridge.intake.texts import Text, form_of, new_proof
from bridge.spool.protocol import BrokenSeal, Spool

LastDelivered = Callable[[AdministrationId], SnapshotRecord | None]
# What a person who decides wants to see the consequence of.
_CLOSE_INVOICES = frozenset(
    {ReasonCode.EMPTY_DATA_FILE, ReasonCode.ROWS_FALLEN, ReasonCode.OPEN_INVOICES_FALLEN, ReasonCode.OUTDATED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotJudge:
    """Knows the rules, and asks the ledger for the last snapshot."""

    rules: Mapping[ReasonCode, Rule]  # of the settings
    required: Sequence[str]  # columns
    last_delivered: LastDelivered
    spool: Spool
    stopping: Stopping
    modified_at: datetime | None  # that the client set for the upload
    max_unpacked_bytes: int

    def judge(self, name: str, text: Text, told: Told) -> tuple[SnapshotRecord, list[Finding]]:
        """Return what the ledger keeps of the data file *text*, and what its guards find."""
        snapshot = text.snapshot
        record = SnapshotRecord(
            rows=snapshot.rows,
            columns=snapshot.columns,
            open_invoices=snapshot.open_invoices,
            open_amount=snapshot.open_amount,
            content_sha256=text.content_sha256,
            dated=day_in_name(name),
            modified=None if self.modified_at is None else int(self.modified_at.timestamp()),
        )
        administration = _of(told)
        findings = judge(
            snapshot,
            record,
            last=self.last_delivered(administration.id),
            codes=[administration.code, *([str(administration.payt_id)] if administration.payt_id else [])],
            required=self.required,
            rules=self._rules(told),
        )
        return record, findings

    def wait_for(self, findings: Sequence[Finding], text: Text, told: Told) -> None:
        """Raise `Wait` for the first of *findings* that holds, with all of them and what would happen."""
        holding = [finding for finding in findings if finding.action is Action.HOLD]
        if not holding:
            return
        words = [finding.detail for finding in holding]
        if _CLOSE_INVOICES & {finding.code for finding in holding} and (seen := self._preview(text, told)):
            words.append(seen)
        raise Wait(holding[0].code, "; ".join(words))

    def _rules(self, told: Told) -> dict[ReasonCode, Rule]:
        return merged(self.rules, _of(told).guards, None if told.route is None else told.route.guards)

    def _preview(self, text: Text, told: Told) -> str | None:
        """Return how many invoices this file would close; None where the last one is not there any more."""
        last = self.last_delivered(_of(told).id)
        before = None if last is None or last.blob is None else self._numbers_of(last)
        if not before:
            return None
        return preview(before.missing_from(text.numbers), len(before))

    def _numbers_of(self, last: SnapshotRecord) -> NumberSet | None:
        assert last.blob is not None  # noqa: S101  asked before
        path = self.spool.path(last.blob)
        proof = None
        try:
            with path.open("rb") as file:
                source = pieces(file, self.stopping)
                if is_gzip(last.name):
                    source = compressed.unpacked(
                        source,
                        packed_bytes=path.stat().st_size,
                        max_bytes=self.max_unpacked_bytes,
                        max_ratio=float("inf"),
                    )
                for piece in source:
                    proof = proof or new_proof(form_of(last.name, piece, Kind.DATA))
                    proof.feed(piece)
            if proof is None:
                return None
            proof.end()
        except (FileNotFoundError, BrokenSeal, Flaw, Halt):
            return None  # its retention ended meanwhile, or an operator let it go as it was
        return proof.numbers


def _of(told: Told) -> Administration:
    assert told.administration is not None  # noqa: S101  a file without one is held before
    return told.administration
