"""A change of routes, tried on what came before."""

from dataclasses import replace

from bridge.domain.accounts import Account
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.rehearsal import Arrived, Destined, destined, rehearse
from bridge.domain.uploads import UploadId
from tests.domain.test_routes import FIRST, ONE, SECOND, TWO, with_routes


def a_file(path: str, kind: Kind | None, member: str | None = None) -> Arrived:
    folder, _, name = path.rpartition("/")
    return Arrived(
        upload_id=UploadId(1),
        folder=folder or "/",
        name=name,
        member=member,
        member_name=None if member is None else member.rpartition("/")[2],
        kind=kind,
    )


def test_only_what_goes_elsewhere_is_told() -> None:
    after = with_routes(TWO, ("*.xml", Kind.DATA, SECOND))
    files = [a_file("/a.xml", Kind.INVOICE_UBL), a_file("/b.pdf", Kind.INVOICE_PDF)]

    found = rehearse(TWO, after, files)

    assert found.files == 2
    [moved] = found.moved
    assert moved.file is files[0]
    assert moved.before == Destined(kind=Kind.INVOICE_UBL, administration=FIRST.code)
    assert moved.after == Destined(kind=Kind.DATA, administration=SECOND.code)


def test_where_the_rules_leave_the_kind_open_the_one_of_then_counts() -> None:
    before = with_routes(TWO, ("*.xml", None, None))

    assert rehearse(before, TWO, [a_file("/a.xml", Kind.INVOICE_UBL)]).moved == ()


def test_a_member_goes_by_its_own_name_then_by_the_archive_s() -> None:
    rules = with_routes(TWO, ("*.csv", None, SECOND), ("*.zip", Kind.INVOICE_ATTACHMENT, FIRST))

    own = destined(rules, a_file("/all.zip", Kind.DATA, "deep/open.csv"))
    other = destined(rules, a_file("/all.zip", Kind.INVOICE_PDF, "1.pdf"))

    assert own == Destined(kind=Kind.INVOICE_ATTACHMENT, administration=SECOND.code)
    assert other == Destined(kind=Kind.INVOICE_ATTACHMENT, administration=FIRST.code)


def test_what_would_wait_is_told_with_its_reason() -> None:
    after = with_routes(ONE, ("re:/(?P<administration>[^/]+)/.*", None, None))
    [moved] = rehearse(ONE, after, [a_file("/nl07/a.pdf", Kind.INVOICE_PDF)]).moved

    assert moved.after.hold is ReasonCode.UNKNOWN_ADMINISTRATION
    assert moved.after.administration is None


def test_a_data_file_in_an_unknown_folder_waits_as_it_would_at_intake() -> None:
    def goes(account: Account, kind: Kind) -> ReasonCode | None:
        return destined(account, a_file("/maart/a", kind)).hold

    assert goes(ONE, Kind.DATA) is ReasonCode.UNKNOWN_FOLDER
    assert goes(ONE, Kind.INVOICE_PDF) is None
    assert goes(with_routes(ONE, ("/maart/*", None, None)), Kind.DATA) is None


def test_nothing_came_nothing_moves() -> None:
    found = rehearse(TWO, replace(TWO, routes=()), [])

    assert (found.files, found.moved) == (0, ())
