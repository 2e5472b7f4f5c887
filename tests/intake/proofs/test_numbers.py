"""Sets of invoice numbers, in eight bytes each."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from bridge.intake.proofs.numbers import REMEMBERED, NumberSet, Repeats

TEXTS = st.lists(st.text(max_size=3))


def of(texts: list[str]) -> NumberSet:
    numbers = NumberSet()
    for text in texts:
        numbers.add(text)
    return numbers


@given(mine=TEXTS, theirs=TEXTS)
def test_a_number_set_counts_as_a_set_does(mine: list[str], theirs: list[str]) -> None:
    numbers, others = of(mine), of(theirs)

    assert len(numbers) == len(mine)
    assert numbers.repeated() == len(mine) - len(set(mine))
    assert numbers.repeated(others) == len(mine) + len(theirs) - len(set(mine + theirs))
    assert numbers.missing_from(others) == len(set(mine) - set(theirs))


def test_numbers_take_about_eight_bytes_each() -> None:
    numbers = NumberSet()
    tracemalloc.start()

    numbers.add_hashes(map(hash, map(str, range(200_000))))

    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < 8.5 * 200_000
    assert numbers.repeated() == 0


def test_repeats_shows_repeats_of_early_numbers() -> None:
    repeats = Repeats()
    batch = 1000
    for start in range(0, 3 * REMEMBERED, batch):
        texts = [str(number) for number in range(start, start + batch)]
        repeats.see(texts, list(map(hash, texts)), lambda start=start: range(start, start + batch))  # type: ignore[misc]
    tail = ["late", str(2 * REMEMBERED), "5", "late"]
    repeats.see(tail, list(map(hash, tail)), lambda: range(100_000, 100_004))

    assert repeats.examples == ["5 in line 5 and in line 100,002", "late in line 100,000 and in line 100,003"]
