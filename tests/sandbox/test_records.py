"""What the sandbox writes down."""

from pathlib import Path

import pytest

from bridge.sandbox.records import RecordFolder


@pytest.mark.parametrize("name", ["../../x", "a/b.csv", "\0", "", ".", "x" * 5000, "\ud800.pdf"])
def test_no_file_name_leads_out_of_the_record_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "record"

    stored = RecordFolder(folder).store(7, name, b"x")

    assert stored.startswith("000007-")
    assert [path.name for path in folder.iterdir()] == [stored]
    assert len(stored) < 60
