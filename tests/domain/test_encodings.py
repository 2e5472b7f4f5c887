"""One-byte character sets, by name."""

import pytest

from bridge.domain.encodings import check_encoding
from bridge.domain.errors import Invalid


@pytest.mark.parametrize(
    ("name", "python"), [("windows-1252", "cp1252"), ("CP850", "cp850"), ("ISO-8859-15", "iso8859-15")]
)
def test_what_senders_use_is_taken_under_any_of_its_names(name: str, python: str) -> None:
    assert check_encoding(name) == python


@pytest.mark.parametrize(
    "name", ["utf-8", "ascii", "shift_jis", "gbk", "cp037", "unicode_escape", "rot13", "no such", ""]
)
def test_what_is_no_text_of_one_byte_a_character_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="one-byte"):
        check_encoding(name)
