"""Support reads what the sender reads."""

from dataclasses import replace

import pytest

from bridge.admin.operations import accounts, status
from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.audit import Actor, Way
from bridge.domain.errors import NotFound
from bridge.domain.roles import Role
from tests.support import builders


@pytest.fixture
def account(desk: Desk) -> Account:
    return accounts.add(desk, name="sender", administration_codes=["A1"], password="x").account


def test_the_page_is_in_front_of_one(desk: Desk, account: Account) -> None:
    desk.database.write_now(builders.an_upload, account, "/a.csv")

    [answer] = status.listing(desk, name="sender")

    assert answer.name == "today.txt"
    assert "/a.csv" in answer.content.decode()
    assert status.get(desk, name="sender", file="today.txt") == answer


def test_a_file_as_plain_values_says_its_text_size_and_time(desk: Desk, account: Account) -> None:
    desk.database.write_now(builders.an_upload, account, "/a.csv")
    [answer] = status.listing(desk, name="sender")

    record = status.record(answer)

    assert (record["name"], record["size"]) == ("today.txt", len(answer.content))
    assert record["text"].startswith("sender: received on")
    assert record["modified_at"] == "2026-11-21T12:00:00Z"


def test_a_tenant_s_viewer_reads_the_own_pages_only(desk: Desk, account: Account) -> None:
    accounts.add(desk, name="other", administration_codes=["B2"], password="x")
    actor = Actor(who="vera", way=Way.CONSOLE, role=Role.VIEWER, account=account.id)
    viewer = replace(desk, actor=actor)

    assert status.listing(viewer, name="sender")
    with pytest.raises(NotFound):
        status.listing(viewer, name="other")


def test_an_unknown_account_or_file_is_said(desk: Desk, account: Account) -> None:
    with pytest.raises(NotFound, match="nobody"):
        status.listing(desk, name="nobody")
    with pytest.raises(NotFound, match=r"x\.ok"):
        status.get(desk, name=account.name, file="x.ok")
