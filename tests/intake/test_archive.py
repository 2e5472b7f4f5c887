"""Archives: what becomes of their members, and that nothing is left where they fail."""

import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from bridge.config.settings import IntakeSettings
from bridge.domain.errors import NoSpace, Unavailable
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.intake.plan import Plan, Stop
from bridge.intake.reading import Stopping
from tests.intake.house import House
from tests.intake.zips import (
    CSV,
    PDF,
    UTF8,
    Part,
    build,
    unicode_path,
)

ONE = Part(name=b"1.pdf", content=PDF)
TWO = Part(name=b"2.pdf", content=PDF * 2)
HALVES = IntakeSettings(archives_whole=False)


def names(decision: Plan | Stop) -> list[str]:
    assert isinstance(decision, Plan), decision
    return [document.name for document in decision.documents]


def test_streamed_zips_of_the_standard_library_are_taken(house: House) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    made = Pipe()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("d/1.pdf", PDF)
        with archive.open("big.csv", "w", force_zip64=True) as member:
            member.write(CSV)

    assert names(house.examine("/a.zip", made.getvalue())) == ["1.pdf", "big.csv"]


@pytest.mark.skipif(shutil.which("zip") is None, reason="Info-ZIP is not here")
@pytest.mark.parametrize(
    ("options", "is_streamed"),  # not -fz in a stream: what it makes its own unzip calls invalid
    [(["-r"], False), (["-r"], True), (["-r", "-0"], False), (["-r", "-0"], True), (["-r", "-fz"], False)],
)
def test_zips_of_info_zip_are_taken(
    house: House, tmp_path: Path, options: list[str], is_streamed: bool
) -> None:
    folder = tmp_path / "made" / "d"
    folder.mkdir(parents=True)
    (folder / "é.pdf").write_bytes(PDF)
    (folder / "x.csv").write_bytes(CSV)
    command = ["zip", "-q", *options, "-" if is_streamed else "made.zip", "d"]
    made = subprocess.run(command, cwd=folder.parent, check=True, capture_output=True).stdout

    content = made if is_streamed else (folder.parent / "made.zip").read_bytes()

    assert names(house.examine("/a.zip", content)) == ["é.pdf", "x.csv"]


def test_a_stored_zip_inside_does_not_confuse_the_search_for_the_end(house: House) -> None:
    decision = house.examine("/a.zip", build(ONE, Part(name=b"inner.zip", content=build(TWO), method=0)))

    assert isinstance(decision, Plan)
    assert [(d.name, d.kind, d.reason) for d in decision.documents] == [
        ("1.pdf", Kind.INVOICE_PDF, None),
        ("inner.zip", None, ReasonCode.NESTED_ARCHIVE),
    ]


@pytest.mark.parametrize("content", [build(), build(Part(name=b"d/")), build(Part(name=b".DS_Store"))])
def test_a_zip_without_files_waits_for_a_person(house: House, content: bytes) -> None:
    decision = house.examine("/a.zip", content)

    assert isinstance(decision, Stop)
    assert (decision.state, decision.reason) == (UploadState.HELD, ReasonCode.EMPTY_ARCHIVE)


def test_too_many_entries_are_refused_before_anything_is_unpacked(house: House) -> None:
    house.settings = IntakeSettings(max_members=10)

    decision = house.examine("/a.zip", build(*(Part(name=b"%d.pdf" % i, content=PDF) for i in range(11))))

    assert isinstance(decision, Stop)
    assert decision.reason is ReasonCode.ARCHIVE_TOO_LARGE


def test_more_unpacked_bytes_than_the_limit_are_refused(house: House) -> None:
    house.settings = IntakeSettings(max_unpacked_bytes=len(PDF))

    decision = house.examine("/a.zip", build(ONE, TWO))

    assert isinstance(decision, Stop)
    assert decision.reason is ReasonCode.ARCHIVE_TOO_LARGE


def test_directories_are_discarded_or_their_files_left_out_as_set(house: House) -> None:
    content = build(Part(name=b"d/1.pdf", content=PDF), TWO)
    flat = house.examine("/a.zip", content)

    house.settings = IntakeSettings(zip_directories="skip")
    skipped = house.examine("/a.zip", content)

    assert names(flat) == ["1.pdf", "2.pdf"]
    assert names(skipped) == ["2.pdf"]
    assert isinstance(skipped, Plan)
    assert skipped.left_out == ("d/1.pdf",)


