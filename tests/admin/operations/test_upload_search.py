"""Searching among uploads: what is asked for is checked, a day is one of the console's zone."""

from datetime import UTC, date, datetime

import pytest

from bridge.admin.operations import accounts, upload_search
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.upload_search import Search
from bridge.domain.accounts import Account
from bridge.domain.errors import Invalid
from tests.support import builders

SUMMER_ENDS = date(2026, 10, 25)


@pytest.fixture
def account(desk: Desk) -> Account:
    """An account of A1."""
    return accounts.add(desk, name="sender", administration_codes=["A1"], password="x").account


def test_a_day_is_of_the_console_s_zone_and_may_have_25_hours(desk: Desk) -> None:
    begins, ends = upload_search.day_span(desk, SUMMER_ENDS)

    assert begins == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert (ends - begins).total_seconds() == 25 * 3600


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_at_the_calendar_s_end_is_refused_and_breaks_nothing(desk: Desk, day: date) -> None:
    with pytest.raises(Invalid, match="calendar"):
        upload_search.search(desk, wanted=Search(day=day))


@pytest.mark.parametrize("text", ["abcde", "xyzxyz", "a" * 65, ""])
def test_what_is_no_hash_or_too_short_is_refused(desk: Desk, text: str) -> None:
    with pytest.raises(Invalid, match="SHA-256"):
        upload_search.search(desk, wanted=Search(sha256=text))


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="expected a date such as"):
        upload_search.check_day(text)


def test_filters_are_joined(desk: Desk, account: Account) -> None:
    desk.database.write_now(builders.an_upload, account, "/a.pdf")
    wanted = desk.database.write_now(builders.an_upload, account, "/b.pdf")

    found = upload_search.search(
        desk, wanted=Search(account="sender", name="B.", day=upload_search.today(desk))
    )

    assert [one.upload.id for one in found.files] == [wanted.id]
    assert upload_search.count_on(desk, day=upload_search.today(desk), account="sender") == 2
    assert not Search(batch=wanted.id).is_empty
