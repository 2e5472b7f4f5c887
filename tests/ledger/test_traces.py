"""Traces of an erased tenant go; those of whoever had the name before or has it since stay."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.audit import Act, Way
from bridge.domain.roles import Role
from bridge.ledger import accounts, admins, audit, erasing, exporting, removing, traces
from bridge.ledger.schema import alarms, notices
from tests.support.builders import an_account, an_administration
from tests.support.clock import NOON

HOUR = timedelta(hours=1)


def note(connection: Connection, hours: int, who: str, subject: str, **detail: Any) -> None:
    act = Act(
        at=NOON + hours * HOUR, who=who, way=Way.CLI, act="test", subject=subject, why="w", detail=detail
    )
    audit.add(connection, acts=[act])


def told(connection: Connection) -> list[tuple[str, str, str | None, dict[str, Any]]]:
    """Who, subject, why and detail of each entry, the first first."""
    return [(one.who, one.subject, one.why, dict(one.detail)) for one in audit.listing(connection)][::-1]


def test_only_what_was_done_while_the_name_was_its_own_is_erased(connection: Connection) -> None:
    gone = an_account(connection, name="jansen")
    note(connection, -1, "anna", "account:jansen", contact="before")
    note(connection, 1, "anna", "account:jansen", contact="x@example.com")
    note(connection, 1, "anna", "delivery:many", filters={"account": "jansen", "reason": "x"})
    note(connection, 1, "anna", "admin:ben", role="jansen", accounts=["other"])
    removing.remove(connection, account_id=gone.id, now=NOON + HOUR)
    note(connection, 1, "anna", "account:jansen")  # that it was removed: a moment after it was
    note(connection, 3, "anna", f"account:jansen#{gone.id}", files=True)
    living = accounts.add(
        connection,
        name="jansen",
        password_hash=None,
        encoding=None,
        administration_ids=[an_administration(connection, "B2").id],
        keys=[],
        now=NOON + 2 * HOUR,
    )
    note(connection, 2, "anna", "account:jansen", contact="next@example.com")
    note(connection, 2, "anna", "alert:desk", account="jansen")

    assert [one["why"] for one in entries_about(connection, living.id)] == ["w"]
    assert len(entries_about(connection, gone.id)) == 3
    traces.erase(connection, account_id=gone.id, new="erased-1", now=NOON + 4 * HOUR)

    erased = {"erased": True}
    assert told(connection) == [
        ("anna", "account:jansen", "w", {"contact": "before"}),
        ("anna", "account:erased-1", traces.MARK, erased),
        ("anna", "delivery:many", traces.MARK, erased),
        ("anna", "admin:ben", "w", {"role": "jansen", "accounts": ["other"]}),
        ("anna", "account:erased-1", traces.MARK, {}),
        ("anna", "account:erased-1", traces.MARK, erased),
        ("anna", "account:jansen", "w", {"contact": "next@example.com"}),
        ("anna", "alert:desk", "w", {"account": "jansen"}),
    ]


def entries_about(connection: Connection, account_id: AccountId) -> list[exporting.Record]:
    page = exporting.page(connection, section="audit", account_id=account_id, after=(), limit=9)
    return list(page.records)


def test_a_viewer_s_name_goes_from_what_the_viewer_did_and_not_from_the_next_one_s_acts(
    connection: Connection,
) -> None:
    account = an_account(connection)
    for name, role, hours in (("vera", Role.VIEWER, 0), ("anna", Role.OPERATOR, 0)):
        admins.add(
            connection,
            name=name,
            role=role,
            account_id=account.id if role is Role.VIEWER else None,
            password_hash="h",
            now=NOON + hours * HOUR,
        )
    note(connection, 1, "vera", "admin:vera", peer="192.0.2.7")
    note(connection, 1, "anna", "admin:vera")
    removing.remove(connection, account_id=account.id, now=NOON + HOUR)
    admins.add(
        connection,
        name="vera",
        role=Role.SUPPORT,
        account_id=None,
        password_hash="h",
        now=NOON + 2 * HOUR,
    )
    note(connection, 2, "vera", "admin:vera", peer="192.0.2.8")

    erasing.finish(connection, account_id=account.id, now=NOON + 3 * HOUR)

    assert told(connection) == [
        (traces.MARK, f"admin:{traces.MARK}", traces.MARK, {"erased": True}),
        ("anna", f"admin:{traces.MARK}", traces.MARK, {}),
        ("vera", "admin:vera", "w", {"peer": "192.0.2.8"}),
    ]


def test_alarms_of_the_next_one_of_the_name_go_on(connection: Connection) -> None:
    gone = an_account(connection, name="jansen")
    removing.remove(connection, account_id=gone.id, now=NOON)
    accounts.add(
        connection,
        name="jansen",
        password_hash=None,
        encoding=None,
        administration_ids=[an_administration(connection, "B2").id],
        keys=[],
        now=NOON + HOUR,
    )
    subjects = ["account:jansen", f"account:jansen#{gone.id}", "account:jansen"]
    for number, subject in enumerate(subjects):
        connection.execute(
            sa.insert(alarms).values(
                id=number,
                kind=f"files_held{number}",
                subject=subject,
                detail="1 file",
                raised_at=NOON + number * HOUR,
            )
        )
        notice = {"event": "raised", "body": "{}", "created_at": NOON, "due_at": NOON}
        connection.execute(sa.insert(notices).values(alarm_id=number, **notice))

    traces.erase(connection, account_id=gone.id, new="erased-1", now=NOON + 3 * HOUR)

    rows = connection.execute(sa.select(alarms.c.subject, alarms.c.detail).order_by(alarms.c.id)).all()
    assert [tuple(row) for row in rows] == [
        ("account:erased-1", traces.MARK),
        ("account:erased-1", traces.MARK),
        ("account:jansen", "1 file"),
    ]
    assert connection.execute(sa.select(notices.c.alarm_id)).scalars().all() == [2]
