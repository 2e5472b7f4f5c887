"""Accounts by the API: what opens them."""

from bridge.admin.operations import accounts, trail
from bridge.admin.operations.desk import Desk
from tests.admin.api.v1.conftest import Program


def test_a_password_goes_where_a_key_stays_and_never_the_last_that_opens(
    operator: Program, desk: Desk
) -> None:
    gone = operator.ask("DELETE", "/accounts/jansen/password")
    last = operator.ask("DELETE", "/accounts/other/password")

    assert gone.status_code == 204
    assert accounts.get(desk, name="jansen").password_hash is None
    assert last.status_code == 409
    assert "has no key" in last.json()["detail"]
    assert accounts.get(desk, name="other").password_hash is not None
    [latest, *_] = trail.listing(desk, subject="account:jansen")
    assert latest.act == "account change"


def test_who_may_only_look_takes_no_password_away(support: Program) -> None:
    assert support.ask("DELETE", "/accounts/jansen/password").status_code == 403
