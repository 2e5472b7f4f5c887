"""Remarks: what is odd about a file and no obstacle; said beside it, and stored as JSON."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bridge.domain.reasons import ReasonCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to say about a file."""

    code: ReasonCode
    detail: str = ""  # what exactly, printable


def to_text(remarks: Sequence[Remark]) -> str | None:
    """Return what the ledger stores; None: nothing to say."""
    return json.dumps([[one.code, one.detail] for one in remarks]) if remarks else None


def from_text(stored: str | None) -> tuple[Remark, ...]:
    """Return what `to_text` made."""
    return tuple(Remark(code=ReasonCode(code), detail=detail) for code, detail in json.loads(stored or "[]"))
