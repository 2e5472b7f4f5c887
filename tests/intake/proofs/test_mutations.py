"""Mutated files: whatever is changed, a proof ends well or in a `Flaw`, soon and in little memory.

The short form runs with the suite, the campaign of 20,000 with ``tests/run --campaign``.
"""

import json
import resource
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from bridge.intake.plan import Flaw
from bridge.intake.proofs import Proof
from bridge.intake.proofs.declaration import DeclarationProof
from bridge.intake.proofs.json import JsonProof
from bridge.intake.proofs.pdf import check_ends
from bridge.intake.proofs.table import TableProof
from bridge.intake.proofs.xml import XmlProof
from bridge.intake.reading import Ends
from tests.intake.proofs.test_declaration import declaration
from tests.intake.proofs.test_json import DATA as JSON
from tests.intake.proofs.test_pdf import WHOLE as PDF
from tests.intake.proofs.test_xml import DATA as XML
from tests.intake.proofs.test_xml import INVOICE

SECONDS = 2  # of processor time for one file; a shared machine may take its own time
ROUND = 1000  # examples; Hypothesis remembers those of a round
MEGABYTES = 64  # that all files of a run may add to the process
HEADER = "administration_code;invoice_number;invoice_date;invoice_due_date;invoice_open_amount_inc_vat;name"
ROWS = [f'NL01;F{n};2026-01-0{n % 9 + 1};2026-02-01;{n},50;"Bakker ""{n}"" é"' for n in range(40)]


class Paper:
    """The ends of a PDF, looked at as the other kinds are."""

    def __init__(self) -> None:
        self._ends = Ends()

    def feed(self, piece: bytes) -> None:
        self._ends.see(piece)

    def end(self) -> None:
        check_ends(self._ends.head, self._ends.tail, self._ends.size)


SAMPLES: dict[str, tuple[Callable[[], Proof], list[bytes]]] = {
    "csv": (
        TableProof,
        [
            "\r\n".join([HEADER, *ROWS, ""]).encode(),
            b"\xef\xbb\xbf" + "\n".join([HEADER, *ROWS, ""]).replace(";", ",").replace(",50", ".50").encode(),
            b'"invoice_number","note"\n"1","first\r\nsecond; third"\n"2",""\n',
            b"invoice_number\n1\n2\n",
        ],
    ),
    "xml": (
        XmlProof,
        [
            XML.encode(),
            INVOICE.encode(),
            INVOICE.replace("UTF-8", "utf-16").encode("utf-16"),
            INVOICE.replace("UTF-8", "windows-1252").encode("windows-1252"),
            b'<!DOCTYPE a SYSTEM "a.dtd"><?p q?><!-- c --><a b="&lt;1"><![CDATA[<x>]]>&#233;</a>',
        ],
    ),
    "json": (
        JsonProof,
        [
            json.dumps(JSON).encode(),
            b"\xef\xbb\xbf" + json.dumps(JSON, ensure_ascii=False, indent=1).encode(),
            b'[1.5e3, -0, true, false, null, "\\u00e9\\ud83d\\ude00\\n", [], {}, {"a": [[["b"]]]}]',
        ],
    ),
    "pdf": (Paper, [PDF, b"%PDF-1.4\n%%EOF"]),
    "declaration": (
        DeclarationProof,
        [
            declaration(),
            declaration(b"\n", b"193"),
            declaration(b"", b"106"),
            declaration(code=b"177"),
        ],
    ),
}
EXTREMES = [
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b'"',
    b"\r",
    b"\n",
    b"\x1a",
    b"<",
    b">",
    b"&",
    b"]]>",
]
EXTREMES += [b"{", b"}", b"[", b"]", b",", b";", b"\\u", b"99", b"<!DOCTYPE a [", b"<!--", b"e9", b"0" * 5000]
PLACES = 1 << 30


@st.composite
def mutated(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """Return one of *originals* with some bytes flipped, put, dropped, doubled, inserted or spliced."""
    content = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, PLACES)) % (len(content) + 1)
        match draw(st.sampled_from(["flip", "put", "drop", "double", "insert", "splice"])):
            case "flip" if at < len(content):
                content[at] ^= 1 << draw(st.integers(0, 7))
            case "put" | "insert" as how:
                value = draw(st.sampled_from(EXTREMES) | st.binary(min_size=1, max_size=30))
                content[at : at + len(value) * (how == "put")] = value
            case "drop":
                del content[at : at + draw(st.integers(1, 60) | st.just(len(content)))]
            case "double":
                content[at:at] = content[at : at + draw(st.integers(1, 200))] * draw(
                    st.sampled_from([1, 300])
                )
            case "splice":
                other = draw(st.sampled_from(originals))
                content[at:] = other[draw(st.integers(0, PLACES)) % (len(other) + 1) :]
            case _:
                pass
    return bytes(content)


def check(make: Callable[[], Proof], content: bytes, step: int) -> str | None:
    """Return the flaw of *content*, or None; whatever else comes out is an error of the test."""
    began = time.process_time()
    said = None
    proof = make()
    try:
        for at in range(0, len(content), step):
            proof.feed(content[at : at + step])
        proof.end()
    except Flaw as flaw:
        said = str(flaw)
        assert said.isprintable()
        assert 0 < len(said) < 400
    assert time.process_time() - began < SECONDS
    return said


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(
    kind: str, examples: int, also: Callable[[bytes, str | None], None] = lambda _content, _said: None
) -> None:
    make, originals = SAMPLES[kind]
    for content in originals:
        assert check(make, content, 65536) is None
    before = memory()
    for number in range(0, examples, ROUND):

        @seed(number)
        @settings(
            max_examples=min(ROUND, examples),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(content=mutated(originals), step=st.sampled_from([7, 1000, 65536]))
        def every(content: bytes, step: int) -> None:
            also(content, check(make, content, step))

        every()
    assert memory() - before < MEGABYTES


def agrees_with_python(content: bytes, said: str | None) -> None:
    """Fail if Python's json, strict but for its constants, thinks otherwise of *content*."""
    if said is not None and ("digits" in said or "out of range" in said or "in each other" in said):
        return
    try:
        json.loads(content.removeprefix(b"\xef\xbb\xbf").decode(), parse_constant=int)
    except ValueError:
        assert said is not None
    else:
        assert said is None


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_mutated_file_is_whole_or_has_a_flaw(kind: str) -> None:
    run(kind, 300)


def test_mutated_json_is_flawed_exactly_if_python_finds_it_so() -> None:
    run("json", 300, agrees_with_python)


@pytest.mark.campaign
@pytest.mark.parametrize("kind", SAMPLES)
def test_twenty_thousand_mutated_files_are_whole_or_have_a_flaw(kind: str) -> None:
    run(kind, 20_000)


@pytest.mark.campaign
def test_twenty_thousand_mutated_files_of_json_are_flawed_exactly_if_python_finds_them_so() -> None:
    run("json", 20_000, agrees_with_python)
