"""What a client was told OK arrives once, bit for bit, where it belongs; nothing else arrives."""

from pathlib import Path
from typing import Any

import paramiko
import pytest

from tests.flow import samples
from tests.flow.processes import ACCOUNT, PASSWORD, TOKEN, Bridge, Destination, Sftp
from tests.flow.samples import sha256

Expected = tuple[str, str, str | None, int | None, str | None, str]  # kind, name, code, id, token, sha256


def seen(one: dict[str, Any]) -> Expected:
    return one["kind"], one["name"], one["code"], one["id"], one["token"], one["inner_sha256"]


def put(folder: Path, name: str, content: bytes, to: str) -> str:
    """Return the line that uploads *content* to the path *to*."""
    file = folder / name
    file.write_bytes(content)
    return f'put "{file}" "{to}"'


def for_code(kind: str, name: str, content: bytes, code: str = "NL01") -> Expected:
    """Return what must arrive for one administration: NL02 goes by id, NL01 has a token for data."""
    if code == "NL02":
        return kind, name, None, 4711, None, sha256(content)
    token = TOKEN if kind == "data" and code == "NL01" else None
    return kind, name, code, None, token, sha256(content)


CASES: list[tuple[str, bytes, list[tuple[str, str, bytes, str]]]] = [
    ("/a.csv", samples.csv(1), [("data", "a.csv", samples.csv(1), "NL01")]),
    ("/b.json", samples.data_json(2), [("data", "b.json", samples.data_json(2), "NL01")]),
    ("/c.xml", samples.ubl(3), [("invoice_ubl", "c.xml", samples.ubl(3), "NL01")]),
    ("/d.xml", samples.data_xml(4), [("data", "d.xml", samples.data_xml(4), "NL01")]),
    ("/E 5.PDF", samples.pdf(5), [("invoice_pdf", "E 5.PDF", samples.pdf(5), "NL01")]),
    ("/invoice_attachment/f.pdf", samples.pdf(6), [("invoice_attachment", "f.pdf", samples.pdf(6), "NL01")]),
    ("/invoice_ubl/g.xml", samples.ubl(7), [("invoice_ubl", "g.xml", samples.ubl(7), "NL01")]),
    (
        "/declaration_file/h.txt",
        samples.declaration(8),
        [("declaration", "h.txt", samples.declaration(8), "NL01")],
    ),
    ("/NL02/i.pdf", samples.pdf(9), [("invoice_pdf", "i.pdf", samples.pdf(9), "NL02")]),
    (
        "/NL02/csv/j.csv",
        samples.csv(10, code="4711"),
        [("data", "j.csv", samples.csv(10, code="4711"), "NL02")],
    ),
    ("/NL03/invoice_attachment/k.bin", b"\0\1\2", [("invoice_attachment", "k.bin", b"\0\1\2", "NL03")]),
    ("/invoice_pdf/é ü.pdf", samples.pdf(12), [("invoice_pdf", "é ü.pdf", samples.pdf(12), "NL01")]),
    (
        "/l.zip",
        samples.zipped(
            {"deep/er/m.pdf": samples.pdf(13), "n.xml": samples.ubl(14), "o.csv": samples.csv(15)}
        ),
        [
            ("invoice_pdf", "m.pdf", samples.pdf(13), "NL01"),
            ("invoice_ubl", "n.xml", samples.ubl(14), "NL01"),
            ("data", "o.csv", samples.csv(15), "NL01"),
        ],
    ),
    (
        "/NL03/p.zip",
        samples.zipped({"q.pdf": samples.pdf(17)}),
        [("invoice_pdf", "q.pdf", samples.pdf(17), "NL03")],
    ),
    ("/declaration_file/r.zip", samples.zipped({"s.txt": b"01"}), []),
    ("/t.csv.gz", samples.gzipped(samples.csv(20)), [("data", "t.csv.gz", samples.csv(20), "NL01")]),
    ("/u.csv", samples.csv(21, 9000), [("data", "u.csv.gz", samples.csv(21, 9000), "NL01")]),
    ("/v.pdf", samples.pdf(22, 3_000_000), [("invoice_pdf", "v.pdf", samples.pdf(22, 3_000_000), "NL01")]),
]


def test_every_upload_arrives_once_bit_for_bit_where_it_belongs(
    bridge: Bridge, destination: Destination, sftp: Sftp, tmp_path: Path
) -> None:
    check_main_path(bridge, destination, sftp, tmp_path)


def check_main_path(bridge: Bridge, destination: Destination, sftp: Sftp, tmp_path: Path) -> None:
    """Upload one of each; fail unless exactly what must arrive of them arrives."""
    lines, expected = [], []
    for number, (path, content, arriving) in enumerate(CASES):
        lines.append(put(tmp_path, f"upload-{number}", content, path))
        expected += [for_code(*one) for one in arriving]
    whole = samples.zipped({"s.txt": b"01"})  # a zip among the declarations stays a zip
    expected.append(("declaration", "r.zip", "NL01", None, None, sha256(whole)))

    sftp.run(*lines)
    destination.wait_for(len(expected))
    bridge.wait_until_idle()

    assert sorted(map(repr, map(seen, destination.requests()))) == sorted(map(repr, expected))
    packed = next(one for one in destination.taken() if one["name"] == "t.csv.gz")
    assert packed["sha256"] == sha256(samples.gzipped(samples.csv(20))), "a .gz goes as it came"
    assert bridge.stop() == 0
    bridge.check_books()


def test_data_files_of_an_administration_arrive_in_the_order_of_their_uploads(
    destination: Destination, sftp: Sftp, tmp_path: Path
) -> None:
    names = [f"day-{number}.csv" for number in range(12)]

    sftp.run(*(put(tmp_path, name, samples.csv(number), f"/{name}") for number, name in enumerate(names)))
    destination.wait_for(len(names))

    assert destination.names() == names


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_paramiko_with_a_password_puts_lists_and_sees_its_files(
    bridge: Bridge, destination: Destination
) -> None:
    with paramiko.Transport(("127.0.0.1", bridge.port)) as transport:
        transport.connect(username=ACCOUNT, password=PASSWORD)
        client = paramiko.SFTPClient.from_transport(transport)
        assert client is not None
        with client.open("/NL03/w.pdf", "wb") as file:
            file.write(samples.pdf(23))
        destination.wait_for(1)
        assert client.stat("/NL03/w.pdf").st_size == len(samples.pdf(23))
        assert "w.pdf" in client.listdir("/NL03")

    assert [seen(one) for one in destination.requests()] == [
        for_code("invoice_pdf", "w.pdf", samples.pdf(23), "NL03")
    ]
