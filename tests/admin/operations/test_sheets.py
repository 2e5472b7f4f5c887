"""A sheet tells the server's own keys as clients and ssh-keygen show them."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.admin.operations import accounts, sheets
from bridge.admin.operations.desk import Desk
from bridge.config.settings import SftpSettings
from bridge.domain.audit import Actor, Way
from bridge.domain.errors import NotFound
from bridge.domain.roles import Role
from bridge.domain.terms import Terms
from bridge.sftp import hostkeys


@pytest.fixture(autouse=True)
def _account(desk: Desk) -> None:
    accounts.add(desk, name="jansen", administration_codes=["A1"], password="x")


def test_fingerprints_are_those_of_ssh_keygen(tmp_path: Path) -> None:
    hostkeys.load(tmp_path)

    found = sheets.host_keys(tmp_path)

    assert [key.algorithm for key in found] == ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"]
    for key, name in zip(found, ("ed25519", "ecdsa", "rsa"), strict=True):
        for kind, text in (("sha256", f"SHA256:{key.sha256}"), ("md5", f"MD5:{key.md5}")):
            shown = subprocess.run(
                ["ssh-keygen", "-l", "-E", kind, "-f", tmp_path / f"ssh_host_{name}_key.pub"],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            assert shown.split()[1] == text
    assert found[0].winscp == f"ssh-ed25519 255 {found[0].sha256}="
    assert found[2].winscp.startswith("ssh-rsa 3072 ")


def test_a_key_in_pem_is_told_too_and_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    key = tmp_path / "ssh_host_rsa_key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", key], check=True
    )
    (tmp_path / "ssh_host_ed25519_key").write_text("no key")

    assert [one.algorithm for one in sheets.host_keys(tmp_path)] == ["ssh-rsa"]
    assert sheets.host_keys(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("sftp", "told"),
    [
        (SftpSettings(), (None, 2222, "[HOST]:2222 ")),
        (SftpSettings(port=0), (None, None, "[HOST]:PORT ")),
        (SftpSettings(public_host="a.example", public_port=22), ("a.example", 22, "a.example ")),
        (SftpSettings(public_host="2001:db8::7"), ("2001:db8::7", 2222, "[2001:db8::7]:2222 ")),
    ],
)
def test_where_the_door_is_is_what_the_settings_say(
    desk: Desk, tmp_path: Path, sftp: SftpSettings, told: tuple[str | None, int | None, str]
) -> None:
    host, port, known = told
    hostkeys.load(tmp_path)
    settings = desk.settings.model_copy(update={"sftp": sftp, "keys_dir": tmp_path})

    sheet = sheets.sheet(replace(desk, settings=settings), name="jansen")

    assert (sheet.host, sheet.port) == (host, port)
    assert (sheet.known_hosts or "").startswith(f"{known}ssh-ed25519 ")
    assert sheet.address == ("[2001:db8::7]" if host == "2001:db8::7" else host or "HOST")


def test_its_language_is_that_of_the_account(desk: Desk) -> None:
    before = sheets.sheet(desk, name="jansen").language
    accounts.change(desk, name="jansen", terms=Terms(language="nl"))

    assert (before, sheets.sheet(desk, name="jansen").language) == ("en", "nl")
    assert sheets.sheet(desk, name="jansen", language="en").language == "en"


def test_another_tenants_sheet_is_none(desk: Desk) -> None:
    other = accounts.add(desk, name="other", administration_codes=["B2"], password="x").account
    viewer = Actor(who="v", way=Way.CONSOLE, role=Role.VIEWER, account=other.id)

    with pytest.raises(NotFound):
        sheets.sheet(replace(desk, actor=viewer), name="jansen")
