"""Records into columns: the fast ways say what the csv module says."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from bridge.intake.proofs.quoting import find_quote_flaw
from bridge.intake.proofs.records import read_batch

FIELD = st.sampled_from(["", "a", '""', '"a"', '";"', '"a;b"', '"""', '"a\n"', 'a"', '"\n"', '","'])
LINES = st.lists(st.lists(FIELD, min_size=1, max_size=3).map(";".join) | st.just(""), min_size=1, max_size=5)


@given(lines=LINES, width=st.integers(1, 3), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_way_gives_the_columns_of_the_csv_module(lines: list[str], width: int, end: str) -> None:
    text = "".join(line + end for line in lines)
    batch = read_batch(text, ";", width)

    if find_quote_flaw(text, ";"):
        assert batch is None
        return
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True) if row]
    if {len(row) for row in rows} - {width}:
        assert batch is None
        return
    assert batch is not None
    assert [tuple(column) for column in batch.columns] == [
        tuple(row[at] for row in rows) for at in range(width)
    ]
    assert batch.rows == len(rows) == len(batch.lines())


def test_a_row_knows_the_line_that_it_begins_in() -> None:
    batch = read_batch('\na;b\n\n"c\nd";e\nf;g\n', ";", 2)

    assert batch is not None
    assert list(batch.lines()) == [1, 3, 5]
