"""Mutated zips and .gz: whatever is changed, the end is a plan or a planned stop, soon and in little memory.

The short form runs with the suite, the campaign of 20,000 with ``tests/run --campaign``.
"""

import gzip
import resource
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from bridge.config.judging import GuardSettings
from bridge.config.settings import IntakeSettings
from bridge.domain.uploads import Upload, UploadId, UploadState
from bridge.intake.examine import Examiner
from bridge.intake.plan import Plan, Stop
from bridge.intake.reading import Stopping
from bridge.spool.local import LocalSpool
from tests.domain.test_routes import ONE
from tests.intake.house import NOON
from tests.intake.zips import (
    CSV,
    DESCRIPTOR,
    PDF,
    UTF8,
    Part,
    build,
    build64,
    sized,
    unicode_path,
    zip64_extra,
)

SECONDS = 2  # of processor time for one file; a shared disk may take its own time
ROUND = 1000  # examples; Hypothesis remembers those of a round, which alone took 10 KB each
MEGABYTES = 64  # that all files of a run may add to the process
ZIPS = [
    build(Part(name=b"d/x.csv", content=CSV), Part(name=b"1.pdf", content=PDF * 300, method=0)),
    build(
        Part(name="é.pdf".encode(), content=PDF, flags=UTF8),
        Part(name=b"_.xml", content=b"<a/>", extra=unicode_path(b"_.xml", "ë.xml")),
        Part(name=b"d\\", external=0x10),
        comment=b"comment",
    ),
    build64(
        Part(
            name=b"a.csv",
            content=CSV * 5,
            flags=DESCRIPTOR,
            local={"crc": 0, "packed": 0, "unpacked": 0},
            descriptor=sized("L", 1, 2, 3),
        ),
        Part(name=b"b.csv.gz", content=gzip.compress(CSV, mtime=0)),
        Part(name=b"c.pdf", content=PDF, unpacked_bytes=0xFFFFFFFF, extra=zip64_extra(len(PDF))),
    ),
    build(Part(name=b"inner.zip", content=build(Part(name=b"1.pdf", content=PDF)), method=0)),
]
GZIPS = [gzip.compress(CSV * 200, mtime=0), gzip.compress(CSV, mtime=0) * 3, gzip.compress(b"", mtime=0)]
EXTREMES = [
    b"\0",
    b"\xff",
    b"\xff\xff",
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"PK\x05\x06",
    b"PK\x01\x02",
    b"PK\x03\x04",
]


@st.composite
def mutated(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """Return one of *originals* with some bytes changed, doubled, dropped, cut or added."""
    content = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, 4))):
        # Directories are at the end: half of the changes go there.
        last = len(content)
        at = draw(st.integers(0, last) | st.integers(max(0, last - 150), last))
        match draw(st.sampled_from(["flip", "put", "drop", "double", "cut", "insert"])):
            case "flip" if at < last:
                content[at] ^= 1 << draw(st.integers(0, 7))
            case "put":
                value = draw(st.sampled_from(EXTREMES) | st.binary(min_size=1, max_size=8))
                content[at : at + len(value)] = value
            case "drop":
                del content[at : at + draw(st.integers(1, 60))]
            case "double":
                content[at:at] = content[at : at + draw(st.integers(1, 200))]
            case "cut":
                del content[at:]
            case "insert":
                content[at:at] = draw(st.binary(min_size=1, max_size=30))
            case _:
                pass
    return bytes(content)


class Bench:
    """Examines content after content and checks what must hold each time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spool = LocalSpool(folder)
        self.examiner = Examiner(
            spool=self.spool,
            settings=IntakeSettings(max_unpacked_bytes=1024 * 1024, max_members=50),
            guards=GuardSettings(),
            stopping=Stopping(),
            last_delivered=lambda _: None,
        )

    def files(self) -> set[Path]:
        return {path for path in self.folder.rglob("*") if path.is_file()}

    def check(self, name: str, content: bytes) -> None:
        blob = self.folder / "blobs" / "upload"
        blob.write_bytes(content)
        upload = Upload(
            id=UploadId(1),
            account_id=ONE.id,
            folder="/",
            name=name,
            state=UploadState.SPOOLED,
            blob="upload",
            size=len(content),
            closed_at=NOON,
            arrival=1,
            ready_at=NOON,
        )
        began = time.process_time()

        decision = self.examiner.examine(ONE, upload)

        assert time.process_time() - began < SECONDS
        made = self.files() - {blob}
        match decision:
            case Stop():
                assert made == set()
                assert decision.detail.isprintable()
            case Plan():
                expected = {self.spool.path(document.blob) for document in decision.documents}
                assert made | {blob} == expected | {blob}
        for path in made:
            path.unlink()


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(folder: Path, name: str, originals: list[bytes], examples: int) -> None:
    bench = Bench(folder)
    for content in originals:
        bench.check(name, content)
    before = memory()
    for number in range(0, examples, ROUND):

        @seed(number)
        @settings(
            max_examples=min(ROUND, examples),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(content=mutated(originals))
        def every(content: bytes) -> None:
            bench.check(name, content)

        every()
    assert memory() - before < MEGABYTES


@pytest.mark.parametrize(("name", "originals"), [("a.zip", ZIPS), ("a.csv.gz", GZIPS)])
def test_a_mutated_file_ends_in_a_plan_or_a_planned_stop(
    tmp_path: Path, name: str, originals: list[bytes]
) -> None:
    run(tmp_path, name, originals, 300)


@pytest.mark.campaign
@pytest.mark.parametrize(("name", "originals"), [("a.zip", ZIPS), ("a.csv.gz", GZIPS)])
def test_twenty_thousand_mutated_files_end_in_plans_or_planned_stops(
    tmp_path: Path, name: str, originals: list[bytes]
) -> None:
    run(tmp_path, name, originals, 20_000)
