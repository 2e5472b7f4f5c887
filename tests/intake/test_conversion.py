"""Text becomes UTF-8 and stays the same text."""

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bridge.intake.conversion import converted, declared_encoding, familiar
from bridge.intake.plan import Flaw
from tests.intake.texts import CSV, PLAIN, cut, is_expressible

ONE_BYTE = ("cp1252", "cp850", "cp437", "iso8859-1", "iso8859-15", "mac-roman")
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
BODY = "<a>\r\n<b c='é'>één &amp; \x85 twee</b>\n</a>"

places = st.lists(st.integers(min_value=0), max_size=8)


def utf8_of(content: bytes, encoding: str, *, is_xml: bool = False) -> bytes:
    return b"".join(converted([content], encoding, is_xml=is_xml))


def flaw_of(content: bytes, encoding: str, at: list[int] | None = None) -> str:
    with pytest.raises(Flaw) as caught:
        list(converted(cut(content, at or []), encoding, is_xml=False))
    return str(caught.value)


@pytest.mark.parametrize("encoding", ONE_BYTE)
def test_a_one_byte_text_becomes_the_same_text_in_utf8(encoding: str) -> None:
    assert utf8_of(PLAIN.encode(encoding, "strict"), encoding) == PLAIN.encode()


def test_the_euro_of_latin_9_is_a_euro() -> None:
    assert utf8_of(b"\xa4 12,50", "iso8859-15") == "€ 12,50".encode()


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_excels_tabs_in_utf16_stay_and_the_mark_goes(encoding: str, mark: str) -> None:
    text = CSV.replace(";", "\t")

    assert utf8_of((mark + text).encode(encoding), encoding) == text.encode()


@pytest.mark.parametrize("encoding", ONE_BYTE + WIDE)
@given(data=st.data(), at=places)
def test_any_text_in_any_pieces_converts_to_exactly_itself(
    encoding: str, data: st.DataObject, at: list[int]
) -> None:
    if encoding in ONE_BYTE:
        all_bytes = bytes(range(256)).decode(encoding, "ignore")
        text = data.draw(st.text(alphabet=all_bytes))
    else:
        text = data.draw(st.text())
    assume(not text.startswith("\ufeff"))

    assert b"".join(converted(cut(text.encode(encoding), at), encoding, is_xml=False)) == text.encode()


@given(text=st.text(alphabet="ab<>?!xml \n\t\"'=encoding-é"), at=places)
def test_xml_without_a_declaration_gets_none(text: str, at: list[int]) -> None:
    assume(declared_encoding(text) is None)

    assert b"".join(converted(cut(text.encode("cp850"), at), "cp850", is_xml=True)) == text.encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<?xml version="1.0" encoding="windows-1252"?>\r\n', '<?xml version="1.0" encoding="UTF-8"?>\r\n'),
        ("<?xml version='1.0' encoding='ISO-8859-15'?>", "<?xml version='1.0' encoding='UTF-8'?>"),
        (
            "<?xml version=\"1.1\"\n encoding = 'cp850' standalone='yes' ?>",
            "<?xml version=\"1.1\"\n encoding = 'UTF-8' standalone='yes' ?>",
        ),
        ('<?xml version="1.0" encoding="utf-16"?>', '<?xml version="1.0" encoding="UTF-8"?>'),
        ('<?xml version="1.0" encoding=""?>', '<?xml version="1.0" encoding="UTF-8"?>'),
        ('\n <?xml version="1.0" encoding="ANSI"?>', '\n <?xml version="1.0" encoding="UTF-8"?>'),
        ('<?xml version="1.0" encoding="utf-8"?>', '<?xml version="1.0" encoding="utf-8"?>'),
        ('<?xml version="1.0"?>', '<?xml version="1.0"?>'),
        ("", ""),
        ('<?xml-stylesheet encoding="cp850"?>', '<?xml-stylesheet encoding="cp850"?>'),
        (
            '<!-- <?xml version="1.0" encoding="cp850"?> -->',
            '<!-- <?xml version="1.0" encoding="cp850"?> -->',
        ),
        ('<?xml version="1.0"?><x encoding="cp850"/>', '<?xml version="1.0"?><x encoding="cp850"/>'),
        (
            '<?xml version="1.0" encoding="cp850"?><?xml version="1.0" encoding="cp850"?>',
            '<?xml version="1.0" encoding="UTF-8"?><?xml version="1.0" encoding="cp850"?>',
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["cp1252", "iso8859-1", "utf-16-le", "utf-16-be"])
def test_only_the_encoding_of_an_xml_declaration_is_rewritten(before: str, after: str, encoding: str) -> None:
    body = BODY.replace("\x85", "…") if encoding == "cp1252" else BODY

    for size in (1, 7, 10_000):
        content = (before + body).encode(encoding)
        parts = [content[at : at + size] for at in range(0, len(content), size)]
        assert b"".join(converted(parts, encoding, is_xml=True)) == (after + body).encode()


