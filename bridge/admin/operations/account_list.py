"""Accounts as a list: pages by name, and how many can log in."""

from dataclasses import dataclass

from bridge.admin.operations.desk import Desk
from bridge.ledger import account_list
from bridge.ledger.account_list import Listed, Standing, Totals

__all__ = ["Listed", "Page", "Standing", "Totals", "page", "standing", "totals"]

PAGE = 100  # accounts of one page


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some accounts, by name."""

    accounts: list[Listed]
    after: str | None  # the name behind which the next page begins; None: this is the last


def page(desk: Desk, *, search: str = "", standing: Standing | None = None, after: str | None = None) -> Page:
    """Return a page of the accounts that are asked for, behind the name *after*."""
    desk.check_sees_all("accounts")
    found = desk.database.read_now(
        account_list.page,
        now=desk.clock.now(),
        search=search,
        standing=standing,
        after=after,
        limit=PAGE + 1,
    )
    return Page(accounts=found[:PAGE], after=found[PAGE - 1].name if len(found) > PAGE else None)


def totals(desk: Desk) -> Totals:
    """Return how many accounts there are, and how many of them can log in."""
    desk.check_sees_all("accounts")
    return desk.database.read_now(account_list.totals, now=desk.clock.now())


def standing(desk: Desk, *, name: str) -> Listed:
    """Return how one account stands; raise `NotFound`."""
    account = desk.account(name)
    return desk.database.read_now(account_list.one, account_id=account.id, now=desk.clock.now())
