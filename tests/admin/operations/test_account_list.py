"""The list of accounts is for staff; a viewer sees how the own one stands."""

from dataclasses import replace

import pytest

from bridge.admin.operations import account_list, accounts
from bridge.admin.operations.desk import Desk
from bridge.domain.audit import Actor, Way
from bridge.domain.errors import NotFound
from bridge.domain.roles import Role


@pytest.fixture(autouse=True)
def _accounts(desk: Desk) -> None:
    for name in ("alpha", "beta", "gamma"):
        accounts.add(desk, name=name, administration_codes=["A1"], password="x")


def test_a_page_says_where_the_next_begins(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_list, "PAGE", 2)

    first = account_list.page(desk)
    second = account_list.page(desk, after=first.after)

    assert ([one.name for one in first.accounts], first.after) == (["alpha", "beta"], "beta")
    assert ([one.name for one in second.accounts], second.after) == (["gamma"], None)


def test_a_viewer_sees_how_the_own_one_stands_and_no_list(desk: Desk) -> None:
    own = accounts.get(desk, name="beta").id
    viewer = replace(desk, actor=Actor(who="v", way=Way.CONSOLE, role=Role.VIEWER, account=own))

    assert account_list.standing(viewer, name="beta").name == "beta"
    for question in (account_list.page, account_list.totals):
        with pytest.raises(NotFound):
            question(viewer)
    with pytest.raises(NotFound):
        account_list.standing(viewer, name="alpha")


def test_totals_count_who_can_log_in(desk: Desk) -> None:
    accounts.set_disabled(desk, name="alpha", is_disabled=True)

    found = account_list.totals(desk)

    assert (found.accounts, found.open, found.disabled) == (3, 2, 1)
