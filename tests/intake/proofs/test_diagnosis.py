"""What is wrong, said with the place; more of it in test_table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.intake.proofs.diagnosis import Diagnosis, line_ends


@given(st.text(st.sampled_from("a\r\n"), max_size=20))
def test_line_ends_are_counted_in_all_three_forms(text: str) -> None:
    assert line_ends(text.encode()) == len((text + "x").splitlines()) - 1


@pytest.mark.parametrize(
    ("offset", "place"), [(0, "line 5 (byte 1,000)"), (2, "line 5 (byte 1,002)"), (3, "line 6 (byte 1,003)")]
)
def test_a_place_counts_from_the_begin_of_the_file(offset: int, place: str) -> None:
    diagnosis = Diagnosis(b"ab\ncd\n", line=5, at=1000, delimiter=";")

    assert str(diagnosis.at(offset, "this")) == f"{place}: this"
