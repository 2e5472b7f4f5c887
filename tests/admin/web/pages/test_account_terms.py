"""The terms of an account are one form, and what is expected of it another."""

from bridge.admin.operations import accounts, expectations
from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import AtClose, Expects
from tests.admin.web.conftest import Browser

HERE = "/accounts/jansen"
TERMS: dict[str, str] = {
    "administrations": "B2\nA1",
    "encoding": "cp1252",
    "at_close": "hold",
    "allow_from": "192.0.2.0/24\n2001:db8::7",
    "max_sessions": "3",
    "max_file_size": "500 MB",
    "max_files_per_day": "1000",
    "quota": "20 GiB",
    "language": "nl",
    "contact": "it@example.com",
    "tells_ok": "on",
}


def test_what_is_saved_is_shown_again_as_it_was_typed(operator: Browser, desk: Desk) -> None:
    answer = operator.post(f"{HERE}/terms", **TERMS)

    account, form = accounts.get(desk, name="jansen"), operator.get(f"{HERE}/terms").text
    assert answer.headers["location"] == HERE
    assert [place.code for place in account.administrations] == ["B2", "A1"]
    assert (account.encoding, account.at_close) == ("cp1252", AtClose.HOLD)
    assert account.allowed_networks == ("192.0.2.0/24", "2001:db8::7/128")
    assert (account.max_sessions, account.max_file_bytes) == (3, 500_000_000)
    assert (account.max_files_per_day, account.quota_bytes) == (1000, 20 * 1024**3)
    assert (account.language, account.contact, account.tells_ok) == ("nl", "it@example.com", True)
    for typed in ("B2\nA1", 'value="500 MB"', 'value="20 GiB"', 'value="nl" selected', "checked"):
        assert typed in form


def test_an_empty_field_takes_a_term_away(operator: Browser, desk: Desk) -> None:
    operator.post(f"{HERE}/terms", **TERMS)

    operator.post(f"{HERE}/terms", administrations="A1", at_close="refuse")

    account = accounts.get(desk, name="jansen")
    assert (account.encoding, account.max_sessions, account.quota_bytes, account.contact) == (None,) * 4
    assert (account.allowed_networks, account.tells_ok, account.language) == ((), False, None)


def test_every_mistake_is_told_at_once_and_nothing_is_saved(operator: Browser, desk: Desk) -> None:
    before = accounts.get(desk, name="jansen")
    wrong: dict[str, str] = dict.fromkeys(
        ["encoding", "allow_from", "max_sessions", "max_file_size", "quota", "contact"], "<b>no"
    )

    answer = operator.post(f"{HERE}/terms", administrations="A1", at_close="refuse", **wrong)

    assert answer.status_code == 422
    for field in wrong:
        assert f'id="{field}-wrong"' in answer.text
    assert "<b>no" not in answer.text
    assert "&lt;b&gt;no" in answer.text
    assert accounts.get(desk, name="jansen") == before


def test_uploads_are_expected_by_the_times_that_are_set(operator: Browser, desk: Desk) -> None:
    days: list[str] = ["monday", "friday"]

    operator.post(
        f"{HERE}/expect",
        way="set",
        day=days,
        times="12:00, 17:00",
        count="2",
        size="20 kB",
        **{"from": "06:00"},
    )

    [found] = expectations.listing(desk, account="jansen")
    assert found.account.expects is Expects.SET
    assert [(one.weekday, f"{one.due_time:%H:%M}") for one in found.expectations] == [
        ("monday", "12:00"),
        ("monday", "17:00"),
        ("friday", "12:00"),
        ("friday", "17:00"),
    ]
    assert {(one.least_count, one.least_bytes) for one in found.expectations} == {(2, 20_000)}


def test_nothing_may_be_expected_or_habits_again(operator: Browser, desk: Desk) -> None:
    operator.post(f"{HERE}/expect", way="off")
    off, told = accounts.get(desk, name="jansen").expects, operator.told()
    operator.post(f"{HERE}/expect", way="learn")

    assert (off, told) == (Expects.OFF, "Nothing is expected of jansen any more.")
    assert accounts.get(desk, name="jansen").expects is Expects.LEARNED


def test_an_expectation_without_a_day_or_with_no_number_is_refused(operator: Browser) -> None:
    no_day = operator.post(f"{HERE}/expect", way="set", times="17:00", count="1")
    no_number = operator.post(f"{HERE}/expect", way="set", day="monday", times="17:00", count="many")

    assert (no_day.status_code, no_number.status_code) == (422, 422)
    assert "needs a weekday and a time" in no_day.text
    assert "expected a number" in no_number.text
    assert 'value="many"' in no_number.text
