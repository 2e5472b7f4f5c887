"""Tonight opens with the answer, then what needs a hand."""

from datetime import timedelta

import pytest

from bridge.admin.operations import accounts, deliveries, forecasts, lanes
from bridge.admin.operations.desk import Desk
from tests.admin.web.conftest import Browser
from tests.support import builders
from tests.support.clock import FakeClock


def waiting(desk: Desk, name: str, path: str = "/a.pdf") -> int:
    """Put a file of the account in the queue."""
    account = accounts.get(desk, name=name)
    upload = desk.database.write_now(builders.an_upload, account, path)
    [delivery] = desk.database.write_now(
        builders.accept, upload, builders.a_plan(upload, account.administrations[0])
    )
    return delivery.id


def test_it_answers_whether_tonight_is_safe(operator: Browser, desk: Desk) -> None:
    waiting(desk, "jansen")

    page = operator.get("/").text

    assert "All 2 administrations will be on time; the tightest is A1" in page
    assert 'href="/accounts/jansen"' in page


def test_what_is_held_stands_in_the_answer_and_in_the_bar(
    operator: Browser, desk: Desk, clock: FakeClock
) -> None:
    deliveries.hold(desk, delivery_id=waiting(desk, "jansen"))
    clock.advance(timedelta(minutes=20))

    page = operator.get("/").text

    assert "1 file is held, the oldest since" in page
    assert "the oldest for 20 min" in page
    assert '<span class="count">1' in page


def test_a_lane_that_an_operator_stopped_needs_a_hand(operator: Browser, desk: Desk) -> None:
    lanes.pause(desk, name="destination")

    page = operator.get("/").text

    assert "stopped by an operator; nothing is sent until it is resumed" in page
    assert "sends nothing" in page


def test_a_viewer_sees_the_own_administration_and_no_lane(viewer: Browser, desk: Desk) -> None:
    waiting(desk, "jansen")
    waiting(desk, "other")

    page = viewer.get("/").text

    assert "jansen" in page
    assert "other" not in page
    assert "B2" not in page
    assert "a second" not in page
    assert viewer.get("/administrations").status_code == 404


def test_the_part_that_is_loaded_again_is_the_page_s(operator: Browser, desk: Desk) -> None:
    waiting(desk, "jansen")

    part = operator.get("/tonight/live").text

    assert part.lstrip().startswith('<div id="tonight"')
    assert part.strip() in operator.get("/").text


def test_a_ledger_without_accounts_says_what_to_do_first(operator: Browser, desk: Desk) -> None:
    for name in ("jansen", "other"):
        accounts.remove(desk, name=name)

    page = operator.get("/").text

    assert "First steps" in page
    assert "Add an administration" in page


# Bug: each look of a viewer computed a forecast for all accounts, which takes a second where there are many.
def test_a_viewers_page_takes_the_forecast_that_is_there(
    viewer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again(_desk: Desk) -> None:
        raise AssertionError("computed anew")

    monkeypatch.setattr(forecasts, "whole", again)

    assert "A1" in viewer.get("/").text
