"""Secrets are read from files or standard input, whole but for their last line end."""

import io
import sys
from pathlib import Path

import pytest

from bridge.cli import options
from bridge.cli.options import at_most_one_stdin, read_secret
from bridge.domain.errors import Invalid


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"secret", "secret"),
        (b"secret\n", "secret"),
        (b"secret\r\n", "secret"),
        (b"secret\n\n", "secret\n"),
        (b" s\xc3\xbc \n", " sü "),
        (b"", ""),
    ],
)
def test_only_the_last_line_end_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, text: str
) -> None:
    (tmp_path / "file").write_bytes(content)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    assert read_secret(str(tmp_path / "file"), what="x") == text
    assert read_secret("-", what="x") == text


def test_what_cannot_be_read_is_said_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")

    with pytest.raises(Invalid, match="none cannot be read"):
        read_secret(str(tmp_path / "none"), what="password")
    with pytest.raises(Invalid, match="binary is not UTF-8"):
        read_secret(str(tmp_path / "binary"), what="password")


def test_standard_input_can_be_asked_for_once() -> None:
    at_most_one_stdin("-", "file", None)
    with pytest.raises(Invalid, match="one option only"):
        at_most_one_stdin("-", None, "-")


def test_rules_are_read_by_name_and_none_twice() -> None:
    assert options.rules_of([" rows_fallen = hold:50% ", "outdated=off"]) == {
        "rows_fallen": "hold:50%",
        "outdated": "off",
    }
    assert options.rules_of(None) == {}
    for wrong in (["rows_fallen"], ["=hold"], ["outdated=off", "outdated=hold"]):
        with pytest.raises(Invalid):
            options.rules_of(wrong)
