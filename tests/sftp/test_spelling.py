"""Names in the client's own bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.sftp.spelling import Spelling

ENCODINGS = ["windows-1252", "cp850", "cp437", "iso-8859-1"]
names = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"], exclude_characters="\0/"), st.sampled_from("Ã©é¤ü")),
    min_size=1,
    max_size=8,
).filter(lambda name: name not in {".", ".."})


@given(names, st.sampled_from(ENCODINGS), st.booleans())
def test_a_name_that_was_listed_means_the_same_when_it_comes_back(
    name: str, encoding: str, is_legacy: bool
) -> None:
    spelling = Spelling(encoding)
    if is_legacy:
        spelling.parts(b"\xfc")  # one letter in each of the encodings, and not UTF-8

    assert spelling.parts(spelling.spell(name)) == (name,)


def test_a_client_is_answered_in_the_way_that_it_has_used() -> None:
    spelling = Spelling("windows-1252")
    assert spelling.spell("é") == "é".encode()
    spelling.parts(b"caf\xe9")
    assert spelling.spell("é") == b"\xe9"
    assert spelling.spell("日") == "日".encode()


@pytest.mark.parametrize("name", ["é", "Ã©"])
def test_without_an_encoding_everything_is_utf8(name: str) -> None:
    assert Spelling(None).spell(name) == name.encode()
