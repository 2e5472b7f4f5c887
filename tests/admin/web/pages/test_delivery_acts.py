"""What is decided about many deliveries at once: named before it is done, and for whom it is."""

import re

import pytest

from bridge.admin.operations import deliveries, trail
from bridge.admin.operations.desk import Desk
from bridge.domain.deliveries import Delivery, DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.ledger import deliveries as stored
from tests.admin.web.conftest import HOST, Browser
from tests.admin.web.filled import Filled, fill
from tests.support import builders


@pytest.fixture
def filled(desk: Desk) -> Filled:
    """Files of two tenants."""
    return fill(desk)


def state(desk: Desk, delivery: Delivery) -> DeliveryState:
    return deliveries.get(desk, delivery_id=delivery.id)[0].delivery.state


def sure(browser: Browser, page: str) -> None:
    """Press the button of the page that asks."""
    fields = dict(
        re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.partition('class="sure"')[2])
    )
    fields.pop("csrf")
    assert browser.post("/deliveries", **fields).status_code == 303


def deliver(desk: Desk) -> list[Delivery]:
    """Deliver all that waits."""
    sent = desk.database.write_now(builders.claim, now=desk.clock.now())
    for one in sent:
        desk.database.write_now(
            stored.settle,
            delivery=one.delivery,
            to=DeliveryState.DELIVERED,
            outcome=Outcome.DELIVERED,
            now=desk.clock.now(),
            status=201,
        )
    return [one.delivery for one in sent]


def test_what_is_ticked_is_held_at_once(support: Browser, desk: Desk, filled: Filled) -> None:
    support.post("/deliveries", verb="hold", ids=[str(filled.waiting.id), str(filled.others.id)], why="T-3")

    assert (state(desk, filled.waiting), state(desk, filled.others)) == (DeliveryState.HELD,) * 2
    assert "Hold back: done for 2 files." in support.told()
    assert [act.why for act in trail.listing(desk, who="support")][:2] == ["T-3", "T-3"]


def test_cancelling_asks_first_and_names_the_files(operator: Browser, desk: Desk, filled: Filled) -> None:
    page = operator.post("/deliveries", verb="cancel", ids=str(filled.waiting.id)).text
    before = state(desk, filled.waiting)
    sure(operator, page)

    assert "Cancel 1 file?" in page
    assert "F1.pdf" in page
    assert "never sent" in page
    assert before is DeliveryState.PENDING
    assert state(desk, filled.waiting) is DeliveryState.CANCELLED


@pytest.mark.parametrize("verb", ["cancel", "replay"])
def test_support_neither_cancels_nor_sends_again(
    support: Browser, desk: Desk, filled: Filled, verb: str
) -> None:
    answer = support.post("/deliveries", verb=verb, ids=str(filled.waiting.id), sure="yes")

    assert answer.status_code == 403
    assert state(desk, filled.waiting) is DeliveryState.PENDING
    assert f'value="{verb}"' not in support.get("/deliveries").text


def test_a_viewer_decides_nothing(viewer: Browser, filled: Filled) -> None:
    assert viewer.post("/deliveries", verb="hold", ids=str(filled.waiting.id)).status_code == 404


def test_without_the_session_s_token_nothing_is_done(operator: Browser, desk: Desk, filled: Filled) -> None:
    form = {"verb": "hold", "ids": str(filled.waiting.id)}

    answer = operator.client.post("/deliveries", data=form, headers={"origin": HOST})

    assert answer.status_code == 403
    assert state(desk, filled.waiting) is DeliveryState.PENDING


def test_all_of_a_list_means_what_fits_its_filter(operator: Browser, desk: Desk, filled: Filled) -> None:
    page = operator.post(
        "/deliveries", verb="hold", all="on", of_account="jansen", of_kind="invoice_pdf"
    ).text
    sure(operator, page)

    assert "Hold back 1 file?" in page
    assert state(desk, filled.waiting) is DeliveryState.HELD
    assert state(desk, filled.others) is DeliveryState.PENDING
    [entry] = trail.listing(desk, subject=f"delivery:{filled.waiting.id}")
    assert entry.detail["chosen_by"] == {"account": "jansen", "kind": "invoice_pdf"}


def test_what_is_ticked_was_not_chosen_by_a_filter(operator: Browser, desk: Desk, filled: Filled) -> None:
    operator.post("/deliveries", verb="hold", ids=str(filled.waiting.id), of_account="jansen")

    [entry] = trail.listing(desk, subject=f"delivery:{filled.waiting.id}")
    assert "chosen_by" not in entry.detail


@pytest.mark.usefixtures("filled")
def test_all_of_everything_is_never_meant(operator: Browser) -> None:
    everything = operator.post("/deliveries", verb="hold", all="on")
    impossible = operator.post("/deliveries", verb="replay", all="on", of_state="held")

    assert everything.status_code == impossible.status_code == 422
    assert "narrow the list first" in everything.text.lower()
    assert "send again is for what is delivered" in impossible.text.lower()


def test_what_would_be_refused_is_shown_before_it_is_sent_again(
    operator: Browser, desk: Desk, filled: Filled
) -> None:
    delivered = deliver(desk)

    page = operator.post("/deliveries", verb="replay", ids=[str(delivered[0].id), str(filled.member.id)]).text
    sure(operator, page)

    assert "Send again 1 file?" in page
    assert "Not among them" in page
    assert f"delivery {filled.member.id} is held" in page
    assert "Send again: done for 1 file." in operator.told()


def test_one_that_refuses_is_told_and_keeps_no_other_back(operator: Browser, filled: Filled) -> None:
    page = operator.post(
        "/deliveries", verb="release", ids=[str(filled.member.id), str(filled.waiting.id)]
    ).text
    sure(operator, page)

    told = operator.told()
    assert "Release: done for 1 file. 1 file could not:" in told
    assert "needs a kind and an administration" in told


def test_what_lacks_a_kind_goes_as_it_is_told(operator: Browser, desk: Desk, filled: Filled) -> None:
    page = operator.post(
        "/deliveries", verb="release", ids=str(filled.member.id), kind="data", administration="A1"
    ).text
    sure(operator, page)

    assert state(desk, filled.member) is DeliveryState.PENDING


@pytest.mark.usefixtures("filled")
def test_what_can_be_no_decision_is_refused(operator: Browser) -> None:
    for form in ({"verb": "burn"}, {"verb": "hold"}, {"verb": "hold", "ids": "x"}):
        assert operator.post("/deliveries", **form).status_code == 422