def test_xml_in_utf16_with_a_mark_loses_the_mark_and_tells_utf8() -> None:
    content = '<?xml version="1.0" encoding="UTF-16"?><a>é</a>'.encode("utf-16")

    assert (
        utf8_of(content, "utf-16-le", is_xml=True)
        == '<?xml version="1.0" encoding="UTF-8"?><a>é</a>'.encode()
    )


def test_a_csv_that_looks_like_a_declaration_is_left_alone() -> None:
    content = b'<?xml version="1.0" encoding="cp850"?>'

    assert utf8_of(content, "cp850") == content


@pytest.mark.parametrize("at", [[], [5], list(range(40))])
def test_a_byte_that_the_encoding_lacks_is_named_with_its_place(at: list[int]) -> None:
    content = b"a;b\r\nc;\xe9\r\nd;\x81;\x8d\r\n"

    assert flaw_of(content, "cp1252", at) == "byte 0x81 at offset 12 (line 3) does not exist in windows-1252"


@pytest.mark.parametrize("at", [[], [5], list(range(40))])
def test_half_a_pair_in_utf16_is_named_with_its_place(at: list[int]) -> None:
    content = "a\nb".encode("utf-16") + b"\x00\xdc" + "c\n".encode("utf-16-le")

    assert flaw_of(content, "utf-16-le", at) == (
        "bytes 0x00 0xdc at offset 8 (line 2) are no character of utf-16-le"
    )


@pytest.mark.parametrize("rest", [b"\n", b"\x3d\xd8", b"\x3d\xd8\x00"])
@pytest.mark.parametrize("at", [[], [3], list(range(40))])
def test_utf16_that_ends_within_a_character_is_told(rest: bytes, at: list[int]) -> None:
    content = "\ufeffa\r\n".encode("utf-16-le") + rest

    assert flaw_of(content, "utf-16-le", at) == (
        "the file ends within a character of utf-16-le at offset 8 (line 2)"
    )


def test_a_large_offset_can_be_read() -> None:
    content = b"x" * 999 + b"\n" * 1000 + b"\x81"

    assert "offset 1,999 (line 1,001)" in flaw_of(content, "cp1252")


@given(content=st.binary(), at=places, encoding=st.sampled_from(ONE_BYTE + WIDE))
def test_what_is_no_flaw_can_be_converted_back(content: bytes, at: list[int], encoding: str) -> None:
    try:
        result = b"".join(converted(cut(content, at), encoding, is_xml=False)).decode()
    except Flaw:
        with pytest.raises(UnicodeDecodeError):
            content.decode(encoding)
    else:
        assert is_expressible(result, encoding)
        assert result.encode(encoding) == content or content.decode(encoding) == "\ufeff" + result


def test_a_large_file_takes_little_memory() -> None:
    def source() -> Iterator[bytes]:
        for _ in range(400):
            yield "Café;".encode("cp850") * 13_107

    tracemalloc.start()
    total = sum(len(piece) for piece in converted(source(), "cp850", is_xml=True))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert total == 400 * 13_107 * 6
    assert peak < 2_000_000


def test_admins_read_the_name_they_know() -> None:
    assert familiar("cp1252") == "windows-1252"
    assert familiar("cp850") == "cp850"
