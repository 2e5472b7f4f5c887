"""Every page: no serious fault of accessibility, no page wider than a telephone, usable by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, faults, is_wider_than_the_screen, sign_in

PAGES = ["/", "/audit", "/system", "/access", "/alerts", "/me", "/me/totp"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_fault_of_accessibility(
    open_page: Callable[..., Page], operator: str, scheme: str
) -> None:
    rules = ["color-contrast"] if scheme == "dark" else []  # the rest is the same in both
    page = open_page(scheme=scheme)
    page.goto("/sign-in")
    found = {"/sign-in": faults(page, *rules)}
    sign_in(page, operator)
    for path in PAGES:
        page.goto(path)
        page.wait_for_load_state("load")
        found[path] = faults(page, *rules)

    assert {path: each for path, each in found.items() if each} == {}


def test_no_page_is_wider_than_a_telephone(open_page: Callable[..., Page], operator: str) -> None:
    page = sign_in(open_page(width=360), operator)
    wide = []
    for path in PAGES:
        page.goto(path)
        if is_wider_than_the_screen(page):
            wide.append(path)

    assert wide == []


def test_the_keyboard_is_enough(open_page: Callable[..., Page], operator: str) -> None:
    page = open_page()
    page.goto("/sign-in")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(operator)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Tonight")).to_be_visible()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    while not page.get_by_role("link", name="Audit").evaluate("link => link === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**/audit")
    expect(page.get_by_role("heading", level=1)).to_contain_text("in the last day")


def test_pages_work_without_scripts(open_page: Callable[..., Page], operator: str) -> None:
    page = sign_in(open_page(script=False), operator)

    page.get_by_role("link", name="Health").click()
    page.get_by_label("Why lane destination").fill("a test of the browser")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("status")).to_contain_text("is stopped")
    page.get_by_role("button", name="Resume").click()

    expect(page.get_by_role("status")).to_contain_text("sends again")


def test_what_stops_everything_asks_first(open_page: Callable[..., Page], operator: str) -> None:
    page = sign_in(open_page(), operator)
    page.goto("/system")
    asked: list[str] = []

    def refuse(dialog: object) -> None:
        asked.append(dialog.message)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", refuse)
    page.get_by_role("button", name="Stop").click()

    assert asked == [
        "Stop lane destination? Nothing is sent until somebody resumes it; uploads are still accepted."
    ]
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
