"""What admins do all day: a tenant is set up, its upload watched as it arrives, what is held decided."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import faults, is_wider_than_the_screen, sign_in
from tests.flow import samples
from tests.flow.processes import Bridge, Destination, Sftp, make_key

HOSTILE = "<img src=x onerror=alert(1)>\u202efdp.pdf"
# In Windows-1252: no UTF-8, so that somebody has to say what it is.
OPEN_ITEMS = (
    "administration_code;debtor_code;debtor_company_name;invoice_number;invoice_date;invoice_due_date;"
    "invoice_total_amount_inc_vat;invoice_open_amount_inc_vat;invoice_currency_code\r\n"
    "NL77;1;Caf\u00e9 De Gro\u00eb;F1;2026-11-01;2026-12-01;10.00;10.00;EUR\r\n"
).encode("cp1252")


@pytest.fixture
def page(open_page: Callable[..., Page], operator: str) -> Page:
    """A page of the operator's."""
    return sign_in(open_page(), operator)


@pytest.fixture(scope="module")
def sender(bridge: Bridge, tmp_path_factory: pytest.TempPathFactory) -> Sftp:
    """OpenSSH's client, whose key the console will get."""
    key = tmp_path_factory.mktemp("key") / "id"
    make_key(key)
    return Sftp(key, bridge.port, account="groen")


def test_a_tenant_is_set_up_and_its_upload_seen_as_it_arrives(
    open_page: Callable[..., Page], operator: str, sender: Sftp, destination: Destination, tmp_path: Path
) -> None:
    page = sign_in(open_page(), operator)
    page.goto("/administrations")
    page.get_by_role("link", name=re.compile("dd an administration")).first.click()
    page.locator("[name=code]").fill("NL77")
    page.get_by_role("button", name="Add the administration").click()
    page.goto("/new-account")
    page.locator("[name=name]").fill("groen")
    page.locator("[name=administrations]").fill("NL77")
    page.get_by_text("Keys, a password of its own, character set").click()
    page.locator("[name=keys]").fill(sender.key.with_name("id.pub").read_text())
    page.get_by_role("button", name="Add the account").click()
    expect(page.get_by_text("SHA256:").first).to_be_visible()  # of the host keys, on the connection sheet

    watching = sign_in(open_page(), operator)
    watching.goto("/files")
    file = tmp_path / "2026-0001.pdf"
    file.write_bytes(samples.pdf(1))
    sender.run(f"put {file} /")

    row = watching.get_by_role("row").filter(has_text="2026-0001.pdf")
    expect(row).to_contain_text("delivered", timeout=30_000)  # the page was not loaded again by anybody
    assert destination.names() == ["2026-0001.pdf"]
    row.get_by_role("link", name="2026-0001.pdf").click()
    expect(watching.get_by_role("heading", level=1)).to_contain_text("2026-0001.pdf")
    expect(watching.get_by_text("Import of NL77 expected")).to_be_visible()


def test_what_is_held_for_its_character_set_goes_once_somebody_says_it(
    page: Page, sender: Sftp, destination: Destination, tmp_path: Path
) -> None:
    file = tmp_path / "open-items.csv"
    file.write_bytes(OPEN_ITEMS)
    sender.run(f"put {file} /csv/")

    page.goto("/held")
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 file", timeout=30_000)
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Caf\u00e9 De Gro\u00eb").first).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("groen writes").fill("windows-1252")
    page.get_by_role("button", name="Set it, and look at its files again").click()

    expect(page.get_by_role("status")).to_be_visible()
    destination.wait_for(2)
    assert destination.names()[-1] == "open-items.csv"


def test_a_hostile_name_is_only_text_on_every_page(page: Page, sender: Sftp, tmp_path: Path) -> None:
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    (tmp_path / "local.pdf").write_bytes(samples.pdf(7))
    shutil.copy(tmp_path / "local.pdf", tmp_path / "plain.pdf")
    sender.run(f'put {tmp_path}/local.pdf "/{HOSTILE}"')

    page.goto("/files")
    link = page.get_by_role("link", name=re.compile("onerror")).first
    expect(link).to_be_visible(timeout=30_000)
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<img src=x onerror=alert(1)>")
    for path in ("/", "/files", "/deliveries", "/accounts/groen", "/audit"):
        page.goto(path)
        assert page.locator("img[onerror], img[src='x']").count() == 0
        assert "\u202e" not in page.content()
    assert dialogs == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_with_something_on_them_have_no_serious_fault(
    open_page: Callable[..., Page], operator: str, scheme: str
) -> None:
    rules = (
        ["color-contrast", "scrollable-region-focusable"] if scheme == "dark" else []
    )  # the rest is the same
    page = sign_in(open_page(scheme=scheme, width=390 if scheme == "dark" else 1280), operator)
    found, wide = {}, []
    for path in (
        "/",
        "/files",
        "/files/1",
        "/held",
        "/deliveries",
        "/deliveries/1",
        "/accounts",
        "/accounts/groen",
        "/accounts/groen/sheet",
        "/accounts/groen/terms",
        "/accounts/groen/try",
        "/new-account",
        "/administrations",
        "/administrations/NL77",
        "/administrations/NL77/guards",
    ):
        page.goto(path)
        found[path] = faults(page, *rules)
        if is_wider_than_the_screen(page):
            wide.append(path)

    assert {path: each for path, each in found.items() if each} == {}
    assert wide == []
