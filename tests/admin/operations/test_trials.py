"""A trial says for a path what intake would do, by which rule, and what would be asked; nothing is sent."""

import pytest

from bridge.admin.operations import accounts, administrations, routes, trials
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.trials import Sample, Trial
from bridge.delivery.targets.asking import Asking
from bridge.domain.errors import Invalid
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.intake.recognise import recognise

UBL = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'


def attempt(desk: Desk, path: str, head: bytes | None = None, *, account: str = "sender") -> Trial:
    return trials.try_path(
        desk,
        account=account,
        path=path,
        recognise=recognise,
        requester=Asking(desk.settings.destination, desk.clock),
        sample=None if head is None else Sample(head=head, size=len(head)),
    )


@pytest.fixture(autouse=True)
def _account(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1", "B2"], password="x")
    accounts.add(desk, name="single", administration_codes=["A1"], password="x")


@pytest.mark.parametrize(
    ("path", "kind", "by", "code"),
    [
        ("/a.csv", Kind.DATA, "extension", "A1"),
        ("a.PDF", Kind.INVOICE_PDF, "extension", "A1"),
        ("/a.csv.gz", Kind.DATA, "extension", "A1"),
        ("/csv/a", Kind.DATA, "folder", "A1"),
        ("/B2/invoice_ubl/a.xml", Kind.INVOICE_UBL, "folder", "B2"),
        ("/B2/a.json", Kind.DATA, "extension", "B2"),
        ("/a.xml", None, "content", "A1"),
        ("/a.zip", None, "members", "A1"),
        ("/declaration_file/a.zip", Kind.DECLARATION, "folder", "A1"),
    ],
)
def test_folder_then_extension_then_content(
    desk: Desk, path: str, kind: Kind | None, by: str, code: str
) -> None:
    trial = attempt(desk, path)

    assert (trial.kind, trial.kind_by, trial.administration, trial.hold) == (kind, by, code, None)


def test_the_first_route_that_fits_wins_over_the_folder(desk: Desk) -> None:
    first = routes.add(desk, account="sender", pattern="/export/*.txt", kind=Kind.DATA, administration="B2")
    routes.add(desk, account="sender", pattern="*.txt", kind=Kind.DECLARATION)

    trial = attempt(desk, "/export/a.txt")

    assert trial.route is not None
    assert trial.route.id == first.id
    assert (trial.kind, trial.kind_by, trial.administration) == (Kind.DATA, "route", "B2")
    assert trial.steps == ((f"route {first.id} /export/*.txt", "fits, and wins"),)


def test_a_route_without_anything_makes_an_unknown_folder_like_the_root(desk: Desk) -> None:
    assert attempt(desk, "/export/a.csv").hold is ReasonCode.UNKNOWN_FOLDER

    routes.add(desk, account="sender", pattern="/export/**")

    trial = attempt(desk, "/export/a.csv")
    assert (trial.kind, trial.administration, trial.hold) == (Kind.DATA, "A1", None)


def test_the_file_itself_decides_where_the_path_does_not(desk: Desk) -> None:
    assert attempt(desk, "/a.xml", UBL).kind is Kind.INVOICE_UBL
    assert attempt(desk, "/a.xml", b"<html/>").hold is ReasonCode.OTHER_XML
    assert attempt(desk, "/a.bin", b"what").hold is ReasonCode.UNKNOWN_KIND


def test_a_data_file_in_an_unknown_folder_is_held_and_a_document_is_not(desk: Desk) -> None:
    assert attempt(desk, "/x/a.csv", account="single").hold is ReasonCode.UNKNOWN_FOLDER
    assert attempt(desk, "/x/a.pdf", account="single").kind is Kind.INVOICE_PDF


def test_a_temporary_name_is_said_to_wait(desk: Desk) -> None:
    assert attempt(desk, "/csv/a.csv.filepart").steps[0][0] == "temporary name"


def test_a_path_without_a_file_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid):
        attempt(desk, "/")


def test_the_administration_that_the_path_names_is_a_step_of_its_own(desk: Desk) -> None:
    wish = routes.Wish(pattern="re:/export/(?P<administration>[^/]+)/.*", kind=Kind.DATA)
    routes.save(desk, routes.draft_add(desk, account="sender", wish=wish))

    known, unknown = attempt(desk, "/export/b2/a.csv"), attempt(desk, "/export/c3/a.csv")

    assert ("administration in the path", "b2") in known.steps
    assert (known.administration, known.hold) == ("B2", None)
    assert unknown.hold is ReasonCode.UNKNOWN_ADMINISTRATION
    assert "c3" in unknown.detail
    assert unknown.request is None


def test_it_shows_the_request_that_delivery_would_make(desk: Desk) -> None:
    administrations.change(desk, code="A1", token="canary")
    administrations.add(desk, code="C3", payt_id=77)
    accounts.change(desk, name="sender", administration_codes=["A1", "C3"])

    by_code, by_id = attempt(desk, "/csv/a.csv", b"12345"), attempt(desk, "/C3/invoice_pdf/a.PDF", b"123")

    assert by_code.request is not None
    assert by_code.request.url == "https://backend.paytsoftware.com/import/files/csv"
    assert dict(by_code.request.fields) == {
        "file.filename": "a.csv",
        "file.base64_data": "<5 bytes, base64>",
        "administration_code": "A1",
        "import_token": "<set>",
    }
    assert by_id.request is not None
    assert dict(by_id.request.fields) == {
        "file.filename": "a.PDF",
        "file.base64_data": "<3 bytes, base64>",
        "administration_id": 77,
    }


def test_a_large_data_file_is_shown_gzipped(desk: Desk) -> None:
    unknown, large = attempt(desk, "/a.csv").request, attempt(desk, "/a.csv", b"x" * 70_000).request

    assert unknown is not None
    assert (unknown.filename, unknown.large_filename) == ("a.csv", "a.csv.gz")
    assert large is not None
    assert (large.filename, large.large_filename) == ("a.csv.gz", None)
    assert ("file.base64_data", "<70,000 bytes, gzip, base64>") in large.fields


def test_encoding_and_guards_are_those_that_would_apply(desk: Desk) -> None:
    accounts.change(desk, name="sender", encoding="cp850")
    wish = routes.Wish(
        pattern="/new/*.csv", kind=Kind.DATA, encoding="windows-1252", guards={"rows_fallen": "warn"}
    )
    routes.save(desk, routes.draft_add(desk, account="sender", wish=wish))

    routed, other, document = (attempt(desk, path) for path in ("/new/a.csv", "/a.csv", "/a.pdf"))

    assert (routed.encoding, routed.encoding_by) == ("cp1252", "route")
    assert (other.encoding, other.encoding_by) == ("cp850", "account")
    assert str(routed.guards[ReasonCode.ROWS_FALLEN]) == "warn:30%"
    assert str(other.guards[ReasonCode.ROWS_FALLEN]) == "hold:30%"
    assert document.guards == {}
