"""Files as senders send them; contents that cannot be mistaken for one another."""

import gzip
import hashlib
import io
import json
import random
import zipfile
from collections.abc import Mapping

CSV_HEADER = b"administration_code;invoice_number;invoice_open_amount_inc_vat\r\n"


def pdf(number: int, size: int = 5000) -> bytes:
    """Return bytes that begin and end like a PDF."""
    middle = random.Random(number).randbytes(size)  # noqa: S311  contents, not secrets
    return b"%PDF-1.7\n" + middle + b"\n%%EOF\n"


def csv(number: int, rows: int = 20, code: str = "NL01") -> bytes:
    """Return a data file."""
    draw = random.Random(number)  # noqa: S311  the same
    lines = (f'"{code}";"{number}-{row}";{draw.random() * 1000:.2f}\r\n'.encode() for row in range(rows))
    return CSV_HEADER + b"".join(lines)


def ubl(number: int) -> bytes:
    """Return a UBL invoice with a prefix of its own."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n'
        '<u:Invoice xmlns:u="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
        'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
        f"<cbc:ID>{number}</cbc:ID></u:Invoice>"
    ).encode()


def declaration(number: int) -> bytes:
    """Return a declaration MZ301 of one person and one treatment (payt-imports §4)."""
    first = f"{'011760401P':<46}{'12345678':<34}{number:012d}"
    records = [first, "02", "04", f"99{1:06d}{0:06d}{1:06d}{0:06d}{2:07d}"]
    return "".join(f"{record:<310}\r\n" for record in records).encode()


def data_xml(number: int) -> bytes:
    """Return XML that is no UBL."""
    rows = "".join(f"<invoice><number>{number}-{row}</number></invoice>" for row in range(20))
    return f"<invoices>{rows}</invoices>".encode()


def data_json(number: int) -> bytes:
    """Return a data file in JSON."""
    return json.dumps([{"invoice": f"{number}-{row}"} for row in range(20)]).encode()


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of *members*, directories included."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in sorted({name.rpartition("/")[0] for name in members} - {""}):
            archive.writestr(zipfile.ZipInfo(f"{folder}/"), b"")
        for name, content in members.items():
            member = zipfile.ZipInfo(name)  # its date is always the same
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def gzipped(content: bytes) -> bytes:
    """Return *content* as a .gz."""
    return gzip.compress(content, mtime=0)


def sha256(content: bytes) -> str:
    """Return the hash in hex."""
    return hashlib.sha256(content).hexdigest()
