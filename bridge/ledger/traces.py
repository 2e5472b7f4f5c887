"""Traces of a tenant in what was noted of others: the audit trail, alarms, and the messages about them.

What was done stays with its moment; whom it names and what it says goes.  A name may be another's before and
after: its traces are those from its account's beginning to that of the next one of the name.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.ledger.exporting import about
from bridge.ledger.former import handle
from bridge.ledger.schema import accounts, admins, alarms, alert_targets, api_tokens, audit, notices

MARK = "(erased)"  # in the place of a name
_MARK_JSON = '{"erased": true}'  # in the place of a detail that is JSON
_AT_ONCE = 500  # entries; SQLite takes no more than 32,766 values
_WHOSE = frozenset({"account", "accounts"})  # in details: what stands there is the name of an account


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """Something that had a name for some time."""

    name: str
    since: datetime
    until: datetime | None  # when the next one of the name began

    def within(self, moment: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
        """Whether *moment* is of its time."""
        begun = moment >= self.since
        return begun if self.until is None else sa.and_(begun, moment < self.until)


def erase(connection: Connection, *, account_id: AccountId, new: str, now: datetime) -> None:
    """Erase them; while account and readers still have their names.

    Args:
        connection: to the ledger.
        account_id: whose.
        new: what it is called from now on.
        now: the present moment; open alarms about it end.
    """
    [own] = _named(connection, accounts, accounts.c.id == account_id)
    told = [f"account:{own.name}", f"account:{handle(own.name, account_id)}"]
    acts = sa.select(audit.c.id).where(about(sa.literal(int(account_id))))
    _rewrite(connection, list(connection.execute(acts).scalars()), dict.fromkeys(told, f"account:{new}"))
    for noun, table in (("admin", admins), ("token", api_tokens), ("alert", alert_targets)):
        for reader in _named(connection, table, table.c.account_id == account_id):
            _erase_reader(connection, noun, reader)
    _rewrite(connection, list(_telling(connection, own, told)), {})
    _erase_alarms(connection, own, told, new=f"account:{new}", now=now)


def _named(connection: Connection, table: sa.Table, which: sa.ColumnElement[bool]) -> list[_Named]:
    following = table.alias()
    until = (
        sa.select(sa.func.min(following.c.created_at))
        .where(following.c.name == table.c.name, following.c.id > table.c.id)
        .scalar_subquery()
    )
    query = sa.select(table.c.name, table.c.created_at, until.label("until")).where(which)
    return [
        _Named(name=row.name, since=row.created_at, until=row.until)
        for row in connection.execute(query.where(table.c.name != MARK))
    ]


def _erase_reader(connection: Connection, noun: str, reader: _Named) -> None:
    """Erase what a viewer, a token or an alert target did, and what was done to it."""
    subject, who = f"{noun}:{reader.name}", f"token {reader.name}" if noun == "token" else reader.name
    is_its = audit.c.subject == subject
    if noun != "alert":  # which does nothing
        is_its = sa.or_(is_its, audit.c.who == who)
    found = list(connection.execute(sa.select(audit.c.id).where(is_its, reader.within(audit.c.at))).scalars())
    _rewrite(connection, found, {subject: f"{noun}:{MARK}"}, who=None if noun == "alert" else who)


def _telling(connection: Connection, own: _Named, told: list[str]) -> Iterator[int]:
    """Return the entries whose detail names the account."""
    candidates = sa.or_(
        *(audit.c.detail.contains(json.dumps(text), autoescape=True) for text in (own.name, *told))
    )
    for row in connection.execute(
        sa.select(audit.c.id, audit.c.detail).where(candidates, own.within(audit.c.at))
    ).all():
        if _names(json.loads(row.detail), own.name, told):
            yield row.id


def _names(value: Any, name: str, told: list[str], *, is_whose: bool = False) -> bool:
    """Whether *value*, of a detail, names the account; a word elsewhere may be a role or a reason."""
    if isinstance(value, dict):
        return any(_names(one, name, told, is_whose=is_whose or key in _WHOSE) for key, one in value.items())
    if isinstance(value, list):
        return any(_names(one, name, told, is_whose=is_whose) for one in value)
    return value in told or (is_whose and value == name)


def _rewrite(
    connection: Connection, ids: list[int], subjects: dict[str, str], *, who: str | None = None
) -> None:
    """Take details and reasons from entries, and names where they are those given."""
    values: dict[str, Any] = {
        "detail": sa.case((audit.c.detail.is_not(None), _MARK_JSON)),
        "why": sa.case((audit.c.why.is_not(None), MARK)),
    }
    if subjects:
        values["subject"] = sa.case(subjects, value=audit.c.subject, else_=audit.c.subject)
    if who is not None:
        values["who"] = sa.case((audit.c.who == who, MARK), else_=audit.c.who)
    for at in range(0, len(ids), _AT_ONCE):
        some = audit.c.id.in_(ids[at : at + _AT_ONCE])
        connection.execute(sa.update(audit).where(some).values(**values))


def _erase_alarms(connection: Connection, own: _Named, told: list[str], *, new: str, now: datetime) -> None:
    """Erase what alarms say of it, and the messages about them, to whomever they went."""
    plain, by_handle = told
    its = sa.or_(
        sa.and_(alarms.c.subject == plain, own.within(alarms.c.raised_at)), alarms.c.subject == by_handle
    )
    forget_messages(connection, its)
    recovered = sa.func.coalesce(alarms.c.recovered_at, sa.literal(now, alarms.c.recovered_at.type))
    connection.execute(sa.update(alarms).where(its).values(subject=new, detail=MARK, recovered_at=recovered))


def forget_messages(connection: Connection, which: sa.ColumnElement[bool]) -> None:
    """Remove the messages about alarms."""
    its = sa.select(alarms.c.id).where(which)
    connection.execute(sa.delete(notices).where(notices.c.alarm_id.in_(its)))
