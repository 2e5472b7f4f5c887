"""Whether a PDF has both of its ends."""

import pytest

from bridge.intake.plan import Flaw
from bridge.intake.proofs.pdf import check_ends
from bridge.intake.reading import Ends

WHOLE = b"%PDF-1.7\n" + b"x" * 5000 + b"\n%%EOF\n"


def prove(content: bytes, step: int = 65536) -> None:
    ends = Ends()
    for at in range(0, len(content), step):
        ends.see(content[at : at + step])
    check_ends(ends.head, ends.tail, ends.size)


@pytest.mark.parametrize("step", [1, 7, 1023, 1024, 1025, 65536])
def test_a_whole_pdf_passes_in_any_pieces(step: int) -> None:
    prove(WHOLE, step)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf\r\n" + WHOLE,
        b"x" * 1019 + WHOLE,
        WHOLE + b"\0" * 1018,
        WHOLE + b" \r\n" * 100,
        b"%PDF-1.4 %%EOF",
    ],
)
def test_padding_around_a_pdf_is_tolerated(content: bytes) -> None:
    prove(content)
    prove(content, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"x" * 1020 + WHOLE, "no %PDF- within the first 1,024 bytes"),
        (b"<html>", "no %PDF- within the first 1,024 bytes"),
        (
            b"%PDF-" + b"x" * 48_206,
            "no %%EOF in the last 1,024 of 48,211 bytes: the file may have been cut off",
        ),
        (WHOLE + b"\0" * 1020, "no %%EOF in the last 1,024 of 6,036 bytes: the file may have been cut off"),
        (b"%PDF-1.4", "no %%EOF in its 8 bytes: the file may have been cut off"),
    ],
)
@pytest.mark.parametrize("step", [1, 65536])
def test_a_pdf_without_one_of_its_ends_is_flawed(content: bytes, said: str, step: int) -> None:
    with pytest.raises(Flaw) as caught:
        prove(content, step)

    assert str(caught.value) == said
