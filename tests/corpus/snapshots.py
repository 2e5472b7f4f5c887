"""Data files that a snapshot guard warns about or holds, each for an administration of its own."""

import itertools
from collections.abc import Callable

from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from tests.corpus import making
from tests.corpus.making import COLUMNS, csv_text, rows
from tests.corpus.sample import ROUTED, SNAPSHOT_CODES, SNAPSHOTS, Earlier, Expected, Sample, held, sent

_codes = iter(SNAPSHOT_CODES)
_numbers = itertools.count(1)

Make = Callable[[str], bytes]  # from an administration's code


def _warned(reason: ReasonCode) -> Callable[[str], Expected]:
    return lambda file: sent(file, Kind.DATA, remarks=(reason,))


def _held(reason: ReasonCode) -> Callable[[str], Expected]:
    return lambda _file: held(reason)


def _fine(file: str) -> Expected:
    return sent(file, Kind.DATA)


def _one(
    name: str,
    expect: Callable[[str], Expected],
    make: Make,
    *,
    before: Make | None = None,
    files: tuple[str, str] | None = None,  # of the sample and of the one before
    made_at: tuple[int, int] | None = None,
) -> Sample:
    code = next(_codes)
    file, file_before = files or (f"snapshot-{next(_numbers)}.csv",) * 2
    earlier = None
    if before is not None:
        earlier = Earlier(
            path=f"/{code}/csv/{file_before}",
            content=before(code),
            kind=Kind.DATA,
            made_at=made_at[1] if made_at else None,
        )
    return Sample(
        name=f"data file: {name}",
        path=f"/{code}/csv/{file}",
        content=make(code),
        expect=expect(file),
        account=SNAPSHOTS,
        earlier=earlier,
        made_at=made_at[0] if made_at else None,
    )


def _table(count: int, *, number: str = "A", **other: str) -> Make:
    return lambda code: making.csv(code, number, count, **other)


def _without(column: str) -> Make:
    columns = [each for each in COLUMNS if each != column]
    return lambda code: csv_text(rows(code, "A", 20), columns).encode()


def _paid(count: int, still_open: int) -> Make:
    """Return a table of *count* rows of which only so many are open."""

    def make(code: str) -> bytes:
        lines = rows(code, "A", count)
        for line in lines[still_open:]:
            line["invoice_open_amount_inc_vat"] = "0.00"
        return csv_text(lines).encode()

    return make


def _twice(code: str) -> bytes:
    lines = rows(code, "A", 3)
    return csv_text([*lines, lines[1]]).encode()


_OLDER, _NEWER = 1_795_000_000, 1_795_086_400  # a day apart

SAMPLES = [
    _one("as many rows as before", _fine, _table(20, number="B"), before=_table(20)),
    _one("a few rows fewer than before", _fine, _table(18), before=_table(20)),
    _one(
        "a header only, after 20 rows",
        _held(ReasonCode.EMPTY_DATA_FILE),
        lambda _code: csv_text([]).encode(),
        before=_table(20),
    ),
    _one("half of the rows of the one before", _held(ReasonCode.ROWS_FALLEN), _table(10), before=_table(20)),
    _one(
        "all rows but most of them paid",
        _held(ReasonCode.OPEN_INVOICES_FALLEN),
        _paid(20, 8),
        before=_table(20),
    ),
    _one(
        "twice the open amount",
        _warned(ReasonCode.OPEN_AMOUNT_CHANGED),
        _table(20, invoice_open_amount_inc_vat="260.00"),
        before=_table(20),
    ),
    _one("the same as before", _warned(ReasonCode.SAME_AS_LAST), _table(20), before=_table(20)),
    _one(
        "rows for another administration",
        _held(ReasonCode.FOREIGN_ADMINISTRATION),
        lambda _code: making.csv("ELSEWHERE", "A", 3),
    ),
    _one("an invoice twice", _held(ReasonCode.INVOICE_TWICE), _twice),
    _one("no column for the invoice number", _held(ReasonCode.COLUMNS_MISSING), _without("invoice_number")),
    _one(
        "a column less than before",
        _held(ReasonCode.COLUMNS_MISSING),
        _without("debtor_code"),
        before=_table(20, number="B"),
    ),
    _one(
        "due before the invoice's date",
        _warned(ReasonCode.DUE_BEFORE_INVOICE),
        _table(3, invoice_due_date="2026-09-01"),
    ),
    _one(
        "a field of 300 characters",
        _warned(ReasonCode.FIELD_TOO_LONG),
        _table(3, debtor_company_name="x" * 300),
    ),
    _one(
        "an older day in its name",
        _held(ReasonCode.OUTDATED),
        _table(20, number="B"),
        before=_table(20),
        files=("open_2026-11-18.csv", "open_2026-11-19.csv"),
    ),
    _one(
        "a newer day in its name",
        _fine,
        _table(20, number="B"),
        before=_table(20),
        files=("post_20261120.csv", "post_20261119.csv"),
    ),
    _one(
        "made before the one before",
        _held(ReasonCode.OUTDATED),
        _table(20, number="B"),
        before=_table(20),
        made_at=(_OLDER, _NEWER),
    ),
    _one(
        "made after the one before",
        _fine,
        _table(20, number="B"),
        before=_table(20),
        made_at=(_NEWER, _OLDER),
    ),
    _one("a PDF under the name of a CSV", _held(ReasonCode.BROKEN_CSV), making.pdf),
    Sample(
        name="data file: an invoice twice, where a route's own rule only warns",
        path="/export/route-guard.csv",
        content=_twice("P5"),
        expect=sent("route-guard.csv", Kind.DATA, remarks=(ReasonCode.INVOICE_TWICE,)),
        account=ROUTED,
    ),
]
