"""Written ranges, against a set of bytes."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.domain.errors import Refused
from bridge.spool.ranges import MAX_RANGES, Ranges

SIZE = 60
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, SIZE), st.integers(0, 12)),
        st.tuples(st.just("cut"), st.integers(0, SIZE), st.just(0)),
    ),
    max_size=30,
)


@given(steps, st.integers(0, SIZE + 12))
@example([("add", 0, 1), ("add", 2, 1)], 1)  # seen in CI
def test_ranges_know_what_a_set_of_bytes_knows(todo: list[tuple[str, int, int]], size: int) -> None:
    ranges, written = Ranges(), set[int]()
    for step, start, length in todo:
        if step == "add":
            ranges.add(start, start + length)
            written |= set(range(start, start + length))
        else:
            ranges.cut(start)
            written = {byte for byte in written if byte < start}

    assert ranges.covers(size) == (set(range(size)) <= written)
    assert ranges.first_gap() == next(byte for byte in range(1000) if byte not in written)
    pairs = list(zip(ranges._starts, ranges._ends, strict=True))
    assert all(start < end for start, end in pairs)
    assert all(one[1] < two[0] for one, two in pairwise(pairs))  # merged, in order


def test_a_sequential_file_is_one_range() -> None:
    ranges = Ranges()
    for offset in range(0, 10_000_000, 1000):
        ranges.add(offset, offset + 1000)

    assert ranges._starts == [0]
    assert ranges.covers(10_000_000)


def test_a_file_of_crumbs_is_refused() -> None:
    ranges = Ranges()
    for number in range(MAX_RANGES):
        ranges.add(number * 2, number * 2 + 1)

    with pytest.raises(Refused, match="too many"):
        ranges.add(10**9, 10**9 + 1)
