"""What the sandbox takes and what it refuses, judged without sockets."""

import base64
import gzip
import hashlib
import json
from typing import Any

import pytest

from bridge.sandbox.contract import ENDPOINTS, HEADERS, Refusal, check_body, check_head

NAMES = {
    "csv": "a.csv",
    "invoice_pdf": "a.PDF",
    "invoice_ubl": "a.xml",
    "invoice_attachment": "any name",
    "declaration_file": "MZ301",
}
TOKEN = "0123456789abcdef0123456789abcdef01234567"


def body(name: str = "a.csv", content: bytes = b"x", **changes: Any) -> bytes:
    """Return a body that is right but for *changes*; None takes a field away."""
    made: dict[str, Any] = {
        "file": {"filename": name, "base64_data": base64.b64encode(content).decode()},
        "administration_code": "100",
        **changes,
    }
    return json.dumps({key: value for key, value in made.items() if value is not None}).encode()


def head(**changes: str | None) -> dict[str, str]:
    """Return headers that are right but for *changes*."""
    made = {**HEADERS, "content-length": "1", **{k.replace("_", "-"): v for k, v in changes.items()}}
    return {name: value for name, value in made.items() if value is not None}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_endpoint_takes_its_kind(endpoint: str) -> None:
    found = check_head("POST", f"/import/files/{endpoint}", head())
    taken = check_body(found, body(NAMES[endpoint], b"content"))

    assert taken.filename == NAMES[endpoint]
    assert taken.administration_code == "100"
    assert taken.sha256 == taken.inner_sha256 == hashlib.sha256(b"content").hexdigest()


def test_an_id_may_stand_instead_of_the_code_and_a_token_beside_it() -> None:
    taken = check_body("csv", body(administration_code=None, administration_id=7, import_token=TOKEN))

    assert (taken.administration_code, taken.administration_id, taken.has_token) == (None, 7, True)


@pytest.mark.parametrize("name", ["a.csv.gz", "A.XML.GZ", "a.json.gz"])
def test_gzip_is_taken_where_the_name_says_so(name: str) -> None:
    content = bytes(3_000_000)

    taken = check_body("csv", body(name, gzip.compress(content) + gzip.compress(b"more")))

    assert taken.inner_sha256 == hashlib.sha256(content + b"more").hexdigest()


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/import/files/csv", head(), 405),
        ("PUT", "/import/files/csv", head(), 405),
        ("POST", "/", head(), 404),
        ("POST", "/import/files/", head(), 404),
        ("POST", "/import/files/csv/", head(), 404),
        ("POST", "/import/files/CSV", head(), 404),
        ("POST", "/v1/import/files/csv", head(), 404),
        ("POST", "/import/files/csv", head(accept=None), 400),
        ("POST", "/import/files/csv", head(accept="*/*"), 400),
        ("POST", "/import/files/csv", head(accept_charset=None), 400),
        ("POST", "/import/files/csv", head(content_type="application/json; charset=utf-8"), 400),
        ("POST", "/import/files/csv", head(content_encoding="gzip"), 400),
        ("POST", "/import/files/csv", head(content_length=None), 411),
    ],
)
def test_a_wrong_head_is_refused(method: str, path: str, headers: dict[str, str], status: int) -> None:
    with pytest.raises(Refusal) as caught:
        check_head(method, path, headers)

    assert caught.value.status == status


def test_a_chunked_request_is_taken() -> None:
    assert check_head("POST", "/import/files/csv", head(content_length=None, transfer_encoding="chunked"))


@pytest.mark.parametrize(
    ("endpoint", "raw", "status"),
    [
        ("csv", b"", 400),
        ("csv", b"{", 400),
        ("csv", b"[" * 100_000, 400),
        ("csv", b"\xff", 400),
        ("csv", b'{"file": 1, "file": 2}', 400),
        ("csv", b"[]", 422),
        ("csv", body(extra=1), 422),
        ("csv", body(administration_code=None), 422),
        ("csv", body(administration_id=7), 422),
        ("csv", body(administration_code=""), 422),
        ("csv", body(administration_code=7), 422),
        ("csv", body(administration_code=None, administration_id="7"), 422),
        ("csv", body(administration_code=None, administration_id=7.0), 422),
        ("csv", body(administration_code=None, administration_id=True), 422),
        ("csv", body(import_token=""), 422),
        ("csv", body(import_token=7), 422),
        ("csv", body(import_token="a\r\nb"), 422),
        ("csv", body(import_token="x" * 201), 422),
        ("csv", body(file=None), 422),
        ("csv", body(file={"filename": "a.csv"}), 422),
        ("csv", body(file={"filename": "a.csv", "base64_data": "eA==", "size": 1}), 422),
        ("csv", body(file={"filename": 7, "base64_data": "eA=="}), 422),
        ("csv", body(file={"filename": "a.csv", "base64_data": "eA==\n"}), 422),
        ("csv", body(file={"filename": "a.csv", "base64_data": "eA"}), 422),
        ("csv", body(file={"filename": "a.csv", "base64_data": "e-_="}), 422),
        ("csv", body("a.pdf"), 422),
        ("csv", body("a.zip"), 422),
        ("csv", body(".."), 422),
        ("csv", body("b/a.csv"), 422),
        ("invoice_pdf", body("a.csv"), 422),
        ("invoice_ubl", body("a.csv"), 422),
        ("invoice_attachment", body(""), 422),
        ("invoice_attachment", body("a/b"), 422),
        ("csv", body("a.csv", gzip.compress(b"x")), 422),
        ("csv", body("a.csv.gz", b"x"), 422),
        ("csv", body("a.csv.gz", b""), 422),
        ("csv", body("a.csv.gz", gzip.compress(b"x")[:-1]), 422),
        ("csv", body("a.csv.gz", gzip.compress(b"x") + b"junk"), 422),
    ],
)
def test_a_wrong_body_is_refused(endpoint: str, raw: bytes, status: int) -> None:
    with pytest.raises(Refusal) as caught:
        check_body(endpoint, raw)

    assert caught.value.status == status
    assert caught.value.text
