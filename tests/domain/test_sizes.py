"""Sizes are read as people write them."""

import pytest

from bridge.domain.errors import Invalid
from bridge.domain.sizes import parse_size, size


@pytest.mark.parametrize(
    ("text", "count"),
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
def test_a_size_may_have_a_unit_and_decimals(text: str, count: int) -> None:
    assert parse_size(text) == count


@pytest.mark.parametrize(
    "text", ["", "MB", "-1", "0", "0.0001kB", "1,5GB", "5 apples", "1e9", "9" * 40, "1.5iB"]
)
def test_what_is_no_size_or_nothing_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (1234, "1.23 kB"),
        (20_480, "20.5 kB"),
        (999_499, "999 kB"),
        (999_501, "1 MB"),
        (5 * 1024**3, "5.37 GB"),
        (10**13, "10 TB"),
    ],
)
def test_a_size_is_said_with_three_digits(count: int, words: str) -> None:
    assert size(count) == words
