"""The admin reads the likely encoding and sees why."""

import pytest

from bridge.domain.encodings import check_encoding
from bridge.intake.charset import Utf8Watch
from bridge.intake.suggestion import CANDIDATES, suggest
from tests.intake.texts import PLAIN, debtors, watched

SAMPLES = 200


@pytest.mark.parametrize("encoding", CANDIDATES)
@pytest.mark.parametrize(("accented", "least"), [(1, 0.93), (3, 0.98), (10, 1.0)])
def test_the_suggestion_reads_dutch_names_right(encoding: str, accented: int, least: float) -> None:
    right = 0
    for number in range(SAMPLES):
        content = debtors(number, encoding, accented).encode(encoding)
        likely = suggest(watched(content)).likely
        right += likely is not None and content.decode(check_encoding(likely)) == content.decode(encoding)

    assert right >= least * SAMPLES


@pytest.mark.parametrize("encoding", CANDIDATES)
def test_the_samples_are_read_right(encoding: str) -> None:
    likely = suggest(watched(PLAIN.encode(encoding))).likely

    assert likely is not None
    assert PLAIN.encode(encoding).decode(likely) == PLAIN


def test_the_detail_shows_two_lines_both_ways() -> None:
    content = 'kop\r\n1;Café "De Kroon"\r\nplat\r\n2;Renée\r\n3;Zoë\r\n'.encode("cp850")

    suggestion = suggest(watched(content))

    assert str(suggestion) == "likely cp850; windows-1252 is the other possibility"
    assert suggestion.detail().splitlines() == [
        "likely cp850; windows-1252 is the other possibility",
        "cp437 would give the same text as cp850",
        'line 2 as cp850: 1;Café "De Kroon"',
        'line 2 as windows-1252: 1;Caf\u201a "De Kroon"',
        "line 4 as cp850: 2;Renée",
        "line 4 as windows-1252: 2;Ren\u201ae",
    ]


def test_a_byte_without_a_character_rules_an_encoding_out() -> None:
    suggestion = suggest(watched("Café Müller".encode("cp850")))

    assert str(suggestion) == "likely cp850; not windows-1252, which has no character 0x81"


def test_where_readings_agree_windows_1252_is_named_and_no_difference_shown() -> None:
    suggestion = suggest(watched(PLAIN.encode("iso8859-1")))

    assert suggestion.likely == "windows-1252"
    assert suggestion.runner_up == "cp850"
    assert suggestion.alike == ("iso8859-15", "iso8859-1")
    assert all(example.likely != example.runner_up for example in suggestion.examples)


def test_the_euro_tells_latin_9_from_windows_1252() -> None:
    text = "Café De Kroon;€ 12,50\r\nZoë Müller;€ 9,95\r\n"

    assert suggest(watched(text.encode("iso8859-15"))).likely == "iso8859-15"
    assert suggest(watched(text.encode("cp1252"))).likely == "windows-1252"


def test_a_long_line_is_shown_around_the_character_that_differs() -> None:
    content = ("x" * 300 + "Café" + "y" * 300).encode("cp850")

    [example] = suggest(watched(content)).examples

    assert example.likely == "…" + "x" * 27 + "Café" + "y" * 29 + "…"


def test_what_is_shown_can_do_a_terminal_no_harm() -> None:
    content = "\x1b[2JCafé\t\xa0\r\n".encode("cp1252")

    detail = suggest(watched(content)).detail()

    assert all(line.isprintable() for line in detail.splitlines())
    assert "\\u001b[2JCafé\\u0009\\u00a0" in detail


def test_damaged_utf8_is_told() -> None:
    mixed = suggest(watched("Zoë\r\nRenée\r\n".encode() + "Café Müller\r\n".encode("cp1252")))
    short = suggest(watched("Zoë\r\nRenée".encode()[:-2]))

    assert mixed.warning is not None
    assert "up to line 3 it is UTF-8" in mixed.detail()
    assert short.warning is not None
    assert "broke off" in short.detail()


def test_bytes_far_behind_the_excerpts_count_too() -> None:
    content = "René\r\n".encode("cp850") * 20 + b"ligt aan zee\r\n" * 1000 + "Müller\r\n".encode("cp850")

    assert str(suggest(watched(content))).endswith("no character 0x81")


def test_without_misfits_there_is_nothing_to_suggest() -> None:
    assert suggest(Utf8Watch()).detail() == "no encoding to suggest"


def test_any_byte_can_be_suggested_upon() -> None:
    for byte in range(0x80, 0x100):
        suggestion = suggest(watched(bytes([byte])))
        assert suggestion.likely is not None
        assert check_encoding(suggestion.likely)
        assert suggestion.detail()
