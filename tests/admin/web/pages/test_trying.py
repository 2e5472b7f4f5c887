"""A path is tried in the console as on the command line: by name, or with the file itself."""

import gzip
import re

from httpx2 import Response

from bridge.admin.operations import routes
from bridge.admin.operations.desk import Desk
from bridge.admin.web.console import Console
from bridge.domain.kinds import Kind
from tests.admin.web.conftest import HOST, Browser

UBL = '<?xml version="1.0"?><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'


def look(browser: Browser, path: str, content: bytes, account: str = "jansen") -> Response:
    found = re.search(r'name="csrf" value="(\w+)"', browser.get("/me").text)
    assert found is not None
    return browser.client.post(
        f"/accounts/{account}/try",
        data={"csrf": found[1], "path": path},
        files={"file": ("file", content)},
        headers={"origin": HOST},
    )


def test_it_says_where_a_path_goes_and_what_would_be_asked(support: Browser, desk: Desk) -> None:
    route = routes.add(desk, account="jansen", pattern="/export/*.txt", kind=Kind.DATA)

    page = support.get("/accounts/jansen/try?path=/export/a.txt").text

    assert "/export/a.txt goes to A1 as data, by its route." in page
    assert f"route {route.id} /export/*.txt" in page
    assert "fits, and wins" in page
    assert "/import/files/csv" in page
    assert "rows_fallen=hold:30%" in page


def test_what_would_be_held_says_why_and_what_to_do(support: Browser) -> None:
    page = support.get("/accounts/jansen/try?path=/nowhere/a.csv").text

    assert "/nowhere/a.csv would be held." in page
    assert 'class="mistake"' in page


def test_the_content_decides_where_the_name_does_not(support: Browser) -> None:
    by_name = support.get("/accounts/jansen/try?path=/a.xml").text
    plain = look(support, "/a.xml", UBL.encode("utf-16"))
    packed = look(support, "/a.xml.gz", gzip.compress(UBL.encode()))
    broken = look(support, "/a.xml.gz", b"no gzip")

    assert "its content says: choose the file" in by_name
    assert "/a.xml goes to A1 as invoice_ubl, by its content." in plain.text
    assert "/a.xml.gz goes to A1 as invoice_ubl, by its content." in packed.text
    assert broken.status_code == 422
    assert "the file cannot be unpacked" in broken.text


def test_a_hostile_path_stays_text(support: Browser) -> None:
    page = support.client.get("/accounts/jansen/try", params={"path": "/<script>alert(1)</script>\x1b[2J"})

    assert "<script>alert" not in page.text
    assert "\x1b" not in page.text.split("<form class")[0]


def test_without_a_path_it_asks_for_one(support: Browser) -> None:
    assert "Try a path: where a file would go" in support.get("/accounts/jansen/try").text


def test_it_is_for_staff_and_for_accounts_that_are_there(viewer: Browser, support: Browser) -> None:
    assert viewer.get("/accounts/jansen/try").status_code == 404
    assert support.get("/accounts/nobody/try").status_code == 404


def test_a_console_that_was_given_no_way_to_try_says_so(support: Browser, console: Console) -> None:
    object.__setattr__(console, "trier", None)

    answer = support.get("/accounts/jansen/try")

    assert answer.status_code == 404
    assert "aths cannot be tried here" in answer.text
