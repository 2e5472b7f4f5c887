"""A route made from what waits: rehearsed first, then saved, then what waits goes."""

import pytest

from bridge.admin.operations import accounts, deliveries, uploads
from bridge.admin.operations.desk import Desk
from bridge.admin.web.pages.held_route import pattern_for
from bridge.domain.deliveries import DeliveryState
from bridge.domain.uploads import UploadState
from tests.admin.web.conftest import Browser
from tests.admin.web.filled import Filled, fill

QUERY = "account=jansen&pattern=/export/*.dat&kind=data"


@pytest.fixture
def filled(desk: Desk) -> Filled:
    """Files of two tenants."""
    return fill(desk)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [("/export/weekly.dat", "/export/*.dat"), ("/notes", "/*"), ("/a.CSV", "/*.csv")],
)
def test_a_pattern_is_suggested_by_folder_and_extension(path: str, pattern: str) -> None:
    assert pattern_for(path) == pattern


@pytest.mark.usefixtures("filled")
def test_the_group_leads_to_the_route_with_its_pattern(operator: Browser) -> None:
    page = operator.get("/held/unknown_kind").text

    assert "/held/unknown_kind/route?account=jansen&amp;pattern=%2Fexport%2F%2A.dat" in page
    assert "/route" not in operator.get("/held/broken_pdf").text
    assert operator.get(f"/held/broken_pdf/route?{QUERY}").status_code == 404


@pytest.mark.usefixtures("filled")
def test_a_rehearsal_shows_what_would_go_elsewhere_and_saves_nothing(operator: Browser, desk: Desk) -> None:
    page = operator.get(f"/held/unknown_kind/route?{QUERY}").text

    assert "Files of jansen that fit /export/*.dat would go as data; 1 file that waits would be tried" in page
    assert "/export/weekly.dat" in page
    assert "data, A1" in page
    assert accounts.get(desk, name="jansen").routes == ()


def test_saved_it_takes_up_what_waits(operator: Browser, desk: Desk, filled: Filled) -> None:
    answer = operator.post(
        "/held/unknown_kind/route", account="jansen", pattern="*.dat", kind="data", administration="A1"
    )

    assert answer.status_code == 303
    [route] = accounts.get(desk, name="jansen").routes
    assert (route.pattern, route.kind) == ("*.dat", "data")
    assert uploads.overview(desk, upload_id=filled.held.id).upload.state is UploadState.SPOOLED
    report, _ = deliveries.get(desk, delivery_id=filled.member.id)
    assert (report.delivery.state, report.delivery.kind) == (DeliveryState.PENDING, "data")


@pytest.mark.usefixtures("filled")
def test_a_pattern_that_cannot_be_is_said(operator: Browser) -> None:
    answer = operator.get("/held/unknown_kind/route?account=jansen&pattern=/export/")
    saved = operator.post(
        "/held/unknown_kind/route", account="jansen", pattern="", kind="", administration=""
    )

    assert answer.status_code == saved.status_code == 422
    assert "expected a glob" in answer.text


@pytest.mark.usefixtures("filled")
def test_only_operators_make_routes(support: Browser, desk: Desk) -> None:
    assert support.get(f"/held/unknown_kind/route?{QUERY}").status_code == 404
    assert support.post("/held/unknown_kind/route", account="jansen", pattern="/x").status_code == 404
    assert accounts.get(desk, name="jansen").routes == ()
