"""What is listened on everywhere is reached at loopback."""

import pytest

from bridge.runtime.addresses import in_url, reachable


@pytest.mark.parametrize(
    ("listened", "reached"),
    [
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104  nothing is bound here
        ("::", "::1"),
        ("10.1.2.3", "10.1.2.3"),
        ("localhost", "localhost"),
    ],
)
def test_an_address_to_connect_to(listened: str, reached: str) -> None:
    assert reachable(listened) == reached


def test_a_version_6_address_stands_in_brackets() -> None:
    assert in_url("::1") == "[::1]"
    assert in_url("127.0.0.1") == "127.0.0.1"
