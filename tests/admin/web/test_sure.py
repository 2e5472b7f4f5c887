"""What is said after many were decided about."""

import pytest

from bridge.admin.web.sure import ids_of, told
from bridge.domain.errors import Invalid


def test_ids_count_once_and_are_numbers() -> None:
    assert ids_of(["2", "1", "2"]) == [2, 1]
    with pytest.raises(Invalid):
        ids_of(["u1"])


def test_refusals_are_told_a_few_of_them() -> None:
    assert told("Cancel", 2, []) == "Cancel: done for 2 files."
    assert told("Cancel", 0, ["a is gone."]) == "Cancel: nothing was changed. 1 file could not: a is gone."
    assert told("Cancel", 1, list("abcde")).endswith("5 files could not: a. b. c. And 2 more.")
