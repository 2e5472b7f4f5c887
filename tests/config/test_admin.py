"""Whose word is taken about who asks: only that of proxies that are named."""

import pytest
from pydantic import ValidationError

from bridge.config.admin import AdminSettings


def test_nobody_is_trusted_unless_it_is_said() -> None:
    assert AdminSettings().trusted_proxies == ()


@pytest.mark.parametrize("value", ["127.0.0.1", "::1", "10.0.0.0/24", "2001:db8::/64"])
def test_addresses_and_networks_are_taken(value: str) -> None:
    assert AdminSettings.model_validate({"trusted_proxies": [value]}).trusted_proxies == (value,)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("*", "expected addresses such as"),
        ("proxy.example", "expected addresses such as"),
        ("10.0.0.1/24", "expected addresses such as"),
        ("0.0.0.0/0", "everybody"),
        ("::/0", "everybody"),
    ],
)
def test_what_would_trust_anybody_or_nobody_is_refused(value: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        AdminSettings.model_validate({"trusted_proxies": [value]})
