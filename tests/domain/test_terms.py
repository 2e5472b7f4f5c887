"""Terms are read as people say them; a word takes one away; what cannot be right is refused."""

from typing import Any

import pytest

from bridge.domain.errors import Invalid
from bridge.domain.terms import Terms, check_days, check_networks
from tests.support.clock import DAY, NOON


def test_only_what_is_said_changes() -> None:
    assert Terms().values(now=NOON) == {}
    assert Terms(max_sessions="3").values(now=NOON) == {"max_sessions": 3}


def test_every_term_becomes_a_field_of_the_account() -> None:
    terms = Terms(
        password_expires="90",
        allow_from=("192.0.2.0/24", "198.51.100.7"),
        max_sessions="3",
        max_file_size="500MB",
        max_files_per_day="1000",
        quota="20GiB",
        language="nl",
        contact="it@example.com",
        tells_ok=True,
    )

    assert terms.values(now=NOON) == {
        "password_expires_at": NOON + 90 * DAY,
        "allowed_networks": ("192.0.2.0/24", "198.51.100.7/32"),
        "max_sessions": 3,
        "max_file_bytes": 500_000_000,
        "max_files_per_day": 1000,
        "quota_bytes": 20 * 1024**3,
        "language": "nl",
        "contact": "it@example.com",
        "tells_ok": True,
    }


def test_a_word_takes_a_term_away() -> None:
    terms = Terms(
        password_expires="never",
        allow_from=("any",),
        max_sessions="default",
        max_file_size="default",
        max_files_per_day="none",
        quota="none",
        language="default",
        contact="none",
        tells_ok=False,
    )

    assert not any(terms.values(now=NOON).values())
    assert len(terms.values(now=NOON)) == 9


@pytest.mark.parametrize(
    "wrong",
    [
        {"password_expires": "0"},
        {"password_expires": "-1"},
        {"password_expires": "9999"},
        {"password_expires": "tomorrow"},
        {"max_sessions": "0"},
        {"max_sessions": "1.5"},
        {"max_sessions": "٣"},
        {"max_files_per_day": "many"},
        {"quota": "0"},
        {"language": "de"},
        {"contact": "it at example.com"},
        {"contact": "a@b, c@d"},
        {"contact": "a@b\r\nBcc: c@d"},
        {"allow_from": ("here",)},
        {"allow_from": ("any", "192.0.2.0/24")},
    ],
)
def test_what_cannot_be_right_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        Terms(**wrong).values(now=NOON)


def test_a_network_with_a_host_in_it_is_asked_back() -> None:
    with pytest.raises(Invalid, match=r"did you mean 192\.0\.2\.0/24"):
        check_networks(["192.0.2.7/24"])


def test_a_network_that_is_named_twice_counts_once() -> None:
    assert check_networks([" 192.0.2.7", "192.0.2.7/32", "2001:db8::/32"]) == (
        "192.0.2.7/32",
        "2001:db8::/32",
    )


def test_days_are_ten_years_at_most() -> None:
    assert check_days("3650") == 3650 * DAY
    with pytest.raises(Invalid):
        check_days("3651")
