"""Sizes are read as people write them."""

import pytest

from bridge.domain.errors import Invalid
from bridge.domain.sizes import parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1", 1),
        ("1048576", 1048576),
        ("500MB", 500_000_000),
        ("500m", 500_000_000),
        ("1.5 GB", 1_500_000_000),
        ("0.001kB", 1),
        (" 2GiB ", 2 * 1024**3),
        ("1 TiB", 1024**4),
        ("7B", 7),
    ],
)
def test_a_size_may_have_a_unit_and_decimals(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "MB", "-1", "0", "0.0001kB", "1,5GB", "5 apples", "1e9", "9" * 40, "1.5iB"]
)
def test_what_is_no_size_or_nothing_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="size"):
        parse_size(text)
