"""Counts as people say them."""

import pytest

from bridge.domain.wording import counted


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (5120, "5,120 files")]
)
def test_counts_agree_with_their_noun(count: int, said: str) -> None:
    assert counted(count, "file") == said


def test_a_noun_may_have_a_plural_of_its_own() -> None:
    assert counted(2, "file is", "files are") == "2 files are"
