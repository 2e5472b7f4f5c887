"""Snapshot guards: what is suspicious in a data file, and whether that warns or holds.

An invoice that a data file no longer names is marked paid (payt-imports §2), so a file that is cut short,
stale or somebody else's closes receivables without a word.  Guards compare facts; they read no file and
change nothing.  How they are set is in `bridge.domain.rules`.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.days import day_in_name
from bridge.domain.names import printable
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import DEFAULTS, Action, Rule, merged
from bridge.domain.snapshots import Oddity, Snapshot, SnapshotRecord

__all__ = ["DEFAULTS", "Action", "Finding", "Rule", "day_in_name", "judge", "merged", "preview"]

# A share says nothing about a handful of invoices: two of three are paid on any day.  So what falls must fall
# by more than this many, and amounts are compared only where one of the two files has more rows than this.
A_HANDFUL = 5
_LARGEST_EXPONENT = 20  # an amount of more digits is no sum of invoices, and nothing is told about it
_SHOWN = 5  # names in one sentence
_PAYTS_OWN = ("invoice_", "debtor_")  # how column names of Payt's layout begin (payt-imports §2)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a guard found."""

    code: ReasonCode
    action: Action  # warn or hold
    detail: str  # printable, with figures: "16 rows, 230 in the last delivered file (-93 %)"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """All that a guard may look at."""

    snapshot: Snapshot
    record: SnapshotRecord
    last: SnapshotRecord | None  # what was delivered last; None: nothing to compare with
    codes: frozenset[str]
    required: tuple[str, ...]


def judge(
    snapshot: Snapshot,
    record: SnapshotRecord,
    *,
    last: SnapshotRecord | None,
    codes: Collection[str],
    required: Collection[str],
    rules: Mapping[ReasonCode, Rule],
) -> list[Finding]:
    """Return what is suspicious in a data file, what holds it first.

    Args:
        snapshot: what the file says.
        record: the same as the ledger will keep it.
        last: of the data file that was delivered last for the administration, if any was.
        codes: what may stand in the file as its administration: the code, and the id at Payt as text.
        required: columns that a file in Payt's own layout must have.
        rules: by guard, see `merged`; a guard that is not there is set as in `DEFAULTS`.
    """
    case = _Case(
        snapshot=snapshot,
        record=record,
        last=last,
        codes=frozenset(code.strip() for code in codes),
        required=tuple(column.strip().lower() for column in required),
    )
    found: list[Finding] = []
    for code, guard in _GUARDS.items():
        rule = rules.get(code, DEFAULTS[code])
        if rule.action is Action.OFF:
            continue
        share = rule.share if rule.share is not None else DEFAULTS[code].share
        if (detail := guard(case, share or 0.0)) is not None:
            found.append(Finding(code, rule.action, detail))
    return sorted(_without_echoes(found), key=lambda finding: finding.action is not Action.HOLD)


def preview(missing: int, open_before: int) -> str:
    """Return what the import of a file would do: *missing* of *open_before* open invoices are not in it."""
    invoices = "open invoice" if open_before == 1 else "open invoices"
    return f"{missing} of {open_before} {invoices} would be marked paid"


def _without_echoes(found: list[Finding]) -> list[Finding]:
    """Leave out what only says again that a file that is held for being empty is empty."""
    if not any(each.code is ReasonCode.EMPTY_DATA_FILE and each.action is Action.HOLD for each in found):
        return found
    return [each for each in found if each.code not in _ECHOES_OF_EMPTY]


_ECHOES_OF_EMPTY = frozenset(
    {ReasonCode.ROWS_FALLEN, ReasonCode.OPEN_INVOICES_FALLEN, ReasonCode.OPEN_AMOUNT_CHANGED}
)


# --- the guards: each returns what it found, or None; the share is that of its rule


def _empty(case: _Case, _share: float) -> str | None:
    if case.snapshot.rows:
        return None
    what = "a header and no rows" if case.snapshot.columns else "no rows"
    return what if case.last is None else f"{what}, {case.last.rows} in the last delivered file"


def _rows_fallen(case: _Case, share: float) -> str | None:
    return None if case.last is None else _fallen("rows", case.snapshot.rows, case.last.rows, share)


def _open_fallen(case: _Case, share: float) -> str | None:
    now, before = case.snapshot.open_invoices, None if case.last is None else case.last.open_invoices
    return None if now is None or before is None else _fallen("open invoices", now, before, share)


def _fallen(what: str, now: int, before: int, share: float) -> str | None:
    """Say so if a count fell by more than *share* and by more than a handful."""
    fall = before - now
    if fall <= A_HANDFUL or fall / before <= share:
        return None
    # Rounded down: -100 % is said only where nothing is left.
    return f"{now} {what}, {before} in the last delivered file (-{100 * fall // before} %)"


