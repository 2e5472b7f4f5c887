"""A CSV data file: whole, or refused with the place where it is not."""

import csv
import io
import re
import tracemalloc
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.intake.plan import Flaw
from bridge.intake.proofs.table import RECORD_BYTES, TableProof
from tests.intake.proofs.tables import HEADER, ROW, prove, table

AT = len(HEADER)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (ROW + b"NL03;F-2\n", f"line 3 (byte {AT + len(ROW)}): 2 fields, the header has 5"),
        (ROW + b'"NL03";F-2\n', f"line 3 (byte {AT + len(ROW)}): 2 fields, the header has 5"),
        (b"\r\n\xc3\xa9;\n", f"line 3 (byte {AT + 2}): 2 fields, the header has 5"),
        (b"export of today\n", f"line 2 (byte {AT}): 1 field, the header has 5"),
        (b'NL03;"F\n\n;;;\n', "line 4: a quote that opened in line 2 is never closed"),
        (ROW + b'NL03;"F', "line 3: a quote that opened in line 3 is never closed"),
        (b'NL03;F"1";;;\n', f"line 2 (byte {AT + 6}): a quote inside a field that does not begin with one"),
        (b'NL03;19";;;\n', f"line 2 (byte {AT + 7}): a quote inside a field that does not begin with one"),
        (b'"N"x;;;;\n', f"line 2 (byte {AT + 3}): text behind a quote that closes a field"),
        (b'"a\n";"N"x;;;\n', f"line 3 (byte {AT + 8}): text behind a quote that closes a field"),
        (ROW + b"NL03", "the last line (line 3) has no line end: the export may have been cut off"),
        (b'"a\n";"b', "line 3: a quote that opened in line 3 is never closed"),
        (b'"a\n";"b"', "the last line (line 3) has no line end: the export may have been cut off"),
        (b"NL\xe903;;;;\n", f"line 2 (byte {AT + 2}): this is not UTF-8"),
        (b"N\0;;;;\n", f"line 2 (byte {AT + 1}): a NUL byte: this is no text file in UTF-8"),
        (b";" + b"x" * 140_000 + b";;;\n", f"line 2 (byte {AT}): a field longer than 131,072 characters"),
        (b';"' + b"x" * 140_000 + b'";;;\n', f"line 2 (byte {AT}): a field longer than 131,072 characters"),
        (ROW + b"ab;" * 500_000, f"line 3 (byte {AT + len(ROW)}): a record longer than 1,048,576 bytes"),
        (
            ROW + b'NL03;"' + b"lost\n" * 300_000,
            "line 209,716: a quote that opened in line 3 is not closed within 1,048,576 bytes",
        ),
    ],
)
def test_a_flaw_is_said_with_its_place(content: bytes, said: str) -> None:
    with pytest.raises(Flaw) as caught:
        prove(HEADER + content)

    assert str(caught.value) == said


@pytest.mark.parametrize("before", [b"", b"\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n\r\n"])
@pytest.mark.parametrize(
    "header", [b'a";b\n', b'"a"b;c\n', b'a"b";c\n', b'"a;b\n', b'"' + b"a" * 140_000 + b'"\n']
)
def test_a_flaw_in_the_header_is_one(before: bytes, header: bytes) -> None:
    with pytest.raises(Flaw, match=r"^line \d"):
        prove(before + header + b"1;2\n")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("content", [b"", b"\n", b"\r\n\n\r", HEADER, b"\n" + HEADER, b'"a\n";"b"\n\n'])
def test_an_empty_table_is_whole_and_has_no_rows(mark: bytes, content: bytes) -> None:
    assert prove(mark + content).snapshot.rows == 0


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_blank_lines_and_every_line_end_are_read(end: bytes) -> None:
    snapshot = prove(
        b"\n" + table("A;1;;;5", "", "A;2;;;5", "", "").replace(b"\n", end) + b"A;3;;;5\n"
    ).snapshot

    assert (snapshot.rows, snapshot.invoices, snapshot.open_amount) == (3, 3, Decimal(15))


@pytest.mark.parametrize(
    ("header", "row", "names"),
    [
        ("a;b", "1,5;2", ("a", "b")),
        (" A ,B,;", "1,2,3", ("a", "b", ";")),
        ("a\tb;c\td", "1\t2\t3", ("a", "b;c", "d")),
        ('"a;a;a",b', "1,2;3", ("a;a;a", "b")),
        ('"a,""a",b', "1,2", ('a,"a', "b")),
        ("Straße", "x,y", ("strasse",)),
        ('\ufeff"a";b', "1;2", ("a", "b")),
    ],
)
def test_the_delimiter_is_the_one_that_the_header_has_most_of(
    header: str, row: str, names: tuple[str, ...]
) -> None:
    snapshot = prove(f"{header}\n{row}\n".encode()).snapshot

    assert (snapshot.columns, snapshot.rows) == (names, 1)


def test_a_quoted_field_may_hold_whatever_it_likes() -> None:
    proof = prove(table('A;"F;""1""\r\n2";2026-07-01;2026-08-01;5', 'A;"""";;;5', 'A;"";;;5'))

    assert (proof.snapshot.rows, proof.snapshot.invoices) == (3, 2)


