"""`bridge check` says what is missing and what to do, and changes nothing."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bridge.admin.operations import checks
from bridge.admin.operations.checks import Finding
from bridge.admin.operations.desk import open_desk
from bridge.config import Settings
from bridge.config.settings import DestinationSettings, LedgerSettings, SftpSettings
from bridge.runtime.sealing import Sealer
from tests.support.clock import DAY, NOON


@contextmanager
def listening(context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Listen on loopback; with a *context*, shake hands with whoever comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    try:
                        if context is not None:
                            context.wrap_socket(connection, server_side=True).close()
                    except OSError:
                        pass

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def certificate(folder: Path) -> Path:
    """Make a self-signed certificate for localhost, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOON - 3650 * DAY)
        .not_valid_after(NOON + 3650 * DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "ca.pem"
    file.write_bytes(
        made.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return file


def settings(folder: Path, *, url: str = "http://127.0.0.1:1", ca_file: Path | None = None) -> Settings:
    return Settings(
        data_dir=folder / "data",
        keys_dir=folder / "keys",
        destination=DestinationSettings(base_url=url, ca_file=ca_file),
    )


def look(chosen: Settings) -> dict[str, Finding]:
    return {finding.part: finding for finding in checks.run(chosen, now=NOON)}


def test_before_the_first_start_all_is_well_and_nothing_is_made(tmp_path: Path) -> None:
    with listening() as port:
        found = look(settings(tmp_path, url=f"http://127.0.0.1:{port}"))

    assert [part for part, finding in found.items() if not finding.is_good] == []
    assert list(tmp_path.iterdir()) == []


def test_after_the_first_command_the_ledger_opens(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    with open_desk(chosen):
        pass
    Sealer.from_folder(chosen.keys_dir)

    found = look(chosen)

    assert found["ledger"].text.endswith("opens; migrated")
    assert found["keys"].is_good
    assert chosen.data_dir.stat().st_mode & 0o777 == 0o700


def test_a_file_that_is_no_ledger_is_said(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"x" * 5000)
    chosen = settings(tmp_path).model_copy(
        update={"ledger": LedgerSettings.model_validate({"url": f"sqlite:///{tmp_path}/ledger.db"})}
    )

    assert "not a database" in look(chosen)["ledger"].text


def test_a_destination_that_does_not_answer_is_said(tmp_path: Path) -> None:
    found = look(settings(tmp_path))["destination"]

    assert not found.is_good
    assert "127.0.0.1 port 1 does not answer" in found.text


def test_a_certificate_must_be_trusted(tmp_path: Path) -> None:
    file = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    with listening(context) as port:
        url = f"https://localhost:{port}"
        unknown = look(settings(tmp_path, url=url))["destination"]
        known = look(settings(tmp_path, url=url, ca_file=file))["destination"]

    assert not unknown.is_good
    assert "destination.ca_file" in unknown.text
    assert known.is_good
    assert "TLSv1.3, certificate good until" in known.text


def test_a_certificate_that_ends_soon_is_said(tmp_path: Path) -> None:
    file = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    with listening(context) as port:
        chosen = settings(tmp_path, url=f"https://localhost:{port}", ca_file=file)
        *_, found = checks.run(chosen, now=NOON + timedelta(days=3645))

    assert "which is soon" in found.text


def test_keys_that_others_can_read_are_said(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    Sealer.from_folder(chosen.keys_dir)
    (chosen.keys_dir / "secrets.key").chmod(0o644)
    assert "chmod 600" in look(chosen)["keys"].text

    chosen.keys_dir.chmod(0o755)
    assert "chmod 700" in look(chosen)["keys"].text


def test_too_little_space_is_said(tmp_path: Path) -> None:
    chosen = settings(tmp_path).model_copy(update={"sftp": SftpSettings(min_free_bytes=2**60)})

    assert "uploads would be refused" in look(chosen)["spool"].text


@pytest.mark.parametrize("part", ["ledger", "spool"])
def test_a_folder_that_cannot_be_is_said(tmp_path: Path, part: str) -> None:
    (tmp_path / "data").write_text("a file")

    assert "is no folder" in look(settings(tmp_path))[part].text
