"""What is held, by its reason: looked at, decided about, and remembered."""

import re

import pytest

from bridge.admin.operations import accounts, deliveries, held, trail, uploads
from bridge.admin.operations.desk import Desk
from bridge.domain.deliveries import DeliveryState
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from tests.admin.web.conftest import HOST, Browser
from tests.admin.web.filled import Filled, fill
from tests.admin.web.filled import held as hold

_DETAIL = (
    "likely windows-1252; cp850 is the other possibility; line 2 as windows-1252: Jos\u00e9; "
    "line 2 as cp850: Jos\u00da"
)


@pytest.fixture
def filled(desk: Desk) -> Filled:
    """Files of two tenants."""
    return fill(desk)


def sure(browser: Browser, page: str, at: str) -> str:
    """Press the button of the page that asks; return where it leads."""
    fields = dict(
        re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.partition('class="sure"')[2])
    )
    fields.pop("csrf")
    answer = browser.post(at, **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@pytest.mark.usefixtures("filled")
def test_it_opens_with_how_many_for_how_many_reasons(operator: Browser) -> None:
    page = operator.get("/held").text

    assert "3 files are held for 2 reasons, the oldest since" in page
    assert 'href="/held/unknown_kind"' in page


def test_when_nothing_is_held_it_says_so(operator: Browser) -> None:
    assert "Nothing is held." in operator.get("/held").text
    assert "Nothing is held for this any more." in operator.get("/held/unknown_kind").text


def test_a_group_shows_whole_uploads_and_single_files(operator: Browser, filled: Filled) -> None:
    page = operator.get("/held/unknown_kind").text

    assert f'value="u{filled.held.id}"' in page
    assert f'value="d{filled.member.id}"' in page
    assert operator.get("/held/nonsense").status_code == 404


def test_only_administrations_of_the_accounts_shown_are_offered(operator: Browser, filled: Filled) -> None:
    # It offered those of every tenant, and took them.
    pages = ("/held/unknown_kind", f"/files/{filled.held.id}", f"/deliveries/{filled.member.id}")

    for page in (operator.get(path).text for path in pages):
        offered = re.search(r'<select name="administration">.*?</select>', page)
        assert offered is not None
        assert "B2" not in offered[0]
    assert "A1" in operator.get(pages[0]).text


def test_what_would_happen_and_doubtful_lines_are_shown_both_ways(
    operator: Browser, desk: Desk, filled: Filled
) -> None:
    hold(desk, filled.account, "/a.csv", ReasonCode.UNKNOWN_ENCODING, _DETAIL)
    detail = "16 rows, 230 in the last delivered file (-93 %); 214 of 230 open invoices would be marked paid"
    hold(desk, filled.account, "/b.csv", ReasonCode.ROWS_FALLEN, detail)

    encoding = operator.get("/held/unknown_encoding").text
    fallen = operator.get("/held/rows_fallen").text

    assert "line 2 as windows-1252" in encoding
    assert "Jos\u00e9" in encoding
    assert "Jos\u00da" in encoding
    assert 'value="windows-1252"' in encoding
    assert '<b class="consequence">214 of 230 open invoices would be marked paid</b>' in fallen


def test_many_are_decided_at_once_after_a_page_that_names_them(
    support: Browser, desk: Desk, filled: Filled
) -> None:
    both = [f"u{filled.held.id}", f"d{filled.member.id}"]

    asked = support.post("/held/unknown_kind", verb="reject", ids=both, why="T-9").text
    before = uploads.overview(desk, upload_id=filled.held.id).upload.state
    leads = sure(support, asked, "/held/unknown_kind")

    assert "Reject: 2 files held because" in asked
    assert "weekly.dat" in asked
    assert "notes.dat" in asked
    assert before is UploadState.HELD  # nothing is done before it is sure
    assert leads == "/held"  # nothing is left of the group
    assert uploads.overview(desk, upload_id=filled.held.id).upload.state is UploadState.REFUSED
    report, _ = deliveries.get(desk, delivery_id=filled.member.id)
    assert report.delivery.state is DeliveryState.CANCELLED
    assert "Reject: done for 2 files." in support.told()
    assert {act.act for act in trail.listing(desk, who="support")} >= {"upload reject"}


def test_all_of_an_account_can_be_meant(operator: Browser, desk: Desk, filled: Filled) -> None:
    hold(desk, accounts.get(desk, name="other"), "/theirs.dat")

    asked = operator.post("/held/unknown_kind", verb="retry", all="on", account="jansen", kind="data").text
    sure(operator, asked, "/held/unknown_kind")

    assert "They go as data." in asked
    assert [group.accounts for group in held.groups(desk) if group.reason is ReasonCode.UNKNOWN_KIND] == [
        ["jansen", "other"]  # the single file lacks whom it is for, and says so
    ]
    assert "1 file could not" in operator.told()
    assert uploads.overview(desk, upload_id=filled.held.id).upload.kind_wanted == "data"


@pytest.mark.usefixtures("filled")
def test_nothing_ticked_is_said(operator: Browser) -> None:
    answer = operator.post("/held/unknown_kind", verb="retry")

    assert answer.status_code == 422
    assert "othing is ticked" in answer.text
    assert operator.post("/held/unknown_kind", verb="retry", ids="x1").status_code == 422
    assert operator.post("/held/unknown_kind", verb="burn", ids="u1").status_code == 422


def test_an_encoding_is_remembered_and_all_that_waits_for_it_goes(
    operator: Browser, desk: Desk, filled: Filled
) -> None:
    waiting = hold(desk, filled.account, "/a.csv", ReasonCode.UNKNOWN_ENCODING, _DETAIL)

    answer = operator.post("/held/unknown_encoding/encoding", account="jansen", encoding="windows-1252")

    assert answer.headers["location"] == "/held"
    assert accounts.get(desk, name="jansen").encoding == "cp1252"
    assert uploads.overview(desk, upload_id=waiting.id).upload.state is UploadState.SPOOLED


def test_support_does_not_change_accounts_from_here(support: Browser, desk: Desk, filled: Filled) -> None:
    hold(desk, filled.account, "/a.csv", ReasonCode.UNKNOWN_ENCODING, _DETAIL)

    answer = support.post("/held/unknown_encoding/encoding", account="jansen", encoding="cp850")

    assert answer.status_code == 404
    assert accounts.get(desk, name="jansen").encoding is None
    assert "For good" not in support.get("/held/unknown_encoding").text


def test_a_viewer_sees_the_own_files_and_decides_nothing(viewer: Browser, desk: Desk, filled: Filled) -> None:
    hold(desk, accounts.get(desk, name="other"), "/theirs.dat")

    page = viewer.get("/held/unknown_kind").text

    assert "2 files are held since" in page
    assert "theirs.dat" not in page
    assert "Reject" not in page
    assert viewer.post("/held/unknown_kind", verb="reject", ids=f"u{filled.held.id}").status_code == 404
    assert viewer.get("/held/unknown_kind?account=other").status_code == 404


def test_a_decision_without_the_session_s_token_changes_nothing(operator: Browser, filled: Filled) -> None:
    form = {"verb": "reject", "ids": f"u{filled.held.id}", "sure": "yes"}

    answer = operator.client.post("/held/unknown_kind", data=form, headers={"origin": HOST})

    assert answer.status_code == 403


@pytest.mark.usefixtures("filled")
def test_the_parts_that_are_shown_anew_are_parts(operator: Browser) -> None:
    for path in ("/held/live", "/held/unknown_kind/live"):
        part = operator.get(path)
        assert part.status_code == 200
        assert "<html" not in part.text
