"""The route tester says for a path what intake would do, and by which rule."""

import pytest

from bridge.admin.operations import accounts, routes
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.routes import Trial
from bridge.domain.errors import Invalid, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.intake.recognise import recognise

UBL = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'


def attempt(desk: Desk, path: str, head: bytes | None = None, *, account: str = "sender") -> Trial:
    return routes.try_path(desk, account=account, path=path, recognise=recognise, head=head)


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


def test_a_route_can_be_removed_once(desk: Desk) -> None:
    route = routes.add(desk, account="sender", pattern="*.txt", kind=Kind.DATA)

    routes.remove(desk, account="sender", route_id=route.id)

    with pytest.raises(NotFound):
        routes.remove(desk, account="sender", route_id=route.id)


def test_what_cannot_be_right_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid):
        routes.add(desk, account="sender", pattern="", kind=Kind.DATA)
    with pytest.raises(NotFound, match="it has A1"):
        routes.add(desk, account="single", pattern="*", administration="B2")
    with pytest.raises(Invalid):
        attempt(desk, "/")