def test_a_record_may_be_as_long_as_the_bound_and_no_longer() -> None:
    def record(size: int) -> bytes:
        fields = [b"x" * 104_000] * 10
        return b";".join(fields).ljust(size - 1, b"x") + b"\n"

    header = b";" * 9 + b"\n"
    for end in range(9):
        assert prove(header + record(RECORD_BYTES), [end]).snapshot.rows == 1
        with pytest.raises(Flaw, match=r"^line 2 \(byte 10\): a record longer"):
            prove(header + record(RECORD_BYTES + 1), [end])


@pytest.mark.parametrize("filler", [b"x", b'"\n', b'"', b"\r", b'x\n"', b";", b"\xff", b"\xc3\xa9"])
def test_a_giant_record_is_refused_long_before_its_end(filler: bytes) -> None:
    proof = TableProof()
    piece = filler * ((1 << 20) // len(filler))
    fed = 0
    tracemalloc.start()

    with pytest.raises(Flaw):  # noqa: PT012 - it may come at any piece
        proof.feed(HEADER + b'1;"')
        for _ in range(64):
            fed += len(piece)
            proof.feed(piece)
        proof.end()

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert fed <= 3 << 20
    assert peak < 40 << 20


def test_one_piece_of_64_mb_without_a_line_end_is_refused_in_little_memory() -> None:
    piece = b"x" * (64 << 20)
    tracemalloc.start()

    with pytest.raises(Flaw, match="a record longer than 1,048,576 bytes"):
        TableProof().feed(piece)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20


CELLS = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]) | st.sampled_from(";,\t\"'\n é"),
    max_size=12,
)


Quoting = Literal[0, 1, 2]
QUOTINGS: list[Quoting] = [csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]], bytes, str]:
    """Return header, rows and the file of them, as csv.writer makes it, and its delimiter."""
    delimiter = draw(st.sampled_from(";,\t"))
    width = draw(st.integers(2, 6))
    names = [f"n{column}" for column in range(width)]
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quoting: Quoting = draw(st.sampled_from(QUOTINGS))
    if quoting == csv.QUOTE_MINIMAL:  # it leaves line ends that are not its own without quotes
        rows = [[cell.replace("\r", " ").replace("\n", end) for cell in row] for row in rows]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([names, *rows])
    mark = b"\xef\xbb\xbf" if draw(st.booleans()) else b""
    return names, rows, mark + text.getvalue().encode(), delimiter


@given(table=tables(), cuts=st.lists(st.integers(0, 400), max_size=5))
@settings(max_examples=300)
def test_any_table_of_csv_writer_is_whole_in_any_pieces(
    table: tuple[list[str], list[list[str]], bytes, str], cuts: list[int]
) -> None:
    names, rows, content, _ = table

    snapshot = prove(content, [min(cut, len(content)) for cut in cuts]).snapshot

    assert (snapshot.rows, snapshot.columns) == (len(rows), tuple(names))


@given(table=tables(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_table_larger_than_a_piece_is_counted_as_csv_reader_does(
    table: tuple[list[str], list[list[str]], bytes, str], data: st.DataObject
) -> None:
    names, rows, content, delimiter = table
    text = content.decode("utf-8-sig")
    header = next(line for line in io.StringIO(text, newline=""))
    body = text[len(header) :]
    many = (header + body * (600_000 // max(len(body), 60))).encode()
    expected = (
        sum(1 for row in csv.reader(io.StringIO(many.decode(), newline=""), delimiter=delimiter) if row) - 1
    )

    snapshot = prove(many, data.draw(st.lists(st.integers(0, len(many)), max_size=4))).snapshot

    assert (snapshot.rows, snapshot.columns) == (expected, tuple(names))
    assert len(rows) == 0 or snapshot.rows > len(rows)


def outside_ends(content: bytes) -> set[int]:
    """Return where lines end outside quotes."""
    return {
        found.end()
        for found in re.finditer(rb"\r\n?|\n", content)
        if content.count(b'"', 0, found.end()) % 2 == 0
    }


@given(table=tables(), data=st.data())
@settings(max_examples=300)
def test_a_cut_table_is_flawed_or_a_shorter_one(
    table: tuple[list[str], list[list[str]], bytes, str], data: st.DataObject
) -> None:
    _, rows, content, _ = table
    mark = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    cut = data.draw(st.integers(mark, len(content)))
    # Between \r and \n is behind a line end too.
    ends = {mark} | outside_ends(content) | outside_ends(content[:cut])

    if cut in ends:
        assert prove(content[:cut]).snapshot.rows <= len(rows)
    else:
        with pytest.raises(Flaw):
            prove(content[:cut])


@given(
    content=st.binary(max_size=60) | st.text(st.sampled_from('a";\r\n,é\ufeff'), max_size=40).map(str.encode)
)
@settings(max_examples=500)
def test_whatever_comes_ends_in_a_snapshot_or_a_flaw_in_any_pieces(content: bytes) -> None:
    def outcome(ends: range) -> str:
        try:
            return repr(prove(content, ends).snapshot)
        except Flaw as flaw:
            return str(flaw)

    assert outcome(range(0)) == outcome(range(len(content)))
    assert outcome(range(0)).isprintable()
