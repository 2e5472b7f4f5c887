"""Expectations: when uploads of an account are due, learned from its habits or set by a person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from bridge.admin.operations import records
from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account, Expects
from bridge.domain.audit import Deed, changes
from bridge.domain.errors import Invalid
from bridge.domain.expectations import WEEKDAYS, WEEKS, Expectation, Weekday, what_to_expect
from bridge.ledger import accounts, arrived, expectations

_LARGEST = 2**63 - 1  # what the ledger's column holds
_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is expected of an account."""

    account: Account
    expectations: list[Expectation]  # in the order of the week


def listing(desk: Desk, *, account: str | None = None) -> list[Expected]:
    """Return what is expected of each account, or of one; raise `NotFound`."""
    found = desk.database.read_now(expectations.listing)
    only = desk.account_id(account)
    if only is not None:
        everybody = [desk.database.read_now(accounts.by_id, account_id=only)]
    else:
        everybody = desk.database.read_now(accounts.listing)
    return [Expected(account=one, expectations=found.get(one.id, [])) for one in everybody]


def set_times(
    desk: Desk,
    *,
    account: str,
    weekdays: Collection[Weekday],
    times: Sequence[str],
    from_time: str = "00:00",
    least_count: int = 1,
    least_bytes: int = 0,
) -> Expected:
    """Expect uploads of *account* by *times* of *weekdays*, in place of what was expected of these days.

    What was learned goes.  Local time is that of the account's first administration.

    Args:
        desk: where to work.
        account: its name.
        weekdays: which days; at least one.
        times: HH:MM, local; at least one.
        from_time: HH:MM, local; what came since the last such time before it is due counts.
        least_count: uploads, 1 or more.
        least_bytes: of them together.

    Raises:
        Invalid: one of them cannot be right, or the account has no administration.
        NotFound: there is no such account.
    """
    if not weekdays or not times:
        raise Invalid("an expectation needs a weekday and a time, such as monday and 17:00")
    if not 1 <= least_count <= _MOST or not 0 <= least_bytes <= _LARGEST:
        raise Invalid("an expectation is of at least one upload, and of no less than 0 bytes")
    begins, due = _time(from_time), sorted({_time(text) for text in times})
    found = desk.database.read_now(accounts.get, name=account)
    if not found.administrations:
        raise Invalid(f"account {account} has no administration, whose time zone would count")
    made = [
        Expectation(
            weekday=weekday,
            due_time=at,
            from_time=begins,
            timezone=found.administrations[0].timezone,
            least_count=least_count,
            least_bytes=least_bytes,
            is_learned=False,
            since=desk.clock.now(),
        )
        for weekday in dict.fromkeys(weekdays)
        for at in due
    ]
    told = {"weekdays": [*dict.fromkeys(weekdays)], "by": [f"{at:%H:%M}" for at in due], "from": from_time}
    told |= {"least_count": least_count, "least_bytes": least_bytes}
    return _change(desk, found, act="set", told=told, expects=Expects.SET, weekdays=weekdays, by=made)


def learn(desk: Desk, *, account: str) -> Expected:
    """Learn what can be expected of *account*, now and then every night; what was set goes.

    Raises:
        NotFound: there is no such account.
    """
    found = desk.database.read_now(accounts.get, name=account)
    now = desk.clock.now()
    since = now - timedelta(weeks=WEEKS, days=2)
    came = desk.database.read_now(
        arrived.by_minute,
        account_id=found.id,
        since=since,
        from_id=desk.database.read_now(arrived.first_since, since=since),
    )
    habits = what_to_expect(came, places=found.administrations, now=now)
    return _change(desk, found, act="learn", told={}, expects=Expects.LEARNED, by=habits)


def expect_nothing(desk: Desk, *, account: str, weekdays: Collection[Weekday] = ()) -> Expected:
    """Expect nothing of *account*, or nothing of *weekdays*; an alarm that is open recovers.

    Raises:
        NotFound: there is no such account.
        Invalid: single weekdays of what is learned: they would be learned again.
    """
    found = desk.database.read_now(accounts.get, name=account)
    if not weekdays:
        return _change(desk, found, act="off", told={}, expects=Expects.OFF)
    if found.expects is not Expects.SET:
        raise Invalid(
            f"account {account}: expectations are {found.expects}; single weekdays can be taken away only "
            "from what was set: bridge account expect set"
        )
    told = {"weekdays": [*dict.fromkeys(weekdays)]}
    return _change(desk, found, act="off", told=told, expects=Expects.SET, weekdays=weekdays)


def _change(
    desk: Desk,
    account: Account,
    *,
    act: str,
    told: Mapping[str, Any],
    expects: Expects,
    weekdays: Collection[Weekday] = WEEKDAYS,
    by: Sequence[Expectation] = (),
) -> Expected:
    deed = Deed(
        act=f"account expect {act}",
        subject=f"account:{account.name}",
        detail=changes({"expects": account.expects}, {"expects": expects}) | dict(told),
    )
    desk.change(deed, expectations.change, account_id=account.id, expects=expects, weekdays=weekdays, by=by)
    return listing(desk, account=account.name)[0]


def record(one: Expected) -> records.Record:
    """Return what is expected of an account as plain values for JSON; its names are a contract."""
    return {
        "account": one.account.name,
        "expects": one.account.expects,
        "expectations": [
            {
                "weekday": each.weekday,
                "by": f"{each.due_time:%H:%M}",
                "from": f"{each.from_time:%H:%M}",
                "timezone": each.timezone,
                "least_count": each.least_count,
                "least_bytes": each.least_bytes,
                "learned": each.is_learned,
                "since": records.moment(each.since),
            }
            for each in one.expectations
        ],
    }


def _time(text: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or len(text) != len("17:00"):
        raise Invalid(f"time {text!r}: expected HH:MM, local time, such as 17:00")
    return found
