"""What a character set is decided by, and that valid UTF-8 is never touched."""

import codecs

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bridge.domain.encodings import one_byte
from bridge.intake.charset import EXCERPT_BYTES, EXCERPTS, Choice, Utf8Watch, decide
from tests.intake.texts import CSV, PLAIN, cut, watched

XML = '<?xml version="1.0" encoding="{}"?><a>Café</a>'

places = st.lists(st.integers(min_value=0), max_size=8)


def choice(content: bytes, *, is_xml: bool = False, configured: str | None = None) -> Choice:
    return decide(content[:65_536], watched(content), is_xml=is_xml, configured=configured)


def told(
    content: bytes, *, is_xml: bool = False, configured: str | None = None
) -> tuple[str | None, str | None]:
    found = choice(content, is_xml=is_xml, configured=configured)
    return found.encoding, found.by


@given(content=st.one_of(st.binary(), st.text().map(str.encode)), at=places)
@example(content=b"\xe2\x82", at=[1])
@example(content=b"\xed\xa0\x80", at=[1, 2])  # half a surrogate pair
@example(content=b"\xf4\x90\x80\x80", at=[2])  # beyond U+10FFFF
@example(content=b"\xc0\x80", at=[1])  # overlong
def test_the_watch_agrees_with_python_at_any_boundaries(content: bytes, at: list[int]) -> None:
    try:
        content.decode("utf-8")
        is_utf8 = True
    except UnicodeDecodeError:
        is_utf8 = False

    watch = watched(content, at)

    assert watch.is_utf8 == is_utf8
    assert watch.is_ascii == content.isascii()
    assert watch.has_nul == (0 in content)
    assert bool(watch.excerpts) != is_utf8
    assert bool(watch.counts) != is_utf8


@given(text=st.text(), configured=st.sampled_from([None, "cp850", "cp1252"]), marked=st.booleans())
def test_valid_utf8_is_never_touched(text: str, configured: str | None, marked: bool) -> None:
    assume("\0" not in text)
    content = (("\ufeff" if marked else "") + text).encode()

    assert choice(content, configured=configured) == Choice(encoding="utf-8", by="utf-8")


@given(content=st.binary(), at=places)
@example(content=b"a\n" * 300 + b"\xe9\r\n" * 10, at=[601, 603])
@example(content=b"\xe9" * 2000 + b"\n\xe8", at=[399, 400, 401])
def test_excerpts_are_the_same_whatever_the_boundaries(content: bytes, at: list[int]) -> None:
    watch = watched(content, at)
    whole = watched(content)

    # within an excerpt's line the look for the next misfit may begin elsewhere, the lines are the same
    assert watch.excerpts == whole.excerpts
    assert watch.counts == whole.counts
    assert len(watch.excerpts) <= EXCERPTS
    lines = content.split(b"\n")
    for excerpt in watch.excerpts:
        assert len(excerpt.raw) <= EXCERPT_BYTES
        assert excerpt.raw in lines[excerpt.line - 1]
        assert excerpt.raw[excerpt.at] >= 0x80


def test_excerpts_are_the_first_lines_with_misfits() -> None:
    content = "kop\r\nZoë\r\n".encode() + "Renée\r\nplat\r\nCafé\r\n".encode("cp850")

    watch = watched(content, list(range(len(content))))

    assert [(e.line, e.raw, e.at) for e in watch.excerpts] == [(3, b"Ren\x82e", 3), (5, b"Caf\x82", 3)]
    assert watch.counts == {0x82: 2}
    assert watch.began_as_utf8


def test_a_single_long_line_gives_several_excerpts() -> None:
    content = (b"x" * 5000 + b"\x82") * 20

    watch = watched(content, list(range(0, 100_000, 777)))

    assert len(watch.excerpts) == EXCERPTS
    assert all(excerpt.line == 1 and excerpt.raw[excerpt.at] == 0x82 for excerpt in watch.excerpts)


def test_the_watch_keeps_little_whatever_passes() -> None:
    watch = Utf8Watch()
    for _ in range(100):
        watch.feed(bytes(range(1, 256)) * 1000)
    watch.end()

    assert len(watch.counts) == 128
    assert watch.counts.total() <= 2 * 65_536
    assert sum(len(excerpt.raw) for excerpt in watch.excerpts) <= EXCERPTS * EXCERPT_BYTES


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("configured", [None, "cp850"])
def test_a_mark_tells(encoding: str, configured: str | None) -> None:
    content = ("\ufeff" + CSV.replace(";", "\t")).encode(encoding)

    assert told(content, configured=configured) == (encoding, "mark")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["id", "€ 1,00\t20260001\r\n", CSV * 1000, "<a>Łódź</a>" + "plat" * 10])
def test_plain_text_in_utf16_is_known_by_its_pattern(encoding: str, text: str) -> None:
    assert told(text.encode(encoding), configured="cp850") == (encoding, "pattern")


