"""Each guard finds what it is there for, stays quiet at the edge, and says figures."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.guards import judge, preview
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import DEFAULTS, Action, Rule
from bridge.domain.snapshots import Oddity, Snapshot, SnapshotRecord

COLUMNS = ("administration_code", "invoice_number", "debtor_code", "invoice_open_amount_inc_vat")
GOOD = Snapshot(
    rows=230,
    columns=COLUMNS,
    invoices=230,
    open_invoices=230,
    open_amount=Decimal("10000.00"),
    administration_codes=("100",),
)
LAST = SnapshotRecord(
    rows=230,
    columns=COLUMNS,
    open_invoices=230,
    open_amount=Decimal("10000.00"),
    content_sha256="a" * 64,
    dated=date(2022, 7, 28),
    modified=1_659_000_000,
    name="20220728.csv",
)
CODES = ("100", "12345")
ODD = Oddity(count=7, examples=("line 2", "line 5", "line 9"))


def record_of(snapshot: Snapshot, **differs: object) -> SnapshotRecord:
    """What the ledger would keep of *snapshot*, a day after `LAST`."""
    record = SnapshotRecord(
        rows=snapshot.rows,
        columns=snapshot.columns,
        open_invoices=snapshot.open_invoices,
        open_amount=snapshot.open_amount,
        content_sha256="b" * 64,
        dated=date(2022, 7, 29),
        modified=1_659_086_400,
        name="20220729.csv",
    )
    return replace(record, **differs)  # type: ignore[arg-type]


def found(
    snapshot: Snapshot = GOOD,
    last: SnapshotRecord | None = LAST,
    record: SnapshotRecord | None = None,
    rules: dict[ReasonCode, Rule] | None = None,
    required: tuple[str, ...] = ("invoice_number",),
) -> dict[ReasonCode, tuple[Action, str]]:
    """What is found, by code."""
    findings = judge(
        snapshot, record or record_of(snapshot), last=last, codes=CODES, required=required, rules=rules or {}
    )
    return {each.code: (each.action, each.detail) for each in findings}


def test_a_file_like_the_last_one_is_no_finding() -> None:
    assert found() == {}
    assert found(last=None) == {}


# (guard, a file that it finds, what was delivered last, what it says)
FIRES: list[tuple[ReasonCode, Snapshot, SnapshotRecord | None, str]] = [
    (
        ReasonCode.EMPTY_DATA_FILE,
        replace(GOOD, rows=0),
        LAST,
        "a header and no rows, 230 in the last delivered file",
    ),
    (ReasonCode.EMPTY_DATA_FILE, Snapshot(rows=0), None, "no rows"),
    (
        ReasonCode.ROWS_FALLEN,
        replace(GOOD, rows=16),
        LAST,
        "16 rows, 230 in the last delivered file (-93 %)",
    ),
    (
        ReasonCode.ROWS_FALLEN,
        replace(GOOD, rows=1),
        replace(LAST, rows=230),
        "1 rows, 230 in the last delivered file (-99 %)",
    ),
    (
        ReasonCode.OPEN_INVOICES_FALLEN,
        replace(GOOD, open_invoices=160),
        LAST,
        "160 open invoices, 230 in the last delivered file (-30 %)",
    ),
    (
        ReasonCode.OPEN_INVOICES_FALLEN,
        replace(GOOD, open_invoices=0),
        LAST,
        "0 open invoices, 230 in the last delivered file (-100 %)",
    ),
    (
        ReasonCode.OPEN_AMOUNT_CHANGED,
        replace(GOOD, open_amount=Decimal("4999.99")),
        LAST,
        "open 4 999.99, 10 000.00 in the last delivered file (-50 %)",
    ),
    (
        ReasonCode.OPEN_AMOUNT_CHANGED,
        replace(GOOD, open_amount=Decimal(1_000_000)),
        LAST,
        "open 1 000 000.00, 10 000.00 in the last delivered file (+9900 %)",
    ),
    (
        ReasonCode.OPEN_AMOUNT_CHANGED,
        GOOD,
        replace(LAST, open_amount=Decimal(0)),
        "open 10 000.00, 0.00 in the last delivered file",
    ),
    (
        ReasonCode.OPEN_AMOUNT_CHANGED,
        GOOD,
        replace(LAST, open_amount=Decimal(-10000)),
        "open 10 000.00, -10 000.00 in the last delivered file (+200 %)",
    ),
    (
        ReasonCode.SAME_AS_LAST,
        GOOD,
        replace(LAST, content_sha256="b" * 64),
        "the same 230 rows as in the last delivered file (20220728.csv)",
    ),
    (
        ReasonCode.FOREIGN_ADMINISTRATION,
        replace(GOOD, administration_codes=("100", "200", "300")),
        None,
        "rows for 200, 300; this file is for 100, 12345",
    ),
    (
        ReasonCode.INVOICE_TWICE,
        replace(GOOD, repeated_numbers=ODD),
        None,
        "7 repeated invoice numbers: line 2; line 5; line 9; …",
    ),
    (
        ReasonCode.COLUMNS_MISSING,
        replace(GOOD, columns=("administration_code",)),
        None,
        "required and not there: invoice_number",
    ),
    (
        ReasonCode.COLUMNS_MISSING,
        replace(GOOD, columns=("invoice_number", "debtor_code")),
        LAST,
        "in the last delivered file and not there now: administration_code, invoice_open_amount_inc_vat",
    ),
    (
        ReasonCode.COLUMNS_MISSING,
        replace(GOOD, columns=("debtor_code",)),
        replace(LAST, columns=("debtor_code", "debtor_email", "invoice_number")),
        "required and not there: invoice_number; in the last delivered file and not there now: debtor_email",
    ),
    (
        ReasonCode.DUE_BEFORE_INVOICE,
        replace(GOOD, due_before_invoice=Oddity(count=1, examples=("line 3",))),
        None,
        "1 row: line 3",
    ),
    (ReasonCode.FIELD_TOO_LONG, replace(GOOD, too_long=Oddity(count=2)), None, "2 fields"),
    (
        ReasonCode.OUTDATED,
        GOOD,
        replace(LAST, dated=date(2022, 7, 30)),
        "its name says 2022-07-29, that of the last delivered file 2022-07-30",
    ),
    (
        ReasonCode.OUTDATED,
        GOOD,
        replace(LAST, dated=None, modified=1_659_086_400 + 90_000),
        "made 1 day before the last delivered file (20220728.csv)",
    ),
    (
        ReasonCode.OUTDATED,
        GOOD,
        replace(LAST, dated=None, modified=1_659_086_401, name=""),
        "made 1 second before the last delivered file",
    ),
]


@pytest.mark.parametrize(("code", "snapshot", "last", "detail"), FIRES)
def test_a_guard_finds_what_it_is_for_and_says_figures(
    code: ReasonCode, snapshot: Snapshot, last: SnapshotRecord | None, detail: str
) -> None:
    assert found(snapshot, last) == {code: (DEFAULTS[code].action, detail)}


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize(("code", "snapshot", "last", "detail"), FIRES)
def test_a_guard_warns_holds_or_is_off_as_it_is_set(
    code: ReasonCode, snapshot: Snapshot, last: SnapshotRecord | None, detail: str, action: Action
) -> None:
    answer = found(snapshot, last, rules={code: Rule(action)})

    assert answer.get(code) == (None if action is Action.OFF else (action, detail))


@pytest.mark.parametrize(
    ("snapshot", "last"),
    [
        (replace(GOOD, rows=161), LAST),  # -30 % exactly
        (replace(GOOD, rows=1), replace(LAST, rows=6)),  # -83 %, but five rows
        (replace(GOOD, rows=5000), LAST),
        (replace(GOOD, open_invoices=161), LAST),
        (replace(GOOD, open_invoices=2), replace(LAST, open_invoices=3)),
        (replace(GOOD, open_invoices=500), LAST),
        (replace(GOOD, open_invoices=None), LAST),
        (GOOD, replace(LAST, open_invoices=None)),
        (replace(GOOD, open_amount=Decimal(5000)), LAST),
        (replace(GOOD, open_amount=Decimal(15000)), LAST),
        (replace(GOOD, open_amount=None), LAST),
        (GOOD, replace(LAST, open_amount=None)),
        (replace(GOOD, open_amount=Decimal(0)), replace(LAST, open_amount=Decimal(0))),
        (GOOD, replace(LAST, open_amount=Decimal(0), open_invoices=0)),  # nothing was open: all of it is new
        (replace(GOOD, rows=3), replace(LAST, rows=5, open_amount=Decimal(1))),  # a handful
        (replace(GOOD, open_amount=Decimal("NaN")), LAST),
        (replace(GOOD, open_amount=Decimal("1E+999999")), LAST),
        (replace(GOOD, administration_codes=("100", " 12345 ", "")), LAST),
        (replace(GOOD, administration_codes=()), LAST),
        (replace(GOOD, columns=tuple(reversed(COLUMNS))), LAST),
        (replace(GOOD, columns=(*COLUMNS, "debtor_email")), LAST),
        (replace(GOOD, columns=("factuurnummer", "bedrag")), LAST),  # a layout that Payt maps
        (replace(GOOD, columns=None), LAST),
        (GOOD, replace(LAST, columns=None)),
        (GOOD, replace(LAST, dated=date(2022, 7, 29), modified=1_659_086_400)),
        (GOOD, replace(LAST, dated=None, modified=None)),
    ],
)
def test_a_guard_is_quiet_at_its_edge_and_where_nothing_can_be_told(
    snapshot: Snapshot, last: SnapshotRecord
) -> None:
    assert found(snapshot, last) == {}


def test_a_name_or_a_moment_that_says_nothing_makes_no_file_outdated() -> None:
    assert found(record=record_of(GOOD, dated=None, modified=None)) == {}


def test_a_name_of_a_later_day_counts_more_than_a_clock() -> None:
    last = replace(LAST, dated=date(2022, 7, 28), modified=1_659_086_400 + 90_000)

    assert ReasonCode.OUTDATED not in found(last=last)


def test_a_share_of_its_own_moves_the_edge() -> None:
    rules = {ReasonCode.ROWS_FALLEN: Rule(Action.WARN, 0.1)}

    assert found(replace(GOOD, rows=207), rules=rules) == {}
    assert list(found(replace(GOOD, rows=206), rules=rules)) == [ReasonCode.ROWS_FALLEN]


def test_what_holds_comes_first() -> None:
    snapshot = replace(
        GOOD, open_amount=Decimal(1), repeated_numbers=ODD, too_long=ODD, administration_codes=("200",)
    )

    assert list(found(snapshot)) == [
        ReasonCode.FOREIGN_ADMINISTRATION,
        ReasonCode.INVOICE_TWICE,
        ReasonCode.OPEN_AMOUNT_CHANGED,
        ReasonCode.FIELD_TOO_LONG,
    ]


def test_an_empty_file_is_not_told_four_times() -> None:
    empty = replace(GOOD, rows=0, open_invoices=0, open_amount=Decimal(0))

    assert list(found(empty)) == [ReasonCode.EMPTY_DATA_FILE]


@pytest.mark.parametrize("action", [Action.WARN, Action.OFF])
def test_where_an_empty_file_may_go_a_sudden_one_is_held_all_the_same(action: Action) -> None:
    empty = replace(GOOD, rows=0, open_invoices=0, open_amount=Decimal(0))

    answer = found(empty, rules={ReasonCode.EMPTY_DATA_FILE: Rule(action)})

    assert answer[ReasonCode.ROWS_FALLEN][0] is Action.HOLD


def test_a_small_file_that_becomes_empty_is_held() -> None:
    empty = replace(GOOD, rows=0, open_invoices=0, open_amount=Decimal(0))

    assert list(found(empty, replace(LAST, rows=1))) == [ReasonCode.EMPTY_DATA_FILE]


def test_required_columns_are_compared_without_case_and_may_be_none() -> None:
    lacking = replace(GOOD, columns=("administration_code",))

    assert found(required=(" Invoice_Number ",)) == {}
    assert found(lacking, None, required=()) == {}
    assert list(found(replace(GOOD, columns=("nummer",)), None, required=("nummer", "saldo"))) == [
        ReasonCode.COLUMNS_MISSING
    ]


def test_strangers_names_cannot_steer_a_terminal() -> None:
    snapshot = replace(
        GOOD, administration_codes=("\x1b[2J",), columns=("invoice_number",), repeated_numbers=Oddity()
    )
    last = replace(LAST, columns=("\x1b[1m",), name="\x1b]0;x\x07", content_sha256="b" * 64)

    assert "\x1b" not in str([detail for _, detail in found(snapshot, last).values()])
    assert all(detail.isprintable() for _, detail in found(snapshot, last).values())


def test_many_names_are_cut_short() -> None:
    snapshot = replace(GOOD, administration_codes=tuple("abcdefgh"))

    [(_, detail)] = found(snapshot).values()
    assert detail.startswith("rows for a, b, c, d, e and 3 more;")


def test_a_preview_says_what_would_be_marked_paid() -> None:
    assert preview(214, 230) == "214 of 230 open invoices would be marked paid"
    assert preview(1, 1) == "1 of 1 open invoice would be marked paid"


counts = st.integers(0, 10**9)
texts = st.text(max_size=8)
amounts = st.none() | st.decimals()
columns = st.none() | st.lists(st.sampled_from([*COLUMNS, "", "x"]) | texts, max_size=5).map(tuple)
oddities = st.builds(Oddity, count=counts, examples=st.lists(texts, max_size=3).map(tuple))
snapshots = st.builds(
    Snapshot,
    rows=counts,
    columns=columns,
    invoices=st.none() | counts,
    open_invoices=st.none() | counts,
    open_amount=amounts,
    administration_codes=st.lists(texts, max_size=10).map(tuple),
    repeated_numbers=oddities,
    due_before_invoice=oddities,
    too_long=oddities,
)
records = st.builds(
    SnapshotRecord,
    rows=counts,
    columns=columns,
    open_invoices=st.none() | counts,
    open_amount=amounts,
    content_sha256=st.sampled_from(["a", "b"]),
    dated=st.none() | st.dates(),
    modified=st.none() | st.integers(-(2**63), 2**63),
    name=texts,
)
rules = st.dictionaries(
    st.sampled_from(list(DEFAULTS)),
    st.builds(Rule, st.sampled_from(list(Action)), st.none() | st.floats(0, 100)),
)


@given(
    snapshot=snapshots,
    record=records,
    last=st.none() | records,
    codes=st.lists(texts),
    required=st.lists(texts),
    rules=rules,
)
def test_no_file_is_too_odd_to_judge(
    *,
    snapshot: Snapshot,
    record: SnapshotRecord,
    last: SnapshotRecord | None,
    codes: list[str],
    required: list[str],
    rules: dict[ReasonCode, Rule],
) -> None:
    findings = judge(snapshot, record, last=last, codes=codes, required=required, rules=rules)

    actions = [each.action for each in findings]
    assert actions == sorted(actions, key=[Action.HOLD, Action.WARN].index)
    assert len({each.code for each in findings}) == len(findings)


@given(records)
def test_an_unchanged_file_is_only_that(record: SnapshotRecord) -> None:
    snapshot = Snapshot(
        rows=record.rows + 1,
        columns=record.columns,
        open_invoices=record.open_invoices,
        open_amount=record.open_amount,
    )
    record = replace(record, rows=snapshot.rows)

    findings = judge(snapshot, record, last=record, codes=CODES, required=(), rules={})

    assert [each.code for each in findings] == [ReasonCode.SAME_AS_LAST]
