"""Settings refuse values that could not work."""

import pytest
from pydantic import ValidationError

from bridge.config.settings import DestinationSettings, LedgerSettings, SftpSettings, SpoolSettings


@pytest.mark.parametrize(
    "url",
    ["https://backend.paytsoftware.com", "http://127.0.0.1:8800/", "http://[::1]:1", "http://localhost"],
)
def test_https_and_loopback_are_destinations(url: str) -> None:
    assert DestinationSettings(base_url=url).base_url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    ["http://10.0.0.1", "ftp://h", "https://", "https://h/?q", "https://u:p@h", "http://127.0.0.1.evil.com"],
)
def test_what_could_leak_files_or_secrets_is_no_destination(url: str) -> None:
    with pytest.raises(ValidationError):
        DestinationSettings(base_url=url)


@pytest.mark.parametrize("name", ["Host", "content-length", "X Y", "Ünicode"])
def test_a_header_that_the_bridge_sets_or_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        DestinationSettings.model_validate({"extra_headers": {name: "x"}})


def test_a_header_value_cannot_break_out_of_its_line() -> None:
    with pytest.raises(ValidationError):
        DestinationSettings.model_validate({"extra_headers": {"X-Key": "a\r\nHost: b"}})


def test_only_known_kinds_of_ledger_and_spool_are_taken() -> None:
    with pytest.raises(ValidationError):
        LedgerSettings.model_validate({"url": "mysql://h/x"})
    with pytest.raises(ValidationError):
        SpoolSettings(url="s3://bucket")


def test_a_public_host_is_a_name_or_an_address_without_a_port() -> None:
    assert SftpSettings(public_host="sftp.example.com").public_host == "sftp.example.com"
    with pytest.raises(ValidationError, match="without a port"):
        SftpSettings(public_host="sftp.example.com:22")
