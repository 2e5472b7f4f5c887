"""A tenant of whom the ledger knows something in every table; each text of it has the canary in it."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account, AccountKey
from bridge.domain.administrations import Administration
from bridge.domain.audit import Act, Way
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.ledger import accounts, audit, deliveries, tree
from bridge.ledger.schema import (
    accounts as accounts_table,
)
from bridge.ledger.schema import (
    admins,
    alarms,
    alert_targets,
    api_tokens,
    attempts,
    client_profiles,
    documents,
    expectations,
    logins,
    notices,
    routes,
    snapshots,
    uploads,
)
from tests.support.builders import a_plan, accept, an_administration, an_upload, claim
from tests.support.clock import MINUTE, NOON

CANARY = "kanarie"
NAME = f"{CANARY}-tenant"


def a_tenant(connection: Connection, place: Administration | None = None, *, blob: str = "blob") -> Account:
    """Add an account that has sent a PDF, which was delivered, and a zip of two, of which one waits."""
    place = place or an_administration(connection)
    account = accounts.add(
        connection,
        name=NAME,
        password_hash=f"{CANARY}-hash",
        encoding=None,
        administration_ids=[place.id],
        keys=[AccountKey(fingerprint=f"SHA256:{CANARY}", public_key=f"ssh-ed25519 {CANARY}", comment=CANARY)],
        now=NOON,
    )
    connection.execute(sa.update(accounts_table).values(contact=f"{CANARY}@example.com"))
    tree.make_folder(connection, account_id=account.id, folder="/", name=CANARY, now=NOON)
    first = an_upload(connection, account, f"/{CANARY}/{CANARY}.pdf", blob=blob)
    [sent] = accept(connection, first, a_plan(first, place))
    [assignment] = claim(connection)
    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=NOON + MINUTE,
        status=200,
        detail=CANARY,
    )
    second = an_upload(connection, account, f"/{CANARY}.zip")
    accept(
        connection,
        second,
        a_plan(second, place, member=f"{CANARY}/1.pdf"),
        a_plan(second, place, Kind.DECLARATION, member=f"{CANARY}/2.pdf"),
    )
    connection.execute(
        sa.update(uploads).values(peer=CANARY, client=CANARY, detail=CANARY, remarks=f'["{CANARY}"]')
    )
    connection.execute(sa.update(documents).values(identity=CANARY))
    connection.execute(sa.insert(snapshots).values(document_id=sent.document_id, facts=f'"{CANARY}"'))
    _more(connection, account)
    _traces(connection, first.id)
    audit.add(
        connection,
        acts=[
            _act(subject, offset)
            for offset, subject in enumerate(
                [f"account:{NAME}", f"upload:{first.id}", f"delivery:{sent.id}", "account:other"]
            )
        ],
    )
    return account


def _act(subject: str, offset: int) -> Act:
    detail = {"name": CANARY} if "other" not in subject else {}
    why = CANARY if detail else "T-1"
    at = NOON + timedelta(seconds=offset)
    return Act(at=at, who="tester", way=Way.CLI, act="test", subject=subject, why=why, detail=detail)


def _traces(connection: Connection, upload_id: int) -> None:
    """Let it stand where something else is meant: a viewer's own acts, staff's acts, messages to all."""
    details: list[tuple[str, str, dict[str, Any]]] = [
        (CANARY, f"admin:{CANARY}", {"peer": f"{CANARY}.example"}),
        ("tester", f"admin:{CANARY}", {"role": "viewer", "account": NAME}),
        (f"token {CANARY}", f"token:{CANARY}", {"role": "viewer", "account": NAME}),
        ("tester", f"alert:{CANARY}", {"account": NAME, "address": f"{CANARY}@example.com"}),
        ("tester", "alert:staff", {"account": {"from": NAME, "to": None}}),
        ("tester", "alarm:7", {"subject": f"account:{NAME}"}),
    ]
    acts = [
        Act(at=NOON, who=who, way=Way.CONSOLE, act="test", subject=subject, why=CANARY, detail=detail)
        for who, subject, detail in details
    ]
    audit.add(connection, acts=acts)
    connection.execute(
        sa.insert(alarms).values(
            id=9, kind="batch_incomplete", subject=f"batch:{upload_id}", detail=CANARY, raised_at=NOON
        )
    )
    connection.execute(
        sa.insert(alert_targets).values(
            id=9, name="staff", way="mail", address="a@example.com", created_at=NOON
        )
    )
    for alarm_id in (7, 9):
        connection.execute(
            sa.insert(notices).values(
                target_id=9,
                alarm_id=alarm_id,
                event="raised",
                body=f'"{CANARY}"',
                created_at=NOON,
                due_at=NOON,
            )
        )


def _more(connection: Connection, account: Account) -> None:
    """Fill the tables that other rooms write."""
    whose = {"account_id": account.id}
    connection.execute(
        sa.insert(logins),
        [
            {"at": NOON, "name": NAME, "peer": CANARY, "client": CANARY, **whose},
            {"at": NOON, "name": NAME, "peer": CANARY, "client": CANARY, "account_id": None, "refused": "x"},
        ],
    )
    words = ("client", "door", "key_exchange", "host_key", "cipher", "mac", "proof")
    profile = dict.fromkeys(words, CANARY)
    connection.execute(
        sa.insert(client_profiles).values(first_at=NOON, last_at=NOON, logins=1, **profile, **whose)
    )
    connection.execute(sa.insert(routes).values(pattern=f"/{CANARY}/*.pdf", kind=Kind.INVOICE_PDF, **whose))
    connection.execute(
        sa.insert(expectations).values(
            weekday=0,
            due_time="17:00",
            from_time="00:00",
            timezone="Europe/Amsterdam",
            least_count=1,
            least_bytes=0,
            is_learned=True,
            since=NOON,
            **whose,
        )
    )
    connection.execute(
        sa.insert(alarms).values(
            id=7, kind="upload_missing", subject=f"account:{NAME}", detail=CANARY, raised_at=NOON
        )
    )
    connection.execute(
        sa.insert(alert_targets).values(
            id=8, name=CANARY, way="mail", address=f"{CANARY}@example.com", created_at=NOON, **whose
        )
    )
    connection.execute(
        sa.insert(notices).values(
            target_id=8, alarm_id=7, event="raised", body=f'"{CANARY}"', created_at=NOON, due_at=NOON, **whose
        )
    )
    viewer = {"name": CANARY, "role": "viewer", "created_at": NOON}
    connection.execute(sa.insert(admins).values(password_hash=CANARY, **viewer, **whose))
    connection.execute(
        sa.insert(api_tokens).values(
            token_hash="0" * 64, hint=CANARY, may_write=False, made_by=CANARY, **viewer, **whose
        )
    )
    connection.execute(sa.update(attempts).values(detail=CANARY))
