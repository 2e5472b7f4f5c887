"""Where records end, and where a quote may not stand."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.intake.proofs.quoting import find_quote_flaw, first_record, whole_records

TEXT = st.text(st.sampled_from('a";\r\n'), max_size=30)


def ends(content: bytes, limit: int) -> list[int]:
    """Where lines end outside quotes, told by counting from the begin each time."""
    return [
        at
        for at in range(1, limit + 1)
        if content[at - 1 : at] in {b"\n", b"\r"} and content.count(b'"', 0, at) % 2 == 0
    ]


@given(text=TEXT, limit=st.integers(0, 30))
def test_whole_records_end_with_the_last_line_end_outside_quotes(text: str, limit: int) -> None:
    content = text.encode()
    limit = min(limit, len(content))

    assert whole_records(bytearray(content), limit) == max(ends(content, limit), default=0)


@given(text=TEXT)
def test_text_without_a_flaw_comes_out_as_it_went_in(text: str) -> None:
    lines = text + "\n"
    if find_quote_flaw(lines, ";") is None:
        # Every quote that csv.reader gives was doubled: nothing was taken for a letter.
        rows = list(csv.reader(io.StringIO(lines, newline=""), delimiter=";", strict=True))
        written = io.StringIO(newline="")
        csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
        assert list(csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=";")) == rows


@pytest.mark.parametrize(
    ("text", "position"),
    [('a"b;c\n', 1), ('"a"b;c\n', 3), ('a;"b\n', 2), ('"a""";"b"\n"', 10), ('"";x"\n', 4)],
)
def test_the_first_flaw_has_its_place(text: str, position: int) -> None:
    flaw = find_quote_flaw(text, ";")

    assert flaw is not None
    assert flaw.position == position


@pytest.mark.parametrize("text", ["", "a", 'a;"b"', '"a\n""";b\r\n', '""', ";;\n\n"])
def test_good_quotes_have_no_flaw(text: str) -> None:
    assert find_quote_flaw(text, ";") is None


@pytest.mark.parametrize(
    ("text", "span"),
    [("a;b\nc", (0, 4)), ("\n\r\na\r\nb", (3, 6)), ('"a\n\n";b\nc', (0, 8)), ("\n\n", (2, 2)), ("", (0, 0))],
)
def test_the_first_record_is_behind_blank_lines(text: str, span: tuple[int, int]) -> None:
    assert first_record(text) == span
