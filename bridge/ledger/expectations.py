"""Expectations in the ledger: what is due of which account, learned or set."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.accounts import AccountId, Expects
from bridge.domain.errors import Conflict
from bridge.domain.expectations import WEEKDAYS, Expectation, Weekday
from bridge.ledger import counters
from bridge.ledger.schema import accounts, expectations


def listing(
    connection: Connection, *, account_id: AccountId | None = None
) -> dict[AccountId, list[Expectation]]:
    """Return the expectations by account, in the order of the week; an account without any is left out."""
    query = sa.select(expectations).order_by(
        expectations.c.account_id, expectations.c.weekday, expectations.c.due_time
    )
    if account_id is not None:
        query = query.where(expectations.c.account_id == account_id)
    found: dict[AccountId, list[Expectation]] = {}
    for row in connection.execute(query):
        found.setdefault(row.account_id, []).append(_to_expectation(row))
    return found


def learned(connection: Connection, *, account_id: AccountId, expected: Sequence[Expectation]) -> bool:
    """Let *expected* take the place of what was learned before; say whether anything changed.

    A weekday that was expected before is expected since then: learning it anew forgives nothing.

    Raises:
        Conflict: the account does not learn any more.
    """
    mode = connection.execute(
        sa.select(accounts.c.expects).where(accounts.c.id == account_id).with_for_update()
    ).scalar()
    if mode != Expects.LEARNED:
        raise Conflict(f"account {account_id} does not learn what to expect any more: {mode}")
    before = listing(connection, account_id=account_id).get(account_id, [])
    kept = continued(expected, before)
    if kept == before:
        return False
    _replace(connection, account_id=account_id, weekdays=WEEKDAYS, by=kept)
    return True


def continued(expected: Sequence[Expectation], before: Sequence[Expectation]) -> list[Expectation]:
    """Return *expected*, each since when its weekday was expected in *before*."""
    since = {one.weekday: one.since for one in before}
    return [replace(one, since=since.get(one.weekday, one.since)) for one in expected]


def change(
    connection: Connection,
    *,
    account_id: AccountId,
    expects: Expects,
    weekdays: Collection[Weekday] = WEEKDAYS,
    by: Sequence[Expectation] = (),
) -> None:
    """Say where expectations come from, and set those of *weekdays*; where this changes, no others stay."""
    changed = connection.execute(
        sa.update(accounts)
        .where(accounts.c.id == account_id, accounts.c.expects != expects)
        .values(expects=expects)
    )
    _replace(connection, account_id=account_id, weekdays=WEEKDAYS if changed.rowcount else weekdays, by=by)


def _replace(
    connection: Connection,
    *,
    account_id: AccountId,
    weekdays: Collection[Weekday],
    by: Sequence[Expectation],
) -> None:
    connection.execute(
        sa.delete(expectations).where(
            expectations.c.account_id == account_id,
            expectations.c.weekday.in_([WEEKDAYS.index(one) for one in weekdays]),
        )
    )
    if by:
        connection.execute(sa.insert(expectations), [_to_row(account_id, one) for one in by])
    counters.raise_by_one(connection, name=counters.ACCOUNTS)


def _to_row(account_id: AccountId, one: Expectation) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "weekday": WEEKDAYS.index(one.weekday),
        "due_time": f"{one.due_time:%H:%M}",
        "from_time": f"{one.from_time:%H:%M}",
        "timezone": one.timezone,
        "least_count": one.least_count,
        "least_bytes": one.least_bytes,
        "is_learned": one.is_learned,
        "since": one.since,
    }


def _to_expectation(row: Row[Any]) -> Expectation:
    return Expectation(
        weekday=WEEKDAYS[row.weekday],
        due_time=time.fromisoformat(row.due_time),
        from_time=time.fromisoformat(row.from_time),
        timezone=row.timezone,
        least_count=row.least_count,
        least_bytes=row.least_bytes,
        is_learned=row.is_learned,
        since=row.since,
    )