@pytest.mark.parametrize(
    "content", [b"a;b\r\n\0;c\r\n", b"\0" * 100, b"a\0", b"\0\xe9", "汉字".encode("utf-16-le") + b"\0\0"]
)
def test_other_bytes_with_nul_are_no_text_at_all(content: bytes) -> None:
    found = choice(content, configured="cp850")

    assert found.encoding is None
    assert found.doubt is not None
    assert "NUL" in found.doubt


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "cp437", "iso8859-1", "iso8859-15", "mac-roman"])
def test_one_byte_text_is_what_the_account_says_and_else_unknown(encoding: str) -> None:
    content = PLAIN.encode(encoding)

    assert choice(content) == Choice(encoding=None, by=None)
    assert told(content, configured="cp850") == ("cp850", "account")
    assert told(content, is_xml=True, configured="cp1252") == ("cp1252", "account")


@pytest.mark.parametrize("content", [b"", b"a;b\r\n", codecs.BOM_UTF8, codecs.BOM_UTF8 + b"a;b"])
def test_ascii_is_utf8(content: bytes) -> None:
    assert told(content, configured="cp850") == ("utf-8", "utf-8")


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("windows-1252", "cp1252"),
        ("Windows-1252", "cp1252"),
        ("ISO-8859-1", "iso8859-1"),
        ("iso-8859-15", "iso8859-15"),
        ("IBM850", "cp850"),
        ("cp437", "cp437"),
        ("macintosh", "mac-roman"),
    ],
)
def test_xml_is_what_it_declares_whatever_the_account_says(declared: str, encoding: str) -> None:
    for text in (XML.format(declared), XML.format(declared).replace('"', "'")):
        assert told(text.encode(encoding), is_xml=True, configured="cp861") == (encoding, "declaration")
        assert told(text.encode(encoding), is_xml=False, configured="cp861") == ("cp861", "account")


def test_xml_with_accents_is_what_it_declares_even_if_it_is_valid_utf8() -> None:
    found = choice(XML.format("windows-1252").encode(), is_xml=True)

    assert (found.encoding, found.by) == ("cp1252", "declaration")
    assert found.doubt == "it declares windows-1252, but its bytes are valid UTF-8"


@pytest.mark.parametrize("declared", ["windows-1252", "utf-16", "ibm037", "UTF-8", "no-such"])
def test_xml_in_pure_ascii_goes_unchanged_whatever_it_declares(declared: str) -> None:
    assert told(XML.format(declared).replace("é", "e").encode(), is_xml=True, configured="cp850") == (
        "utf-8",
        "utf-8",
    )


@pytest.mark.parametrize(
    "declared",
    [
        "UTF-8",
        "utf8",
        "utf-16",
        "us-ascii",
        "ANSI",
        "",
        "ibm037",
        "shift_jis",
        "raw-unicode-escape",
        "utf-7",
        "hex",
    ],
)
def test_xml_that_declares_nothing_of_use_is_utf8_or_what_the_account_says(declared: str) -> None:
    text = XML.format(declared)

    assert told(text.encode(), is_xml=True, configured="cp850") == ("utf-8", "utf-8")
    assert told(text.encode("cp850"), is_xml=True, configured="cp850") == ("cp850", "account")
    assert told(text.encode("cp850"), is_xml=True) == (None, None)


def test_xml_in_utf16_is_told_by_its_bytes_not_by_its_declaration() -> None:
    for declared in ("utf-16", "windows-1252"):
        text = XML.format(declared)
        assert told(text.encode("utf-16"), is_xml=True) == ("utf-16-le", "mark")
        assert told(text.encode("utf-16-be"), is_xml=True) == ("utf-16-be", "pattern")


def test_a_mark_of_utf8_outweighs_what_xml_declares() -> None:
    assert told(codecs.BOM_UTF8 + XML.format("cp850").encode(), is_xml=True) == ("utf-8", "utf-8")


def test_broken_utf8_with_a_mark_is_never_read_otherwise() -> None:
    found = choice(codecs.BOM_UTF8 + b"Caf\xe9", configured="cp1252")

    assert (found.encoding, found.by) == ("utf-8", "mark")
    assert not found.is_unchanged


def test_utf8_with_misfits_is_doubted() -> None:
    mixed = choice("Zoë\n".encode() + b"Ren\x82e\nplat", configured="cp850")
    short = choice("Zoë\n".encode() + "Renée".encode()[:-2], configured="cp850")
    other = choice(b"Caf\xe9", configured="cp1252")  # ends as a character of UTF-8 begins

    assert mixed.doubt == "up to line 2 it is UTF-8, from there on it is not"
    assert short.doubt == "it is UTF-8 up to its last character, which is cut in two"
    assert other.doubt is None


@pytest.mark.parametrize("configured", ["iso8859-1", "iso8859-15"])
def test_control_characters_in_latin_1_are_doubted(configured: str) -> None:
    found = choice(b"\x80 12,50 Caf\xe9", configured=configured)

    assert found.encoding == configured
    assert found.doubt is not None
    assert "windows-1252" in found.doubt


def test_a_choice_says_what_told_it() -> None:
    with pytest.raises(ValueError, match="disagree"):
        Choice(encoding="cp850", by=None)


def test_names_of_one_byte_sets_are_pythons() -> None:
    assert one_byte("Latin-1") == "iso8859-1"
    assert one_byte("a\0b") is None
    assert one_byte("gbk") is None


def test_cutting_loses_nothing() -> None:
    assert cut(b"abcd", [9, 2, 2]) == [b"ab", b"", b"cd", b""] or b"".join(cut(b"abcd", [9, 2, 2])) == b"abcd"
