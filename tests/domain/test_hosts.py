"""A host is what a client can be given: a name or an address, nothing around it."""

import pytest

from bridge.domain.hosts import is_host


@pytest.mark.parametrize("text", ["sftp.example.com", "bridge", "192.0.2.7", "2001:db8::7", "a-1.b"])
def test_names_and_addresses_are_hosts(text: str) -> None:
    assert is_host(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sftp://a.b",
        "a.b:22",
        "[2001:db8::7]",
        "a b",
        "-a",
        "a..b",
        "a/b",
        "x" * 64,
        ".".join(["ab"] * 99),
    ],
)
def test_what_stands_around_a_host_is_none(text: str) -> None:
    assert not is_host(text)
