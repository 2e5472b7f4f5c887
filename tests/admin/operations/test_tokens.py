"""Tokens of programs: what they are is kept nowhere, and what they may is bounded when they are made."""

from datetime import timedelta

import pytest

from bridge.admin.operations import accounts, tokens, trail
from bridge.admin.operations.desk import Desk
from bridge.domain.errors import Invalid, NotFound
from bridge.domain.roles import Role
from tests.support.clock import NOON


def test_what_a_token_is_stands_neither_in_the_ledger_s_answers_nor_in_the_trail(desk: Desk) -> None:
    made = tokens.add(desk, name="grafana", role=Role.SUPPORT)

    kept = f"{tokens.listing(desk)} {trail.listing(desk)}"
    assert made.secret not in kept
    assert tokens.whose(desk, made.secret) is not None
    assert tokens.whose(desk, made.secret[:-1]) is None
    assert tokens.whose(desk, made.secret.removeprefix("bridge_")) is None


@pytest.mark.parametrize(("days", "end"), [(0, None), (0.5, NOON + timedelta(hours=12))])
def test_no_days_is_until_it_is_revoked(desk: Desk, days: float, end: object) -> None:
    made = tokens.add(desk, name="grafana", role=Role.SUPPORT, days=days)

    assert made.token.expires_at == end
    tokens.revoke(desk, name="grafana")
    assert tokens.whose(desk, made.secret) is None


@pytest.mark.parametrize("days", [-1, 3651, float("nan")])
def test_days_that_cannot_be_are_refused(desk: Desk, days: float) -> None:
    with pytest.raises(Invalid):
        tokens.add(desk, name="grafana", role=Role.SUPPORT, days=days)
    assert tokens.listing(desk) == []


def test_a_viewer_s_token_is_of_one_account_and_nobody_else_s_is(desk: Desk) -> None:
    accounts.add(desk, name="jansen", administration_codes=["A1"], password="x")

    with pytest.raises(Invalid):
        tokens.add(desk, name="one", role=Role.VIEWER)
    with pytest.raises(Invalid):
        tokens.add(desk, name="two", role=Role.OPERATOR, account="jansen")
    with pytest.raises(NotFound):
        tokens.add(desk, name="three", role=Role.VIEWER, account="nobody")
    made = tokens.add(desk, name="four", role=Role.VIEWER, account="jansen")
    accounts.remove(desk, name="jansen")

    assert tokens.whose(desk, made.secret) is None