def _amount_changed(case: _Case, share: float) -> str | None:
    if case.last is None or max(case.snapshot.rows, case.last.rows) <= A_HANDFUL:
        return None
    now, before = _amount(case.snapshot.open_amount), _amount(case.last.open_amount)
    if now is None or before is None or now == before:
        return None
    said = f"open {_money(now)}, {_money(before)} in the last delivered file"
    if before == 0:  # any change is beyond any share; but where nothing was open, anything is new
        return said if case.last.open_invoices else None
    change = (now - before) / abs(before)
    if abs(change) <= Decimal(str(share)):
        return None
    return f"{said} ({math.trunc(change * 100):+d} %)"


def _same(case: _Case, _share: float) -> str | None:
    if case.last is None or case.record.content_sha256 != case.last.content_sha256:
        return None
    return f"the same {case.snapshot.rows} rows as in the last delivered file{_called(case.last)}"


def _foreign(case: _Case, _share: float) -> str | None:
    said = [code for each in case.snapshot.administration_codes if (code := each.strip())]
    foreign = [code for code in said if code not in case.codes]
    if not foreign:
        return None
    return f"rows for {_listed(foreign)}; this file is for {_listed(sorted(case.codes))}"


def _twice(case: _Case, _share: float) -> str | None:
    return _odd(case.snapshot.repeated_numbers, "repeated invoice number", "repeated invoice numbers")


def _columns(case: _Case, _share: float) -> str | None:
    columns = case.snapshot.columns
    if columns is None or not _is_payts(columns, case.required):
        return None
    before = () if case.last is None else case.last.columns or ()
    missing = [column for column in case.required if column not in columns]
    gone = [column for column in before if column and column not in columns and column not in missing]
    parts = []
    if missing:
        parts.append(f"required and not there: {_listed(missing)}")
    if gone:
        parts.append(f"in the last delivered file and not there now: {_listed(gone)}")
    return "; ".join(parts) or None


def _due_first(case: _Case, _share: float) -> str | None:
    return _odd(case.snapshot.due_before_invoice, "row", "rows")


def _too_long(case: _Case, _share: float) -> str | None:
    return _odd(case.snapshot.too_long, "field", "fields")


def _outdated(case: _Case, _share: float) -> str | None:
    if case.last is None:
        return None
    day, last_day = case.record.dated, case.last.dated
    if day is not None and last_day is not None and day != last_day:  # a name says more than a clock
        if day > last_day:
            return None
        return f"its name says {day}, that of the last delivered file {last_day}"
    moment, last_moment = case.record.modified, case.last.modified
    if moment is None or last_moment is None or moment >= last_moment:
        return None
    return f"made {_span(last_moment - moment)} before the last delivered file{_called(case.last)}"


_GUARDS: Mapping[ReasonCode, Callable[[_Case, float], str | None]] = {
    ReasonCode.EMPTY_DATA_FILE: _empty,
    ReasonCode.FOREIGN_ADMINISTRATION: _foreign,
    ReasonCode.ROWS_FALLEN: _rows_fallen,
    ReasonCode.OPEN_INVOICES_FALLEN: _open_fallen,
    ReasonCode.OUTDATED: _outdated,
    ReasonCode.COLUMNS_MISSING: _columns,
    ReasonCode.INVOICE_TWICE: _twice,
    ReasonCode.OPEN_AMOUNT_CHANGED: _amount_changed,
    ReasonCode.SAME_AS_LAST: _same,
    ReasonCode.DUE_BEFORE_INVOICE: _due_first,
    ReasonCode.FIELD_TOO_LONG: _too_long,
}


# --- what they lean on


def _is_payts(columns: Collection[str], required: Collection[str]) -> bool:
    """Whether a header looks like Payt's own; of a foreign layout (a mapping at Payt) nothing is known."""
    return any(
        column in required or column == "administration_code" or column.startswith(_PAYTS_OWN)
        for column in columns
    )


def _odd(oddity: Oddity, one: str, many: str) -> str | None:
    if not oddity.count:
        return None
    examples = "; ".join(oddity.examples)
    more = "; …" if examples and oddity.count > len(oddity.examples) else ""
    said = f"{oddity.count} {one if oddity.count == 1 else many}"
    return f"{said}: {examples}{more}" if examples else said


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(printable(name, 64) for name in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"


def _called(record: SnapshotRecord) -> str:
    return f" ({printable(record.name)})" if record.name else ""


def _amount(value: Decimal | None) -> Decimal | None:
    """Return *value* if it can be reckoned with."""
    if value is None or not value.is_finite() or value.adjusted() > _LARGEST_EXPONENT:
        return None
    return value


def _money(value: Decimal) -> str:
    """Return ``12 345.67``: no comma, which means another thing on each side of the border."""
    return f"{value:,.2f}".replace(",", " ")


def _span(seconds: int) -> str:
    for size, one in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {one}" if count == 1 else f"{count} {one}s"
    return "at once"
