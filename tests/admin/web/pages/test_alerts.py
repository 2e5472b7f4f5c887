"""Alerts: where alarms go, set up and tried out in the console."""

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from bridge.admin.operations import alerts, trail
from bridge.admin.operations.desk import Desk
from bridge.domain.alarms import AlarmKind
from tests.admin.web.conftest import Browser


@pytest.fixture
def hook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A receiver of webhooks, and the headers of what it got."""
    got: list[dict[str, str]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            got.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/secret-path", got
    server.shutdown()
    server.server_close()


def test_without_a_target_it_says_so(operator: Browser) -> None:
    assert "Alarms go nowhere" in operator.get("/alerts").text


def test_a_webhook_is_added_its_secret_shown_once_and_a_test_arrives_signed(
    operator: Browser, hook: tuple[str, list[dict[str, str]]]
) -> None:
    url, got = hook

    added = operator.post("/alerts", name="ops", webhook=url).text
    operator.post("/alerts/ops/test")

    secret = re.search(r'data-copy="([^"]+)"', added)
    assert secret is not None
    assert "The test to ops arrived" in operator.told()
    assert re.fullmatch(r"t=\d+,v1=[0-9a-f]{64}", got[0]["bridge-signature"])
    page = operator.get("/alerts").text
    assert secret[1] not in page
    assert "secret-path" not in page
    assert "Alarms go to 1 place." in page


def test_a_test_that_does_not_arrive_is_told(operator: Browser) -> None:
    operator.post("/alerts", name="ops", webhook="http://127.0.0.1:9/x")

    operator.post("/alerts/ops/test")

    assert "The test to ops did not arrive" in operator.told()
    assert "the last message to ops failed" in operator.get("/alerts").text


def test_it_is_disabled_enabled_and_removed(operator: Browser, desk: Desk) -> None:
    operator.post("/alerts", name="ops", webhook="https://hooks.example/x", account="jansen")

    operator.post("/alerts/ops/disable")
    is_disabled = alerts.show(desk, name="ops").target.is_disabled
    operator.post("/alerts/ops/enable")
    operator.post("/alerts/ops/remove")

    assert is_disabled
    assert alerts.listing(desk) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "expected either a webhook&#39;s URL or a mail address"),
        ({"webhook": "http://hooks.example/x"}, "https"),
        ({"mail": "a@example.nl"}, "set mail.host"),
        ({"webhook": "https://hooks.example/x", "account": "nobody"}, "no account nobody"),
    ],
)
def test_a_mistake_is_said_and_what_was_typed_stays(
    operator: Browser, fields: dict[str, str], said: str
) -> None:
    answer = operator.post("/alerts", name="ops", **fields)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="ops"' in answer.text


def test_it_is_for_operators(support: Browser) -> None:
    assert support.get("/alerts").status_code == 404


def test_a_target_is_changed_and_what_is_emptied_goes_back_to_all(operator: Browser, desk: Desk) -> None:
    alerts.add(
        desk,
        name="ops",
        webhook="https://hooks.example/x",
        account="jansen",
        kinds=[AlarmKind.DISK_LOW],
        language="nl",
    )
    form = operator.get("/alerts/ops").text

    operator.post("/alerts/ops/change", account="other", kind=["disk_low"], language="nl", why="T-9")
    once = alerts.show(desk, name="ops").target
    operator.post("/alerts/ops/change", account="", language="")
    twice = alerts.show(desk, name="ops").target

    assert 'value="jansen"' in form
    assert 'value="disk_low" checked' in form
    assert "hooks.example/x" not in form
    assert (once.account, once.kinds, once.language) == ("other", frozenset({AlarmKind.DISK_LOW}), "nl")
    assert (twice.account, twice.kinds, twice.language) == (None, None, None)
    assert twice.address == "https://hooks.example/x"
    assert [act.why for act in trail.listing(desk, subject="alert:ops")][:2] == [None, "T-9"]


def test_a_mistake_in_a_change_stands_on_the_form(operator: Browser) -> None:
    operator.post("/alerts", name="ops", webhook="https://hooks.example/x")

    answer = operator.post("/alerts/ops/change", account="nobody")

    assert answer.status_code == 422
    assert "no account nobody" in answer.text
    assert 'value="nobody"' in answer.text
    assert operator.get("/alerts/none").status_code == 404
