"""Certificates of a file are told by when they end."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.runtime.certificates import ends_of
from tests.support.certificates import certificate_for


def test_the_first_to_end_comes_first(tmp_path: Path) -> None:
    file = certificate_for(tmp_path).file

    [ends] = ends_of(file)

    assert ends > datetime(2100, 1, 1, tzinfo=UTC)


def test_a_file_without_certificates_has_none(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")

    with pytest.raises(ValueError, match="PEM"):
        ends_of(tmp_path / "empty.pem")
