"""The contents of samples: tables, papers, declarations; the same bytes at every run."""

import gzip
import io
import zipfile
from collections.abc import Sequence

COLUMNS = (
    "administration_code",
    "debtor_code",
    "debtor_company_name",
    "invoice_number",
    "invoice_date",
    "invoice_due_date",
    "invoice_open_amount_inc_vat",
)


def row(code: str, number: str, **other: str) -> dict[str, str]:
    """Return one invoice of a data file."""
    return {
        "administration_code": code,
        "debtor_code": "D100",
        "debtor_company_name": "Bakkerij Bos",
        "invoice_number": number,
        "invoice_date": "2026-10-01",
        "invoice_due_date": "2026-10-31",
        "invoice_open_amount_inc_vat": "121.00",
    } | other


def rows(code: str, number: str, count: int, **other: str) -> list[dict[str, str]]:
    """Return *count* invoices with numbers of their own."""
    return [row(code, f"{number}-{each}", **other) for each in range(1, count + 1)]


def csv_text(lines: Sequence[dict[str, str]], columns: Sequence[str] = COLUMNS, separator: str = ";") -> str:
    """Return a data file, quoted where Payt wants it."""
    told = [separator.join(columns)]
    told += [separator.join(f'"{line[column]}"' for column in columns) for line in lines]
    return "\r\n".join(told) + "\r\n"


def csv(code: str, number: str, count: int = 2, **other: str) -> bytes:
    """Return a data file in UTF-8."""
    return csv_text(rows(code, number, count, **other)).encode()


def pdf(label: str) -> bytes:
    """Return a small PDF that no other label gives."""
    inside = f"1 0 obj << /Title ({label}) >> endobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n"
    return b"%PDF-1.7\n" + inside.encode() + b"%%EOF\n"


def gzipped(content: bytes) -> bytes:
    """Return *content* as a .gz."""
    return gzip.compress(content, mtime=0)


def office(label: str, part: str) -> bytes:
    """Return what Office writes: a zip with an XML of this *part*."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("[Content_Types].xml", "<Types/>"), (part, f"<x>{label}</x>")):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def declaration(
    code: str,
    number: str,
    *,
    kind: str = "P",
    counts: Sequence[int] = (1, 1, 1, 0),
    practice: str = "12345678",
    separator: bytes = b"\r\n",
    name: bytes = b"",
) -> bytes:
    """Return a declaration with one record of each type 02, 03, 04 whose record 99 says *counts*."""
    length = 360 if code == "193" else 310
    first = f"01{code}1301{kind}".ljust(46) + practice.ljust(8)
    details = [b"02" + name, b"03", b"04"]
    total = "".join(f"{count:06}" for count in counts) + f"{len(details):07}"
    records = [(first.ljust(80) + number.ljust(12)).encode(), *details, f"99{total}".encode()]
    return b"".join(record.ljust(length) + separator for record in records)
