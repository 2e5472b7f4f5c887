"""Roles: nobody does what the role does not allow, and a tenant's viewer sees no other tenant."""

import pytest

from bridge.domain.accounts import AccountId
from bridge.domain.audit import Actor, Deed, Way
from bridge.domain.errors import NotFound, Refused
from bridge.domain.roles import SUPPORT_ACTS, Role, check, check_sees, check_sees_all, may

OPERATOR = Actor(who="anna", way=Way.CONSOLE)
SUPPORT = Actor(who="ben", way=Way.CONSOLE, role=Role.SUPPORT)
VIEWER = Actor(who="vera", way=Way.CONSOLE, role=Role.VIEWER, account=AccountId(1))


def deed(act: str, subject: str = "delivery:42") -> Deed:
    return Deed(act=act, subject=subject)


@pytest.mark.parametrize("act", ["account add", "lane pause", "delivery cancel", "delivery release"])
def test_an_operator_may_do_everything(act: str) -> None:
    assert may(OPERATOR, deed(act))


@pytest.mark.parametrize("act", sorted(SUPPORT_ACTS))
def test_support_decides_about_files(act: str) -> None:
    assert may(SUPPORT, deed(act))
    assert not may(VIEWER, deed(act))


@pytest.mark.parametrize(
    "act", ["account add", "lane pause", "delivery cancel", "delivery replay", "admin add"]
)
def test_support_changes_nothing_else(act: str) -> None:
    with pytest.raises(Refused, match=f"{act} is not for the role support"):
        check(SUPPORT, deed(act))


def test_who_may_only_look_changes_nothing() -> None:
    reader = Actor(who="token graphs", way=Way.API, may_write=False)

    with pytest.raises(Refused, match="lane pause is not for who may only look"):
        check(reader, deed("lane pause"))


def test_everybody_may_change_the_own_password_and_nobody_else_s() -> None:
    check(VIEWER, deed("admin password", "admin:vera"))

    with pytest.raises(Refused):
        check(VIEWER, deed("admin password", "admin:anna"))


def test_a_viewer_sees_the_own_account_only() -> None:
    check_sees(VIEWER, AccountId(1), "upload 1")
    with pytest.raises(NotFound, match="no upload 2"):
        check_sees(VIEWER, AccountId(2), "upload 2")
    with pytest.raises(NotFound, match="no account nobody"):
        check_sees(VIEWER, None, "account nobody")
    with pytest.raises(NotFound, match="no audit trail"):
        check_sees_all(VIEWER, "audit trail")


def test_staff_see_every_account() -> None:
    check_sees(OPERATOR, AccountId(2), "upload 2")
    check_sees(OPERATOR, None, "account nobody")
    check_sees_all(SUPPORT, "audit trail")


@pytest.mark.parametrize(("role", "account"), [(Role.VIEWER, None), (Role.SUPPORT, AccountId(1))])
def test_a_viewer_has_an_account_and_nobody_else_has(role: Role, account: AccountId | None) -> None:
    with pytest.raises(ValueError, match="disagree"):
        Actor(who="x", way=Way.API, role=role, account=account)
