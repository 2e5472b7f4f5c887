"""Contents are never in a log: every kind, whole and broken, through every fault, at the level debug."""

import base64
import secrets
from pathlib import Path

from tests.flow import samples
from tests.flow.conftest import StartBridge
from tests.flow.processes import Destination, Sftp, until

CANARY = f"kanarie{secrets.token_hex(8)}"


def whole() -> dict[str, bytes]:
    """Files of every kind, each with the canary in it."""
    word = CANARY.encode()
    declaration = samples.declaration(7).replace(b"12345678", word[:8])
    return {
        "/csv/a.csv": samples.CSV_HEADER + b'"NL01";"' + word + b'";1.00\r\n',
        "/csv/large.csv": samples.CSV_HEADER
        + b"".join(b'"NL01";"%s-%d";1.00\r\n' % (word, n) for n in range(5000)),
        "/invoice_pdf/a.pdf": samples.pdf(1) + word + b"\n%%EOF\n",
        "/invoice_ubl/a.xml": samples.ubl(1).replace(b"<cbc:ID>", b"<!-- " + word + b" --><cbc:ID>"),
        "/invoice_attachment/b.pdf": samples.pdf(2) + word + b"\n%%EOF\n",
        "/declaration_file/a.txt": declaration,
        "/many.zip": samples.zipped({"c.pdf": samples.pdf(3) + word + b"\n%%EOF\n"}),
        "/csv/packed.csv.gz": samples.gzipped(samples.CSV_HEADER + b'"NL01";"' + word + b'2";1.00\r\n'),
    }


def broken() -> dict[str, bytes]:
    """Files that are held or refused, each for what is in it."""
    word = CANARY.encode()
    zipped = bytearray(samples.zipped({f"{n}.csv": word * 100 + bytes([n]) for n in range(3)}))
    zipped[60] ^= 1
    return {
        "/csv/cut.csv": samples.CSV_HEADER + b'"NL01";"' + word,
        "/csv/other.csv": samples.CSV_HEADER + b'"NL09";"' + word + b'";1.00\r\n',
        "/csv/encoded.csv": samples.CSV_HEADER + b'"NL01";"' + word + b'\x82";1.00\r\n',
        "/csv/cut.xml": b"<invoices><invoice>" + word + b"</invoice>",
        "/csv/bad.json": b'[{"invoice": "' + word + b'"},]',
        "/invoice_ubl/bad.xml": b"<Invoice>" + word + b"</Invoice",
        "/invoice_pdf/bad.pdf": b"%PDF-1.7\n" + word,
        "/declaration_file/bad.txt": samples.declaration(8)[:400] + word,
        "/bad.zip": bytes(zipped),
        "/csv/bad.csv.gz": samples.gzipped(word * 100)[:-4],
        "/what.bin": word,
    }


def shapes() -> list[str]:
    """The canary as it could look: as it is, in base64 at each offset, escaped."""
    encoded = [base64.b64encode(b"x" * shift + CANARY.encode()).decode()[4:-4] for shift in range(3)]
    return [CANARY, CANARY.encode().hex(), *encoded]


def test_contents_are_in_no_log(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    bridge = make_bridge(
        log={"level": "debug", "format": "json"},
        destination={"rate_limit": 0, "timeout_seconds": 5.0},
        duplicates={"invoice_pdf": "send", "invoice_ubl": "send"},
    ).start()
    sftp = Sftp(key, bridge.port)
    destination.order(status=500, times=3)
    for faults in ({}, {"lose": True, "times": 2}, {"status": 422, "times": 20}, {"status": 429, "times": 2}):
        if faults:
            destination.order(**faults)
        for number, (path, content) in enumerate((whole() | broken()).items()):
            (tmp_path / str(number)).write_bytes(content)
            sftp.run(f'put "{tmp_path / str(number)}" "{path}"')
        until(lambda: not bridge.sql("SELECT id FROM uploads WHERE state = 'spooled'"))
    with sftp.start(f'put "{tmp_path / "1"}" "/csv/open.csv"') as client:
        client.kill()  # a partial
    bridge.kill()
    bridge.start()
    assert bridge.stop() == 0

    log = bridge.stderr
    assert log.count("\n") > 20, "hardly anything was logged"
    assert len(destination.requests()) > 12, "hardly anything was sent"
    assert [shape for shape in shapes() if shape in log] == []
