"""What is kept of an answer: harmless, short, and nothing of the request."""

import base64
import gzip
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.delivery.excerpt import (
    CONTENT_PART,
    EXCERPT_BYTES,
    TOO_MUCH_ALIKE,
    excerpt,
    pieces_of,
    without_content,
)
from bridge.domain.kinds import Kind

TOKEN = "0123456789abcdef0123456789abcdef01234567"
KEY = 'k3y "with/signs" & more'
CSV = b'"administration_code";"debtor_company_name"\r\n"NL01";"Janssen & Zonen te Utrecht"\r\n'
MZ301 = b"0117604230P1234567890 JANSSEN       19560214M\r\n"


@pytest.mark.parametrize(
    "written",
    [
        KEY,
        json.dumps(KEY),
        json.dumps(KEY).replace("/", "\\/"),
        quote(KEY, safe=""),
        base64.b64encode(KEY.encode()).decode(),
        KEY.upper(),
        "k3y &quot;with/signs&quot; &amp; more",
    ],
)
def test_a_secret_is_left_out_however_it_is_written(written: str) -> None:
    shown = excerpt(f"the header {written} is wrong".encode(), [KEY, TOKEN])

    assert "***" in shown
    assert "k3y" not in shown.lower()
    assert "signs" not in shown.lower()
    assert shown.endswith("is wrong")


def test_a_part_of_a_secret_is_as_bad_as_the_whole() -> None:
    assert excerpt(f"token {TOKEN[:12]} is unknown".encode(), [TOKEN]) == "token *** is unknown"


def test_a_secret_that_is_cut_by_the_end_of_the_excerpt_is_left_out_too() -> None:
    shown = excerpt(b"x " * (EXCERPT_BYTES // 2 - 10) + TOKEN.encode(), [TOKEN])

    assert "0123" not in shown


def test_what_is_too_short_to_be_a_secret_does_not_blot_out_the_text() -> None:
    assert excerpt(b"11 of 12 rows", ["1"]) == "11 of 12 rows"


@pytest.mark.parametrize("content", [b"x", b"%PDF-1.4\n" + bytes(300), bytes(range(256)) * 20])
@pytest.mark.parametrize("slash", ["/", "\\/", "%2F"])
def test_base64_is_left_out(content: bytes, slash: str) -> None:
    coded = base64.b64encode(content).decode()
    for form in ('{"file": {"base64_data": "%s"}}', 'bad: "{\\"base64_data\\":\\"%s\\"}"', "got %s here"):
        shown = excerpt((form % coded.replace("/", slash)).encode(), [])

        assert coded[:8] not in shown or (len(coded) < 40 and "got" in form)
        assert coded[-8:] not in shown or (len(coded) < 40 and "got" in form)


def test_long_names_of_errors_stay() -> None:
    name = "administration_code_is_not_known_to_this_import_account"

    assert excerpt(name.encode(), []) == name


def test_an_excerpt_cannot_steer_a_terminal_or_a_log() -> None:
    shown = excerpt("\x1b[2J\x07a\u202eb\u2066c\x00\r\nd <script>alert(1)</script> [red]x[/red]".encode(), [])

    assert shown.isprintable()
    assert shown == "\\u001b[2J\\u0007a\\u202eb\\u2066c\\u0000 d <script>alert(1)</script> [red]x[/red]"


@given(st.binary(max_size=3000), st.text(max_size=20))
def test_whatever_comes_an_excerpt_is_short_printable_and_on_one_line(raw: bytes, secret: str) -> None:
    shown = excerpt(raw, [secret])

    assert len(shown.encode()) <= EXCERPT_BYTES
    assert shown.isprintable()


def test_what_the_answer_repeats_of_the_file_is_left_out() -> None:
    for echo in (CSV.decode(), json.dumps(CSV.decode()), CSV.decode().upper(), quote(CSV.decode())):
        shown = excerpt(f"cannot read: {echo} (row 2)".encode(), [])

        shown = without_content(shown, Kind.DATA, [CSV])

        assert "anssen" not in shown
        assert "tilburg" not in shown.lower()
        assert shown.startswith("cannot read: ")
        assert "row 2" in shown


def test_a_part_of_the_file_is_found_wherever_it_stands() -> None:
    content = "".join(f"{n * 7919 % 100_003:05d};naam{n * 31 % 977:03d}\r\n" for n in range(50_000)).encode()
    for at in (0, 17, 400_001, len(content) - 60):
        piece = content[at : at + 60].decode().strip()
        pieces = [content[begin : begin + 4097] for begin in range(0, len(content), 4097)]

        assert without_content(f"see {piece}", Kind.DATA, pieces) == "see …"


def test_a_short_quotation_stays_because_it_says_what_is_wrong() -> None:
    told = "row 2: the debtor Janssen & Zonen has no address"

    assert without_content(told, Kind.DATA, [CSV]) == told


@pytest.mark.parametrize("size", [CONTENT_PART - 1, CONTENT_PART, CONTENT_PART + 1])
def test_a_quotation_is_short_below_twenty_four_letters(size: int) -> None:
    content = b"abcdefghijklmnopqrstuvwxyz0123456789"
    for at in range(len(content) - size):
        shown = without_content(f"- {content[at : at + size].decode()} -", Kind.DATA, [b"-" + content])

        assert (shown == "- … -") == (size >= CONTENT_PART)


def test_of_a_declaration_not_even_a_word_stays() -> None:
    shown = without_content("BSN 234567890 of Janssen, born 19560214: refused", Kind.DECLARATION, [MZ301])

    assert shown == "BSN … of …, born …: refused"


def test_a_file_that_repeats_itself_costs_no_minutes() -> None:
    content = b"naam123456789012" * 4096 * 64
    shown = without_content("naam123456789012x" * 40, Kind.DATA, [content])

    assert shown == TOO_MUCH_ALIKE or "naam" not in shown


def test_a_file_is_looked_through_unpacked(tmp_path: Path) -> None:
    packed = tmp_path / "blob"
    packed.write_bytes(gzip.compress(CSV * 1000))
    cut = tmp_path / "cut"
    cut.write_bytes(packed.read_bytes()[:-30])

    assert b"".join(pieces_of(packed, "x.csv.gz")) == CSV * 1000
    assert b"".join(pieces_of(packed, "x.csv")) == packed.read_bytes()
    assert b"".join(pieces_of(cut, "x.csv.GZ")).startswith(CSV)
    assert list(pieces_of(tmp_path / "gone", "x.csv")) == []
