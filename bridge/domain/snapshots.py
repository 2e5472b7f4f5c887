"""What a data file says, counted: the facts on which the snapshot guards judge it.

A data file is a full snapshot of every open invoice (payt-imports §2).  Files without column names that the
bridge knows give only their rows; what cannot be told is None.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

EXAMPLES = 3  # of each oddity that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """How often something odd was seen, and the first places."""

    count: int = 0
    examples: tuple[str, ...] = ()  # printable: "line 12: due 2026-01-03, invoice 2026-02-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The facts of one data file, as inspection found them."""

    rows: int  # records without the header
    columns: tuple[str, ...] | None = None  # of a CSV's header, stripped and lower-case
    invoices: int | None = None  # records that have an invoice number
    open_invoices: int | None = None  # records whose open amount is not zero
    open_amount: Decimal | None = None  # sum of the open amounts, currencies aside
    administration_codes: tuple[str, ...] = ()  # distinct, in order of appearance, at most 10
    repeated_numbers: Oddity = field(default_factory=Oddity)
    due_before_invoice: Oddity = field(default_factory=Oddity)
    too_long: Oddity = field(default_factory=Oddity)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRecord:
    """What the ledger keeps of a snapshot, to compare the next one with."""

    rows: int
    columns: tuple[str, ...] | None
    open_invoices: int | None
    open_amount: Decimal | None
    content_sha256: str  # hex, of what was received, unpacked, before any conversion
    dated: date | None  # the day that the file's name says
    modified: int | None  # seconds since 1970 that the client set, if it did
    blob: str | None = None  # of the delivered document, while it is kept
    name: str = ""  # of the delivered document

    def to_json(self) -> dict[str, Any]:
        """Return what the ledger stores; `blob` and `name` are the document's and not stored twice."""
        stored = asdict(self)
        del stored["blob"], stored["name"]
        stored["open_amount"] = None if self.open_amount is None else str(self.open_amount)
        stored["dated"] = None if self.dated is None else self.dated.isoformat()
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any], *, blob: str | None, name: str) -> "SnapshotRecord":
        """Return what `to_json` stored."""
        amount, dated, columns = stored["open_amount"], stored["dated"], stored["columns"]
        return cls(
            rows=stored["rows"],
            columns=None if columns is None else tuple(columns),
            open_invoices=stored["open_invoices"],
            open_amount=None if amount is None else Decimal(amount),
            content_sha256=stored["content_sha256"],
            dated=None if dated is None else date.fromisoformat(dated),
            modified=stored["modified"],
            blob=blob,
            name=name,
        )
