"""Names and paths that clients send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.errors import Invalid
from bridge.domain.names import (
    MAX_DEPTH,
    MAX_NAME_BYTES,
    MAX_PATH_BYTES,
    decode_path,
    extension,
    is_temporary,
    join,
    printable,
    resolve,
)

paths = st.lists(
    st.one_of(
        st.sampled_from(["", ".", "..", "a", "b c", "ä", "..\\x", "%2e", "\u202ex"]), st.text(max_size=8)
    ),
    max_size=MAX_DEPTH,
).map("/".join)


@given(paths)
def test_a_path_never_leaves_its_root(path: str) -> None:
    parts = resolve(path)

    assert not {"", ".", ".."} & set(parts)
    assert all("/" not in part for part in parts)


@given(paths)
def test_a_resolved_path_resolves_to_itself(path: str) -> None:
    parts = resolve(path)

    assert resolve(join(parts)) == parts


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", "/"),
        ("/", "/"),
        ("//etc//passwd", "/etc/passwd"),
        ("a/./b/../c", "/a/c"),
        ("../../../x", "/x"),
        ("/a/b/../../../c", "/c"),
        ("...", "/..."),
        (" a ", "/ a "),
        ("C:\\x", "/C:\\x"),
    ],
)
def test_paths_are_worked_out(path: str, expected: str) -> None:
    assert join(resolve(path)) == expected


def test_a_part_may_have_so_many_bytes_and_no_more() -> None:
    assert resolve("é" * (MAX_NAME_BYTES // 2)) == ("é" * (MAX_NAME_BYTES // 2),)
    with pytest.raises(Invalid, match="name too long"):
        resolve("é" * (MAX_NAME_BYTES // 2) + "x")


def test_a_tree_may_be_so_deep_and_no_deeper() -> None:
    assert len(resolve("/a" * MAX_DEPTH)) == MAX_DEPTH
    with pytest.raises(Invalid, match="too deep"):
        resolve("/a" * (MAX_DEPTH + 1))


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=50))
def test_utf8_is_taken_as_it_is_whatever_the_encoding(text: str) -> None:
    assert decode_path(text.encode(), None) == decode_path(text.encode(), "cp850") == text


@pytest.mark.parametrize(
    ("raw", "encoding", "expected"),
    [
        (b"caf\xe9", "windows-1252", "café"),
        (b"caf\x82", "cp850", "café"),
        (b"\x8aber", "cp437", "èber"),
        (b"\xe4\xf6", "iso-8859-15", "äö"),
    ],
)
def test_what_is_not_utf8_is_read_in_the_accounts_encoding(raw: bytes, encoding: str, expected: str) -> None:
    assert decode_path(raw, encoding) == expected


@pytest.mark.parametrize(
    ("raw", "encoding", "says"),
    [
        (b"a\0b", "windows-1252", "NUL"),
        (b"x" * (MAX_PATH_BYTES + 1), None, "longer than 4096"),
        (b"caf\xe9", None, "ask the administrator to set this account's encoding"),
        (b"\x81", "windows-1252", "neither UTF-8 nor windows-1252"),
        (b"\xed\xa0\x80", None, "not UTF-8"),  # a lone surrogate
    ],
)
def test_what_cannot_be_read_is_refused_in_words(raw: bytes, encoding: str | None, says: str) -> None:
    with pytest.raises(Invalid) as refusal:
        decode_path(raw, encoding)

    assert says in refusal.value.public


@pytest.mark.parametrize(
    "name",
    [
        "a.csv.filepart",
        "A.PART",
        "x.partial",
        "x.Tmp",
        "x.inprogress",
        ".x",
        ".",
        "~x",
        "a.csv.1b2c3d.partial",
    ],
)
def test_temporary_names_are_known(name: str) -> None:
    assert is_temporary(name)


@pytest.mark.parametrize("name", ["a.csv", "part", "a.part.csv", "tmp", "a~", "x.filepart2", "a.tmp.zip"])
def test_other_names_are_final(name: str) -> None:
    assert not is_temporary(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.CSV", ".csv"), ("X.CSV.GZ", ".gz"), ("a", ""), (".csv", ""), ("a.", "."), ("a b.c d", ".c d")],
)
def test_the_extension_is_the_last(name: str, expected: str) -> None:
    assert extension(name) == expected


@given(st.text(), st.integers(2, 300))
def test_printable_text_is_harmless_and_short(text: str, limit: int) -> None:
    shown = printable(text, limit)

    assert len(shown) <= limit
    assert shown.isprintable()
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_printable_text_shows_what_it_escaped() -> None:
    assert printable("a\x1b[31m\n\u202eb é 日") == "a\\u001b[31m\\u000a\\u202eb é 日"