def test_two_members_of_one_name_are_kept_and_the_second_is_held(house: House) -> None:
    decision = house.examine(
        "/a.zip", build(Part(name=b"a/x.pdf", content=PDF), Part(name=b"b/x.pdf", content=PDF + PDF))
    )

    assert isinstance(decision, Plan)
    first, second = decision.documents
    assert (first.member, first.reason) == ("a/x.pdf", None)
    assert (second.member, second.reason) == ("b/x.pdf", ReasonCode.SAME_NAME_TWICE)
    assert "a/x.pdf" in (second.detail or "")
    assert "b/x.pdf" in (second.detail or "")


def test_names_that_differ_in_case_only_are_both_sent(house: House) -> None:
    decision = house.examine("/a.zip", build(ONE, Part(name=b"1.PDF", content=PDF)))

    assert isinstance(decision, Plan)
    assert [(d.name, d.reason) for d in decision.documents] == [("1.pdf", None), ("1.PDF", None)]


NAMES: dict[str, tuple[Part, str | None, str]] = {
    "flagged UTF-8": (Part(name="é.pdf".encode(), flags=UTF8), "cp850", "é.pdf"),
    "unflagged UTF-8": (Part(name="é.pdf".encode()), "cp850", "é.pdf"),
    "the account's encoding": (Part(name="é.pdf".encode("cp1252")), "cp1252", "é.pdf"),
    "CP437 by the book": (Part(name="é.pdf".encode("cp437")), None, "é.pdf"),
    "flagged but invalid": (Part(name=b"\x82.pdf", flags=UTF8), None, "é.pdf"),
    "unicode path field": (
        Part(name=b"_.pdf", extra=unicode_path(b"_.pdf", "é.pdf")),
        None,
        "é.pdf",
    ),
    "unicode path field of another name": (
        Part(name=b"_.pdf", extra=unicode_path(b"_.pdf", "é.pdf", crc=1)),
        None,
        "_.pdf",
    ),
    "unicode path field that is no UTF-8": (
        Part(name=b"_.pdf", extra=unicode_path(b"_.pdf", "e").replace(b"e", b"\xff")),
        None,
        "_.pdf",
    ),
}


@pytest.mark.parametrize("case", NAMES)
def test_a_member_name_has_one_meaning(house: House, case: str) -> None:
    part, encoding, expected = NAMES[case]
    part.content = PDF
    house.account = house.add_account("other", ("X",), encoding=encoding)
    upload = house.put("/a.zip", build(part), account=house.account)
    examiner = house.examiner()

    decision = examiner.examine(house.account, house.upload(upload))

    assert names(decision) == [expected]


def test_members_are_told_by_route_then_folder_then_content(house: House) -> None:
    house.settings = HALVES
    house.add_route("*_bijlage.pdf", Kind.INVOICE_ATTACHMENT)
    content = build(
        Part(name=b"1_bijlage.pdf", content=PDF),
        ONE,
        Part(name=b"x.csv", content=CSV),
        Part(name=b"x.bin", content=PDF[1:]),
    )

    open_kind = house.examine("/a.zip", content)
    by_folder = house.examine("/invoice_pdf/a.zip", content)

    assert isinstance(open_kind, Plan)
    assert {d.name: (d.kind, d.reason) for d in open_kind.documents} == {
        "1_bijlage.pdf": (Kind.INVOICE_ATTACHMENT, None),
        "1.pdf": (Kind.INVOICE_PDF, None),
        "x.bin": (None, ReasonCode.UNKNOWN_KIND),
        "x.csv": (Kind.DATA, None),
    }
    assert isinstance(by_folder, Plan)
    assert {d.name: (d.kind, d.reason) for d in by_folder.documents} == {
        "1_bijlage.pdf": (Kind.INVOICE_ATTACHMENT, None),
        "1.pdf": (Kind.INVOICE_PDF, None),
        "x.bin": (Kind.INVOICE_PDF, ReasonCode.BROKEN_PDF),
        "x.csv": (Kind.INVOICE_PDF, ReasonCode.BROKEN_PDF),
    }


def test_a_zip_of_declarations_goes_whole(house: House) -> None:
    content = b"not even looked at"

    decision = house.examine("/declaration_file/MZ.ZIP", content)

    assert isinstance(decision, Plan)
    [document] = decision.documents
    assert (document.name, document.kind, document.member) == ("MZ.ZIP", Kind.DECLARATION, None)


