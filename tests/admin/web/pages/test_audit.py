"""Audit: who did what, newest first, narrowed by the address."""

from bridge.admin.operations import administrations, lanes
from bridge.admin.operations.desk import Desk
from tests.admin.web.conftest import Browser


def test_it_opens_with_how_much_was_done_by_how_many(operator: Browser) -> None:
    page = operator.get("/audit").text

    # Two administrations, two accounts, one admin, and the sign-in.
    assert "6 things were done by 2 people in the last day." in page
    assert 'href="/accounts/jansen"' in page


def test_an_entry_says_what_changed(operator: Browser, desk: Desk) -> None:
    administrations.change(desk, code="A1", timezone="Europe/Lisbon")

    page = operator.get("/audit?subject=administration:A1").text

    assert "Europe/Amsterdam → Europe/Lisbon" in page
    assert "account add" not in page


def test_a_person_s_acts_are_one_click_away(operator: Browser) -> None:
    page = operator.get("/audit?who=operator").text

    assert "1 entry fit; the newest is by operator." in page
    assert "admin sign in" in page


def test_what_can_be_no_subject_is_said(operator: Browser) -> None:
    assert "expected a noun and a name or id" in operator.get("/audit?subject=nonsense").text
    assert "expected such as 2026-11-22" in operator.get("/audit?day=yesterday").text


def test_older_entries_are_a_page_away_and_each_is_shown_once(operator: Browser, desk: Desk) -> None:
    for number in range(120):
        lanes.pause(desk, name="destination") if number % 2 == 0 else lanes.resume(desk, name="destination")

    first = operator.get("/audit").text
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = operator.get(older).text

    assert first.count("<tr>") - 1 == 100
    assert second.count("<tr>") - 1 == 26
    assert 'rel="next"' not in second


def test_it_is_for_staff(viewer: Browser, support: Browser) -> None:
    assert viewer.get("/audit").status_code == 404
    assert support.get("/audit").status_code == 200


def test_markup_in_a_reason_is_inert(operator: Browser) -> None:
    operator.post("/system/lanes/pause", lane="destination", why="<img src=x onerror=alert(1)>")

    page = operator.get("/audit").text

    assert "&lt;img src=x" in page
    assert "<img src=x" not in page
