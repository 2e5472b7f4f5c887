"""Between a browser and the console: host, origin, size, and what a page may load."""

import pytest

from bridge.admin.web.guarding import MOST_BYTES
from tests.admin.web.conftest import HOST, Browser


def test_a_page_may_load_only_what_is_ours_and_nothing_inline(operator: Browser) -> None:
    policy = operator.get("/").headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_pages_are_not_kept_by_browsers_and_what_they_load_is(operator: Browser) -> None:
    assert operator.get("/").headers["cache-control"] == "no-store"
    assert operator.get("/static/console.css").headers["cache-control"] == "max-age=3600"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
def test_a_site_that_calls_us_by_its_own_name_sees_nothing(operator: Browser, host: str) -> None:
    assert operator.get("/", host=host).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8080", "192.0.2.7", "[::1]:8080"])
def test_the_console_answers_to_addresses(stranger: Browser, host: str) -> None:
    assert stranger.get("/sign-in", host=host).status_code == 200


def test_probes_and_programs_may_call_us_as_they_like(stranger: Browser) -> None:
    assert stranger.get("/health/live", host="bridge.internal").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": HOST, "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused(stranger: Browser, headers: dict[str, str]) -> None:
    answer = stranger.client.post("/sign-in", data={"name": "x"}, headers=headers)

    assert answer.status_code == 403
    assert "another site" in answer.text


def test_what_is_too_long_is_refused_before_it_is_read(stranger: Browser) -> None:
    answer = stranger.client.post(
        "/sign-in", content=b"x" * (MOST_BYTES + 1), headers={"origin": HOST, "content-type": "text/plain"}
    )

    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e9", "abc"])
def test_a_length_that_is_no_number_is_refused(stranger: Browser, length: str) -> None:
    assert stranger.get("/sign-in", **{"content-length": length}).status_code == 413
