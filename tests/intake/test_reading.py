"""Reading in pieces: both ends of what passes by, one place in a file for each thread, and the stop."""

import os
from pathlib import Path

import pytest

from bridge.domain.errors import Unavailable
from bridge.intake.reading import HEAD_BYTES, PIECE_BYTES, TAIL_BYTES, Ends, Stopping, pieces_at

LONG = os.urandom(3 * HEAD_BYTES)


@pytest.mark.parametrize("step", [1, 1000, TAIL_BYTES, HEAD_BYTES - 1, HEAD_BYTES, 10 * HEAD_BYTES])
@pytest.mark.parametrize("size", [0, 1, TAIL_BYTES, TAIL_BYTES + 1, HEAD_BYTES, HEAD_BYTES + 1, len(LONG)])
def test_both_ends_are_kept_in_whatever_pieces_it_passes(size: int, step: int) -> None:
    content = LONG[:size]
    ends = Ends()

    for at in range(0, size, step):
        ends.see(content[at : at + step])
        assert ends.head == content[: min(at + step, HEAD_BYTES)]

    assert (ends.head, ends.tail, ends.size) == (content[:HEAD_BYTES], content[-TAIL_BYTES:], size)


@pytest.mark.parametrize(("at", "size"), [(0, 0), (0, 10), (5, PIECE_BYTES + 1), (1, 2 * PIECE_BYTES)])
def test_a_part_of_a_file_is_read_without_moving_its_position(tmp_path: Path, at: int, size: int) -> None:
    content = os.urandom(3 * PIECE_BYTES)
    (tmp_path / "x").write_bytes(content)

    with (tmp_path / "x").open("rb") as file:
        read = list(pieces_at(file.fileno(), at, size, Stopping()))

        assert file.tell() == 0
    assert b"".join(read) == content[at : at + size]
    assert max(map(len, read), default=0) <= PIECE_BYTES


def test_a_part_that_reaches_behind_the_end_is_what_there_is(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"12345")

    with (tmp_path / "x").open("rb") as file:
        assert b"".join(pieces_at(file.fileno(), 3, 100, Stopping())) == b"45"


def test_the_stop_of_a_whole_stops_its_part_and_not_the_other_way_round() -> None:
    whole = Stopping()
    one, other = Stopping(whole), Stopping(whole)

    one.set()
    with pytest.raises(Unavailable):
        one.check()
    other.check()
    whole.check()

    whole.set()
    with pytest.raises(Unavailable):
        other.check()
