"""The audit trail in the ledger: entries are added, and never changed or removed."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.audit import Act, Way
from bridge.ledger.schema import audit

_INSERT = sa.insert(audit)


def add(connection: Connection, *, acts: Iterable[Act]) -> None:
    """Note what was done, in the transaction in which it is done."""
    rows = [
        {
            "at": act.at,
            "who": act.who,
            "way": act.way,
            "act": act.act,
            "subject": act.subject,
            "why": act.why,
            "detail": json.dumps(dict(act.detail)) if act.detail else None,
        }
        for act in acts
    ]
    if rows:
        connection.execute(_INSERT, rows)


def listing(
    connection: Connection,
    *,
    subject: str | None = None,
    who: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Act]:
    """Return entries, the newest first: of one subject or person, since and until moments, before an id."""
    query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    if who is not None:
        query = query.where(audit.c.who == who)
    if since is not None:
        query = query.where(audit.c.at >= since)
    if until is not None:
        query = query.where(audit.c.at < until)
    if before is not None:
        query = query.where(audit.c.id < before)
    return [_to_act(row) for row in connection.execute(query)]


def _to_act(row: Row[Any]) -> Act:
    return Act(
        at=row.at,
        who=row.who,
        way=Way(row.way),
        act=row.act,
        subject=row.subject,
        why=row.why,
        detail=json.loads(row.detail) if row.detail else {},
        id=row.id,
    )


def about(connection: Connection, *, subjects: Collection[str], limit: int = 200) -> list[Act]:
    """Return entries of any of *subjects*, the first first, at most the last *limit*."""
    query = sa.select(audit).where(audit.c.subject.in_(list(subjects))).order_by(audit.c.id.desc())
    return [_to_act(row) for row in connection.execute(query.limit(limit))][::-1]
