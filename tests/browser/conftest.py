"""A server, its destination, and Debian's Chromium."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.flow.processes import Bridge, Destination, until
from tests.support.loaded import Loaded

PASSWORD = "a sentence to keep"
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def destination(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Destination]:
    """A strict destination."""
    destination = Destination(tmp_path_factory.mktemp("destination")).start()
    yield destination
    destination.stop()


@pytest.fixture(scope="module")
def bridge(
    tmp_path_factory: pytest.TempPathFactory, destination: Destination, loaded: Loaded
) -> Iterator[Bridge]:
    """A server that has just been installed: nobody has set it up."""
    bridge = Bridge(tmp_path_factory.mktemp("bridge"), destination.url, loaded=loaded)
    bridge.start()
    yield bridge
    bridge.close()


@pytest.fixture(scope="module")
def address(bridge: Bridge) -> str:
    """Where the console is."""
    host, port = bridge.ready["admin"]
    return f"http://{host}:{port}"


@pytest.fixture(scope="module")  # not longer: while it is open, no other event loop runs in this process
def chromium() -> Iterator[Browser]:
    """The browser."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path is not None, "no chromium: install Debian's package, as tests/run does"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open a page in a profile of its own; at its end the console must have had nothing to complain about."""
    opened: list[tuple[BrowserContext, list[str]]] = []

    def open_one(*, width: int = 1280, scheme: str = "light", script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=script,
            locale="nl-NL",
        )
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        opened.append((context, complaints))
        return page

    yield open_one
    for context, complaints in opened:
        context.close()
        assert [text for text in complaints if "the server responded with a status of 4" not in text] == []


@pytest.fixture(scope="module")
def operator(bridge: Bridge) -> str:
    """An operator's name."""
    bridge.run("admin", "add", "anna", "--password-file", "-", stdin=PASSWORD)
    return "anna"


def sign_in(page: Page, name: str, password: str = PASSWORD) -> Page:
    """Sign in with the form."""
    page.goto("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/$"))
    return page


def set_up_link(bridge: Bridge) -> str:
    """Return the one-time link that the server printed."""

    def printed() -> str | None:
        for line in bridge.stderr.splitlines():
            said = json.loads(line)
            if "link" in said:
                return str(said["link"])
        return None

    return str(until(printed))


def faults(page: Page, *rules: str) -> list[str]:
    """Return the serious faults of accessibility that axe finds, by *rules* or by all it knows."""
    page.evaluate(AXE)
    chosen = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = page.evaluate(f"axe.run(document, {json.dumps(chosen)})")
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


def is_wider_than_the_screen(page: Page) -> bool:
    """Whether the page itself, not a table in it, has to be moved sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
