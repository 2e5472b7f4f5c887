"""``bridge account route test`` shows which rule wins, and the request; nothing is sent."""

import gzip
from pathlib import Path

import pytest

from tests.cli.conftest import Command


@pytest.fixture(autouse=True)
def _account(bridge: Command) -> None:
    bridge("administration", "add", "A1")
    bridge("administration", "add", "B2")
    bridge("account", "add", "sender", "--administration", "A1", "--administration", "B2")


def test_it_says_step_by_step_why_a_file_would_wait(bridge: Command) -> None:
    answer = bridge("account", "route", "test", "sender", "/y/a.csv")

    assert answer.code == 0
    assert "folder /y  does not say whom the file is for" in answer.out
    assert "held" in answer.out
    assert "what to do" in answer.out


def test_the_file_decides_where_the_path_leaves_it_open(bridge: Command, folder: Path) -> None:
    (folder / "a.gz").write_bytes(gzip.compress(b"administration_code;invoice_number\n"))

    unknown = bridge("account", "route", "test", "sender", "/export.gz", "--json").json
    known = bridge("account", "route", "test", "sender", "/export.gz", "a.gz", "--json").json

    assert (unknown["kind"], unknown["kind_by"]) == (None, "content")
    assert (known["kind"], known["kind_by"]) == ("data", "content")


def test_a_file_that_cannot_be_read_is_said(bridge: Command) -> None:
    answer = bridge("account", "route", "test", "sender", "/a.xml", "nowhere.xml")

    assert answer.code == 2
    assert "nowhere.xml" in answer.error


def test_it_shows_the_request_as_it_would_be_made(bridge: Command, folder: Path) -> None:
    (folder / "a.csv").write_bytes(b"x" * 48_213)
    bridge("administration", "change", "A1", "--token-file", "-", stdin=b"canary")

    shown = bridge("account", "route", "test", "sender", "/csv/a.csv", "a.csv")
    told = bridge("account", "route", "test", "sender", "/csv/a.csv", "--json").json

    assert "https://backend.paytsoftware.com/import/files/csv" in shown.out
    for field in (
        "file.filename",
        "<48,213 bytes, base64>",
        "administration_code",
        "<set>",
        "rows_fallen=hold:30%",
    ):
        assert field in shown.out
    assert "canary" not in shown.out
    assert told["request"] == {
        "url": "https://backend.paytsoftware.com/import/files/csv",
        "filename": "a.csv",
        "large_filename": "a.csv.gz",
        "fields": {
            "file.filename": "a.csv",
            "file.base64_data": "<the file, base64>",
            "administration_code": "A1",
            "import_token": "<set>",
        },
    }
    assert (told["encoding"], told["guards"]["empty_data_file"]) == (None, "hold")


def test_without_the_file_it_says_what_a_large_one_would_be_called(bridge: Command) -> None:
    shown = bridge("account", "route", "test", "sender", "/csv/a.csv").out

    assert "above 65,536 bytes it goes gzipped, as a.csv.gz" in shown


def test_an_archive_has_no_request_of_its_own(bridge: Command) -> None:
    told = bridge("account", "route", "test", "sender", "/all.zip", "--json").json

    assert (told["kind_by"], told["request"]) == ("members", None)
