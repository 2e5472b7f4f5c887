"""Members are written by several threads, and come out as if one had done it."""

import hashlib
import os
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from bridge.domain.errors import Unavailable
from bridge.domain.reasons import ReasonCode
from bridge.intake import archive
from bridge.intake.archive import Unpacking
from bridge.intake.extraction import Chosen, Extracted, extract
from bridge.intake.plan import Halt, Plan, Stop
from bridge.intake.reading import PIECE_BYTES, Stopping
from tests.intake.house import House
from tests.intake.zips import PDF, Part, build

MIB = 1024 * 1024


class Inline(Executor):
    """Does what it is given at once, and keeps how it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.asked.append(args)
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def papers(count: int) -> list[Part]:
    """PDFs, each with a name and bytes of its own."""
    return [Part(name=b"%d.pdf" % n, content=PDF + b"%d" % n) for n in range(count)]


def damaged(part: Part) -> Part:
    """The same with a checksum that is not its own."""
    return Part(name=part.name, content=part.content, crc=1)


@contextmanager
def opened(house: House, content: bytes) -> Iterator[tuple[Unpacking, BinaryIO, Sequence[Chosen]]]:
    """A zip of which nothing is unpacked yet."""
    path = house.folder / "made.zip"
    path.write_bytes(content)
    with (
        path.open("rb") as file,
        Unpacking(house.spool, house.settings, Stopping()) as unpacking,
    ):
        yield unpacking, file, unpacking.choose(file, size=len(content), encoding=None)


def written(house: House) -> list[Path]:
    """What the spool holds that is no blob yet."""
    return list((house.folder / "spool" / "drafts").iterdir())


def test_members_of_all_sizes_come_out_in_their_order_with_their_own_bytes(house: House) -> None:
    chance = random.Random(7)  # noqa: S311  made-up files, the same each time
    sizes = [chance.choice([15, 20_000, PIECE_BYTES, PIECE_BYTES + 1, MIB + 1]) for _ in range(150)]
    parts = [
        Part(
            name=b"%d.pdf" % number,
            content=b"%PDF-1.7\n" + chance.randbytes(size) + b"\n%%EOF\n",
            method=chance.choice([0, 8]),
        )
        for number, size in enumerate(sizes)
    ]

    decision = house.examine("/a.zip", build(*parts))

    assert isinstance(decision, Plan), decision
    assert [document.name for document in decision.documents] == [part.name.decode() for part in parts]
    for document, part in zip(decision.documents, parts, strict=True):
        assert document.reason is None
        assert house.spool.path(document.blob).read_bytes() == part.content
        assert (document.size, document.sha256) == (
            len(part.content),
            hashlib.sha256(part.content).hexdigest(),
        )


@pytest.mark.parametrize(("first", "second"), [(3, 5), (3, 90), (70, 100)])
def test_the_first_flaw_in_the_order_of_the_archive_is_told(house: House, first: int, second: int) -> None:
    parts = papers(200)
    for at in (second, first):
        parts[at] = damaged(parts[at])

    decision = house.examine("/a.zip", build(*parts))

    assert isinstance(decision, Stop)
    assert (decision.reason, decision.detail) == (
        ReasonCode.BROKEN_ARCHIVE,
        f"{first}.pdf: its checksum is wrong",
    )
    assert len(house.files()) == 1


def test_what_a_member_is_found_to_be_comes_before_the_damage_of_the_next_one(house: House) -> None:
    parts = [Part(name=b"1.csv.gz", content=b"no gzip"), damaged(papers(1)[0])]

    decision = house.examine("/a.zip", build(*parts))

    assert isinstance(decision, Stop)
    assert "1.csv.gz" in decision.detail


def test_a_refused_archive_is_known_by_its_hash(house: House) -> None:
    content = build(*papers(100), damaged(papers(1)[0]))

    decision = house.examine("/a.zip", content)

    assert isinstance(decision, Stop)
    assert decision.sha256 == hashlib.sha256(content).hexdigest()


def test_an_archive_that_cannot_be_read_to_its_end_leaves_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = house.upload(
        house.put(
            "/a.zip", build(*(Part(name=b"%d.pdf" % n, content=PDF * 900, method=0) for n in range(99)))
        )
    )
    real = os.pread

    def fail(descriptor: int, size: int, at: int) -> bytes:
        if at and size == PIECE_BYTES:  # no member is as long: this is the whole being hashed
            raise OSError(5, "Input/output error")
        return real(descriptor, size, at)

    monkeypatch.setattr(os, "pread", fail)
    with pytest.raises(Unavailable):
        house.examiner().examine(house.account, upload)
    assert len(house.files()) == 1


def test_only_some_members_are_written_before_the_first_is_judged(house: House) -> None:
    with opened(house, build(*papers(1000))) as (unpacking, file, chosen):
        threads = Inline()
        with closing(unpacking.unpack(file, chosen, threads)) as members:
            assert next(members).name == "0.pdf"

            assert len(written(house)) == archive._AHEAD * archive._BATCH_MEMBERS
            assert sum(1 for _ in members) == 999
        assert {len(asked[1]) for asked in threads.asked} == {32, 1000 % 32}


def test_large_members_are_handed_out_one_by_one(house: House) -> None:
    large = b"%PDF-1.7\n" + bytes(MIB) + b"%%EOF"
    parts = [Part(name=b"%d.pdf" % n, content=large if n in {2, 3} else PDF, method=0) for n in range(6)]

    with opened(house, build(*parts)) as (unpacking, file, chosen):
        threads = Inline()
        list(unpacking.unpack(file, chosen, threads))

        assert [[one.name.name for one in asked[1]] for asked in threads.asked] == [
            ["0.pdf", "1.pdf"],
            ["2.pdf"],
            ["3.pdf"],
            ["4.pdf", "5.pdf"],
        ]


def test_when_nobody_wants_more_members_the_threads_are_told_and_nothing_stays(house: House) -> None:
    with opened(house, build(*papers(500))) as (unpacking, file, chosen):
        threads = Inline()
        members = unpacking.unpack(file, chosen, threads)
        next(members)
        threads.asked[0][3].check()

        members.close()
        with pytest.raises(Unavailable):
            threads.asked[0][3].check()

    assert written(house) == []


def test_a_thread_that_is_told_to_stop_hands_back_what_it_has(house: House, tmp_path: Path) -> None:
    class AfterTwo(Stopping):
        asked = 0

        def check(self) -> None:
            self.asked += 1
            if self.asked > 4:  # once for what is read of a member, once for what it unpacks to
                raise Unavailable("stopped")

    with opened(house, build(*papers(5))) as (_, file, chosen):
        files = [tmp_path / f"{number}" for number in range(5)]
        extracted: Extracted = extract(file.fileno(), chosen, files, AfterTwo())

    assert [member.name for member in extracted.members] == ["0.pdf", "1.pdf"]
    assert isinstance(extracted.error, Unavailable)
    assert not files[3].exists()


def test_members_are_synced_together_each_once_when_all_are_written(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = papers(5)
    files = [tmp_path / f"{number}" for number in range(5)]
    real, synced = os.fsync, []

    def fsync(descriptor: int) -> None:
        assert [file.stat().st_size for file in files] == [len(part.content) for part in parts]
        synced.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with opened(house, build(*parts)) as (_, file, chosen):
        extract(file.fileno(), chosen, files, Stopping())

    assert synced == [file.stat().st_ino for file in files]


@pytest.mark.parametrize("is_damaged", [False, True])
def test_no_file_stays_open(house: House, tmp_path: Path, is_damaged: bool) -> None:
    one, two = papers(2)
    with opened(house, build(one, damaged(two) if is_damaged else two)) as (_, file, chosen):
        before = os.listdir("/proc/self/fd")  # noqa: PTH208  no paths are wanted
        extract(file.fileno(), chosen, [tmp_path / "1", tmp_path / "2"], Stopping())

        assert os.listdir("/proc/self/fd") == before  # noqa: PTH208


def test_a_damaged_member_is_told_with_those_before_it(house: House, tmp_path: Path) -> None:
    one, two, three = papers(3)
    with opened(house, build(one, damaged(two), three)) as (_, file, chosen):
        files = [tmp_path / f"{number}" for number in range(3)]
        extracted = extract(file.fileno(), chosen, files, Stopping())

    assert [member.file.read_bytes() for member in extracted.members] == [one.content]
    assert isinstance(extracted.error, Halt)
    assert not files[2].exists()