def test_a_workbook_is_not_unpacked(house: House) -> None:
    decision = house.examine("/book.xlsx", build(ONE))

    assert isinstance(decision, Plan)
    [document] = decision.documents
    assert (document.name, document.kind) == ("book.xlsx", Kind.INVOICE_ATTACHMENT)


def test_a_member_for_an_administration_that_is_missing_goes_to_no_default(house: House) -> None:
    house.add_route(r"re:.*/(?P<administration>NL\d\d)_[^/]*\.pdf", Kind.INVOICE_PDF)

    decision = house.examine("/a.zip", build(ONE, Part(name=b"NL07_2.pdf", content=PDF)))

    assert isinstance(decision, Plan)
    held = next(document for document in decision.documents if document.name == "NL07_2.pdf")
    assert (held.reason, held.administration_id) == (ReasonCode.UNKNOWN_ADMINISTRATION, None)
    assert "NL07" in (held.detail or "")


def test_a_zip_with_a_data_file_that_must_wait_waits_as_a_whole(house: House) -> None:
    decision = house.examine("/a.zip", build(ONE, Part(name=b"x.csv"), TWO))

    assert isinstance(decision, Stop)
    assert (decision.state, decision.reason) == (UploadState.HELD, ReasonCode.EMPTY_DATA_FILE)
    assert decision.detail.startswith("x.csv: ")
    assert "1 of its 3 files would wait" in decision.detail
    assert len(house.files()) == 1


def test_where_halves_are_allowed_only_the_file_that_must_wait_waits(house: House) -> None:
    house.settings = HALVES

    decision = house.examine("/a.zip", build(ONE, Part(name=b"x.csv"), TWO))

    assert isinstance(decision, Plan)
    assert {d.name: d.reason for d in decision.documents} == {
        "1.pdf": None,
        "2.pdf": None,
        "x.csv": ReasonCode.EMPTY_DATA_FILE,
    }


def test_a_zip_of_documents_is_never_held_for_one_of_them(house: House) -> None:
    decision = house.examine("/a.zip", build(ONE, Part(name=b"2.pdf", content=PDF[:9])))

    assert isinstance(decision, Plan)
    assert {d.name: d.reason for d in decision.documents} == {"1.pdf": None, "2.pdf": ReasonCode.BROKEN_PDF}


def test_in_an_unknown_folder_documents_go_and_data_waits_without_an_administration(house: House) -> None:
    house.settings = HALVES
    decision = house.examine("/maart/a.zip", build(ONE, Part(name=b"x.csv", content=CSV)))

    assert isinstance(decision, Plan)
    pdf, data = decision.documents
    assert (pdf.kind, pdf.reason) == (Kind.INVOICE_PDF, None)
    assert (data.kind, data.reason, data.administration_id) == (
        Kind.DATA,
        ReasonCode.UNKNOWN_FOLDER,
        None,
    )


def test_an_unfinished_name_inside_a_zip_is_held(house: House) -> None:
    decision = house.examine("/a.zip", build(ONE, Part(name=b"2.pdf.part", content=PDF)))

    assert isinstance(decision, Plan)
    assert [d.reason for d in decision.documents] == [None, ReasonCode.UNKNOWN_KIND]


def test_a_full_disk_is_seen_before_unpacking_and_leaves_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.spool, "free_bytes", lambda: 10)

    with pytest.raises(NoSpace):
        house.examine("/a.zip", build(ONE))
    assert len(house.files()) == 1


def test_a_ledger_that_does_not_answer_leaves_no_converted_text(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise Unavailable("the ledger is away")

    examiner = house.examiner()
    upload = house.upload(
        house.put("/a.csv", "administration_code;invoice_number\r\nNL01;1\r\n".encode("utf-16"))
    )
    monkeypatch.setattr(house.database, "read_now", down)

    with pytest.raises(Unavailable):
        examiner.examine(house.account, upload)
    monkeypatch.undo()
    assert len(house.files()) == 1


def test_a_failing_sync_leaves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = house.upload(house.put("/a.zip", build(*(Part(name=b"%d.pdf" % i) for i in range(200)))))
    examiner = house.examiner()

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Unavailable):
        examiner.examine(house.account, upload)
    assert len(house.files()) == 1


def test_a_thread_that_nobody_waits_for_ends_and_leaves_nothing(house: House) -> None:
    upload = house.upload(house.put("/a.zip", build(ONE)))
    stopping = Stopping()
    stopping.set()

    with pytest.raises(Unavailable):
        house.examiner(stopping).examine(house.account, upload)
    assert len(house.files()) == 1
