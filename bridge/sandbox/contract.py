"""What Payt's documentation demands of a request: pure judgements, no sockets.

Anything that the documentation does not name is refused; so a bridge that pleases this pleases Payt.
"""

import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ENDPOINTS = {
    "csv": (".csv", ".xml", ".json", ".csv.gz", ".xml.gz", ".json.gz"),
    "invoice_pdf": (".pdf", ".pdf.gz"),
    "invoice_ubl": (".xml", ".xml.gz"),
    "invoice_attachment": (),  # any flat name
    "declaration_file": (),
}
PREFIX = "/import/files/"
HEADERS = {
    "accept-charset": "utf-8",
    "accept": "application/json",
    "content-type": "application/json",
}
_TOKEN = re.compile(r"[\x20-\x7e]{1,200}")
_FIELDS = {"file", "administration_code", "administration_id", "import_token"}
_GZIP_MAGIC = b"\x1f\x8b"
_WINDOW = 31  # zlib: 15 and a gzip frame


class Refusal(Exception):
    """The request breaks the contract."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What an accepted request holds."""

    filename: str
    administration_code: str | None
    administration_id: int | None
    has_token: bool
    content: bytes
    sha256: str  # of the decoded bytes, hex
    inner_sha256: str  # of the bytes without gzip, where the name ends in .gz; else the same


def check_head(method: str, path: str, headers: Mapping[str, str]) -> str:
    """Return the endpoint of a request; raise `Refusal` if method, path or headers are wrong."""
    endpoint = path.removeprefix(PREFIX)
    if not path.startswith(PREFIX) or endpoint not in ENDPOINTS:
        raise Refusal(
            404, f"no endpoint {path[:200]!r}; there are {', '.join(PREFIX + e for e in ENDPOINTS)}"
        )
    if method != "POST":
        raise Refusal(405, f"method {method}: only POST is taken")
    for name, wanted in HEADERS.items():
        given = headers.get(name)
        if given is None or given.lower() != wanted:
            raise Refusal(400, f"header {name}: expected {wanted}, got {given!r}")
    if headers.get("content-encoding") is not None:
        raise Refusal(400, "header content-encoding: not taken; gzip the file itself and name it .gz")
    if headers.get("content-length") is None and headers.get("transfer-encoding") is None:
        raise Refusal(411, "neither content-length nor chunked")
    return endpoint


def check_body(endpoint: str, raw: bytes) -> Submission:
    """Return what the JSON body *raw* holds; raise `Refusal` if anything in it is wrong."""
    body = _parse(raw)
    unknown = sorted(set(body) - _FIELDS)
    if unknown:
        raise Refusal(422, f"unknown field {unknown[0][:100]!r}")
    code, number = _administration(body)
    token = body.get("import_token")
    if "import_token" in body and not (isinstance(token, str) and _TOKEN.fullmatch(token)):
        raise Refusal(422, "import_token: expected a string of 1 to 200 printable characters")
    name, data = _file(body.get("file"))
    _check_name(endpoint, name)
    content = _decode(data)
    return Submission(
        filename=name,
        administration_code=code,
        administration_id=number,
        has_token="import_token" in body,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        inner_sha256=_inner_sha256(name, content),
    )


def _parse(raw: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise Refusal(400, "a field occurs twice")
        return found

    try:
        body = json.loads(raw.decode("utf-8"), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, f"the body is not JSON in UTF-8: {type(error).__name__}") from None
    if not isinstance(body, dict):
        raise Refusal(422, "the body is not an object")
    return body


def _administration(body: dict[str, Any]) -> tuple[str | None, int | None]:
    code, number = body.get("administration_code"), body.get("administration_id")
    if ("administration_code" in body) == ("administration_id" in body):
        raise Refusal(422, "expected administration_code or administration_id, one of them")
    if "administration_id" in body:
        if not isinstance(number, int) or isinstance(number, bool):
            raise Refusal(422, "administration_id: expected an integer")
    elif not isinstance(code, str) or not code.strip():
        raise Refusal(422, "administration_code: expected a string that is not empty")
    return code, number


def _file(file: Any) -> tuple[str, str]:
    if not isinstance(file, dict) or set(file) != {"filename", "base64_data"}:
        raise Refusal(422, "file: expected an object with filename and base64_data, nothing else")
    name, data = file["filename"], file["base64_data"]
    if not isinstance(name, str) or not isinstance(data, str):
        raise Refusal(422, "file: filename and base64_data must be strings")
    return name, data


def _check_name(endpoint: str, name: str) -> None:
    if not name or "/" in name or name in {".", ".."}:
        raise Refusal(422, f"filename {name[:200]!r}: expected a flat name")
    endings = ENDPOINTS[endpoint]
    if endings and not name.lower().endswith(endings):
        raise Refusal(422, f"filename {name[:200]!r}: {endpoint} takes {', '.join(endings)}")


def _decode(data: str) -> bytes:
    try:
        return binascii.a2b_base64(data.encode("ascii"), strict_mode=True)
    except (ValueError, UnicodeError):
        raise Refusal(422, "base64_data: not strict base64 without line breaks") from None


def _inner_sha256(name: str, content: bytes) -> str:
    """Return the hash of what is inside; raise `Refusal` unless name and content agree about gzip."""
    if not name.lower().endswith(".gz"):
        if content.startswith(_GZIP_MAGIC):
            raise Refusal(422, f"filename {name[:200]!r}: the content is gzip, the name is not .gz")
        return hashlib.sha256(content).hexdigest()
    inner = hashlib.sha256()
    rest = content
    try:
        while True:
            unpacker = zlib.decompressobj(_WINDOW)
            while not unpacker.eof:
                piece = unpacker.decompress(rest, 1 << 20)
                rest = unpacker.unconsumed_tail
                if not piece and not rest and not unpacker.eof:
                    raise Refusal(422, f"filename {name[:200]!r}: the gzip is cut short")
                inner.update(piece)
            if not unpacker.unused_data:
                return inner.hexdigest()
            rest = unpacker.unused_data
    except zlib.error:
        raise Refusal(422, f"filename {name[:200]!r}: the content is not gzip") from None
