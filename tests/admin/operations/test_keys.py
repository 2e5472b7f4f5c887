"""Public keys are read as senders hand them over; what is weak, private or damaged is refused."""

import shutil
import subprocess
from pathlib import Path

import pytest

from bridge.admin.operations.keys import parse
from bridge.domain.errors import Invalid

ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINz8WUVw4OdqAz9Akcui5qC91V2w2hDWc3oyUwPJfDqL anna@desk\n"
FINGERPRINT = "SHA256:ct4IqGUO3dFVFo+9NNC/miNJI2AIcnazsYEJKPL3mvU"  # by ssh-keygen -l
BODY = ED25519.split(" ")[1]


def test_a_pub_file_gives_the_key_its_comment_and_the_usual_fingerprint() -> None:
    [key] = parse(ED25519)

    assert key.fingerprint == FINGERPRINT
    assert key.public_key == f"ssh-ed25519 {BODY}"
    assert key.comment == "anna@desk"


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH's own tool makes the keys")
@pytest.mark.parametrize("kind", [("ecdsa", "256"), ("ecdsa", "521"), ("rsa", "2048"), ("ed25519", "256")])
def test_the_fingerprint_is_the_one_of_ssh_keygen_in_each_format(
    tmp_path: Path, kind: tuple[str, str]
) -> None:
    file = tmp_path / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind[0], "-b", kind[1], "-N", "", "-C", "anna desk", "-f", file],
        check=True,
    )
    public = Path(f"{file}.pub")
    shown = subprocess.run(["ssh-keygen", "-lf", public], check=True, capture_output=True, text=True).stdout
    ssh2 = subprocess.run(
        ["ssh-keygen", "-e", "-f", public], check=True, capture_output=True, text=True
    ).stdout

    [key] = parse(public.read_text())
    [same] = parse(ssh2.replace("\n", "\r\n"))

    assert key.fingerprint == same.fingerprint == shown.split(" ")[1]
    assert key.public_key == same.public_key
    assert key.comment == "anna desk"
    with pytest.raises(Invalid, match="private key"):
        parse(file.read_text())


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH's own tool makes the keys")
def test_a_short_rsa_key_is_too_weak(tmp_path: Path) -> None:
    file = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "1024", "-N", "", "-f", file], check=True)

    with pytest.raises(Invalid, match="1024 bits"):
        parse(Path(f"{file}.pub").read_text())


def test_several_lines_with_comments_and_blanks_are_several_keys() -> None:
    assert len(parse(f"# ours\n\n{ED25519}\n{ED25519}")) == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no public key"),
        ("# only a comment\n", "no public key"),
        ("hello", "no OpenSSH public key"),
        (f'command="x" {ED25519}', "options"),
        (f"restrict {ED25519}", "options"),
        (f"ssh-dss {BODY}", "DSA"),
        (f"ssh-ed25519-cert-v01@openssh.com {BODY}", "certificate"),
        (f"ssh-rsa {BODY}", "damaged"),
        (f"ssh-ed25519 {BODY[:-8]}", "damaged"),
        ("ssh-ed25519", "damaged"),
        ("ssh-ed25519 é", "damaged"),
        ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----", "no OpenSSH public key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nx", "private"),
        ("PuTTY-User-Key-File-3: ssh-ed25519\nx", "private"),
    ],
)
def test_what_cannot_log_in_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        parse(text)
