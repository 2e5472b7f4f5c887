"""The list of files and one file's life, as each role sees them."""

import pytest

from bridge.admin.operations import trail, uploads
from bridge.admin.operations.desk import Desk
from bridge.domain.uploads import UploadState
from tests.admin.web.conftest import HOST, Browser
from tests.admin.web.filled import Filled, fill, held


@pytest.fixture
def filled(desk: Desk) -> Filled:
    """Files of two tenants."""
    return fill(desk)


def test_the_list_opens_with_how_many_came_today_and_how_many_are_held(
    operator: Browser, filled: Filled
) -> None:
    page = operator.get("/files").text

    assert "5 files today; 3 files are held, the oldest since" in page
    assert f'<a href="/files/{filled.held.id}">weekly.dat</a>' in page
    assert "Neither folder, extension nor content says what this file is." in page


def test_without_files_it_says_what_to_do_first(operator: Browser) -> None:
    page = operator.get("/files").text

    assert "No file today; none is held." in page
    assert "Add an account" in page


def test_a_viewer_sees_the_own_account_only(viewer: Browser, filled: Filled) -> None:
    page = viewer.get("/files").text

    assert "weekly.dat" in page
    assert "secret.pdf" not in page
    assert "4 files today" in page
    assert viewer.get(f"/files/{filled.hostile.id + 1}").status_code == 404
    assert viewer.get("/files?account=other").status_code == 404
    assert "Decide" not in viewer.get(f"/files/{filled.held.id}").text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("name=WEEKLY", "1 file with “WEEKLY” in the name."),
        ("name=notes", "1 file with “notes” in the name."),  # inside the archive
        ("state=held", "2 files that are held as a whole."),
        ("account=other", "1 file of other."),
        ("day=2026-11-21", "5 files of 21 Nov 2026."),
        ("day=2026-11-20", "No file of 20 Nov 2026."),
        ("hash=0000000", "with the hash 0000000"),
        ("account=jansen&state=held&name=weekly", "1 file of jansen that is held as a whole with “weekly”"),
    ],
)
@pytest.mark.usefixtures("filled")
def test_a_filter_stands_in_the_address_and_is_answered_in_a_sentence(
    operator: Browser, query: str, sentence: str
) -> None:
    assert sentence in operator.get(f"/files?{query}").text


@pytest.mark.parametrize("query", ["day=yesterday", "hash=xyz", "state=lost", "before=x"])
@pytest.mark.usefixtures("filled")
def test_a_filter_that_cannot_be_is_said_and_stays_in_the_form(operator: Browser, query: str) -> None:
    answer = operator.get(f"/files?{query}")

    assert answer.status_code == 422
    assert 'class="mistake"' in answer.text
    if "before" not in query:
        assert query.partition("=")[2] in answer.text


def test_older_files_are_one_link_away(operator: Browser, desk: Desk, filled: Filled) -> None:
    for number in range(60):
        held(desk, filled.account, f"/{number}.dat")

    page = operator.get("/files?state=held").text
    older = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]

    assert "The newest files that are held as a whole." in page
    assert "weekly.dat" not in page
    assert "weekly.dat" in operator.get(older.replace("&amp;", "&")).text


def test_a_hostile_name_is_inert_and_readable_everywhere(operator: Browser, filled: Filled) -> None:
    paths = ("/files", f"/files/{filled.hostile.id}", "/held/broken_pdf", "/files?name=<img")

    for path in paths:
        page = operator.get(path).text
        assert "<img src=x" not in page
        assert "\u202e" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;\\u202egpj.pdf" in page


def test_a_file_s_page_tells_its_life_and_what_to_do(operator: Browser, filled: Filled) -> None:
    page = operator.get(f"/files/{filled.held.id}").text

    assert "weekly.dat is held since" in page
    for said in ("Received 3 B", "from 192.0.2.1, with Test", "What to do:", "it has the extension .dat"):
        assert said in page
    assert "choose its kind, then Try again below" in page
    assert "bridge upload" not in page


def test_an_archive_s_page_leads_to_its_files(operator: Browser, filled: Filled) -> None:
    archive = filled.waiting.id + 1

    page = operator.get(f"/files/{archive}").text

    assert "Unpacked" in page
    assert f'<a href="/deliveries/{filled.member.id}">in/notes.dat</a>' in page


def test_support_rejects_with_a_reason_that_the_page_tells(
    support: Browser, desk: Desk, filled: Filled
) -> None:
    path = f"/files/{filled.held.id}"

    answer = support.post(path, at=path, verb="reject", why="T-12")
    page = support.get(path).text

    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert uploads.overview(desk, upload_id=filled.held.id).upload.state is UploadState.REFUSED
    assert "support rejected it" in page
    assert "“T-12”" in page
    assert trail.listing(desk, subject=f"upload:{filled.held.id}")[0].who == "support"


def test_what_a_file_is_can_be_said_when_it_is_tried_again(
    operator: Browser, desk: Desk, filled: Filled
) -> None:
    operator.post(f"/files/{filled.held.id}", verb="retry", kind="data", administration="A1")

    upload = uploads.overview(desk, upload_id=filled.held.id).upload
    assert (upload.state, upload.kind_wanted, upload.administration_wanted) == (
        UploadState.SPOOLED,
        "data",
        "A1",
    )


def test_a_viewer_decides_nothing_and_is_not_told_who_did(
    viewer: Browser, support: Browser, filled: Filled
) -> None:
    path = f"/files/{filled.held.id}"
    support.post(path, verb="reject", why="a private word")

    answer = viewer.post(f"/files/{filled.hostile.id}", verb="reject")
    page = viewer.get(path).text

    assert answer.status_code == 404
    assert "An operator rejected it" in page
    assert "private word" not in page


def test_a_decision_without_the_session_s_token_changes_nothing(
    operator: Browser, desk: Desk, filled: Filled
) -> None:
    answer = operator.client.post(
        f"/files/{filled.held.id}", data={"verb": "reject"}, headers={"origin": HOST}
    )

    assert answer.status_code == 403
    assert uploads.overview(desk, upload_id=filled.held.id).upload.state is UploadState.HELD


def test_what_can_be_no_decision_is_refused(operator: Browser, filled: Filled) -> None:
    assert operator.post(f"/files/{filled.held.id}", verb="burn").status_code == 422
    assert operator.post(f"/files/{filled.held.id}", verb="retry", kind="music").status_code == 422
    assert operator.get("/files/999").status_code == 404


def test_the_part_that_is_shown_anew_has_the_answer_too(operator: Browser, filled: Filled) -> None:
    part = operator.get("/files/live?state=held").text

    assert 'hx-swap-oob="true"' in part
    assert "2 files that are held as a whole." in part
    assert "<html" not in part
    assert "weekly.dat" in operator.get(f"/files/{filled.held.id}/live").text
