"""The list of deliveries and one delivery's life."""

import pytest

from bridge.admin.operations import deliveries, lanes
from bridge.admin.operations.desk import Desk
from bridge.domain.deliveries import DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.ledger import deliveries as stored
from tests.admin.web.conftest import Browser
from tests.admin.web.filled import Filled, fill
from tests.support import builders


@pytest.fixture
def filled(desk: Desk) -> Filled:
    """Files of two tenants."""
    return fill(desk)


@pytest.mark.usefixtures("filled")
def test_the_list_opens_with_how_many_wait_and_how_many_are_held(operator: Browser) -> None:
    page = operator.get("/deliveries").text

    assert "2 files wait to be sent; 1 is held." in page
    assert "F1.pdf" in page


def test_without_deliveries_it_says_so(operator: Browser) -> None:
    assert "No file waits to be sent; none is held." in operator.get("/deliveries").text


def test_a_viewer_sees_the_own_account_only_and_can_tick_nothing(viewer: Browser, filled: Filled) -> None:
    page = viewer.get("/deliveries").text

    assert "1 file waits to be sent; 1 is held." in page
    assert "secret.pdf" not in page
    assert 'type="checkbox"' not in page
    assert viewer.get(f"/deliveries/{filled.others.id}").status_code == 404
    assert viewer.get("/deliveries?administration=B2").status_code == 404
    assert viewer.get("/deliveries?administration=A1").status_code == 200
    assert "Decide" not in viewer.get(f"/deliveries/{filled.member.id}").text


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("state=held", "1 delivery that is held."),
        ("account=other", "1 delivery of other."),
        ("administration=A1", "1 delivery for A1."),
        ("kind=invoice_pdf", "2 deliveries of the kind invoice_pdf."),
        ("reason=unknown_kind", "1 delivery for the reason unknown_kind."),
        ("lane=nowhere", "No delivery in lane nowhere."),
    ],
)
def test_a_filter_stands_in_the_address_and_is_answered(operator: Browser, query: str, sentence: str) -> None:
    assert sentence in operator.get(f"/deliveries?{query}").text
    assert sentence in operator.get(f"/deliveries/live?{query}").text


@pytest.mark.usefixtures("filled")
def test_a_filter_that_cannot_be_is_said(operator: Browser) -> None:
    answer = operator.get("/deliveries?state=lost")

    assert answer.status_code == 422
    assert "expected one of pending" in answer.text


def test_a_delivery_s_page_says_what_keeps_it_back(operator: Browser, desk: Desk, filled: Filled) -> None:
    lanes.pause(desk, name="destination")

    page = operator.get(f"/deliveries/{filled.waiting.id}").text

    assert "F1.pdf waits to be sent." in page
    assert "Lane destination was stopped by an operator" in page


def test_attempts_and_doubt_are_told(operator: Browser, desk: Desk, filled: Filled) -> None:
    [assignment, *_] = desk.database.write_now(builders.claim, now=desk.clock.now())
    assert assignment.delivery.id == filled.waiting.id
    desk.database.write_now(
        stored.settle,
        delivery=assignment.delivery,
        to=DeliveryState.PENDING,
        outcome=Outcome.UNKNOWN,
        now=desk.clock.now(),
        detail="no answer <b>came</b>",
        due_at=desk.clock.now(),
    )

    page = operator.get(f"/deliveries/{filled.waiting.id}").text

    assert "Sent, and no answer came: the destination may have it" in page
    assert "no answer &lt;b&gt;came&lt;/b&gt;" in page
    assert "Attempt 1 is unknown" in page


def test_what_is_held_says_why_and_what_to_do(operator: Browser, filled: Filled) -> None:
    page = operator.get(f"/deliveries/{filled.member.id}").text

    assert "notes.dat is held." in page
    assert "What to do:" in page
    assert f'href="/files/{filled.member.id}"' in page


def test_a_decision_on_the_page_of_one_leads_back_to_it(
    operator: Browser, desk: Desk, filled: Filled
) -> None:
    path = f"/deliveries/{filled.waiting.id}"

    answer = operator.post("/deliveries", verb="hold", ids=str(filled.waiting.id), back=path, why="T-1")

    assert answer.headers["location"] == path
    assert deliveries.get(desk, delivery_id=filled.waiting.id)[0].delivery.state is DeliveryState.HELD
    assert "operator held it back" in operator.get(path).text
