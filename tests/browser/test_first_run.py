"""First run: a link, once; then the console is the operator's."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, faults, set_up_link, sign_in
from tests.flow.processes import Bridge


def test_the_printed_link_makes_the_first_operator_and_works_once(
    bridge: Bridge, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    page.goto(set_up_link(bridge))
    assert faults(page) == []
    page.get_by_label("Name").fill("first")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Once more").fill(PASSWORD)
    page.get_by_role("button", name="Make it").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "There is nothing to forecast: no account has an administration."
    )
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()

    again = open_page()
    answer = again.goto(set_up_link(bridge))
    assert answer is not None
    assert answer.status == 404
    sign_in(again, "first")
    expect(again.get_by_role("link", name="Tonight")).to_have_attribute("aria-current", "page")
