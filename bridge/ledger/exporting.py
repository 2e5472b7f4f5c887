"""Everything the ledger has about one account, a page at a time; no password, and no hash of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.ledger.schema import (
    account_administrations,
    account_keys,
    accounts,
    administrations,
    alert_targets,
    attempts,
    audit,
    client_profiles,
    deliveries,
    documents,
    entries,
    expectations,
    logins,
    notices,
    routes,
    snapshots,
    uploads,
)

SECRETS = frozenset({"password_hash", "former_password_hash", "sealed_token", "sealed_secret", "lease_token"})
_ACCOUNT: sa.BindParameter[int] = sa.bindparam("account", type_=sa.BigInteger)
# Asked for each row of a page: a list of all of them would be made anew for every page.
_ITS_DELIVERY = (
    sa.select(deliveries.c.id)
    .where(deliveries.c.id == attempts.c.delivery_id, deliveries.c.account_id == _ACCOUNT)
    .exists()
)
_ITS_DOCUMENT = (
    sa.select(documents.c.id)
    .where(documents.c.id == snapshots.c.document_id, documents.c.account_id == _ACCOUNT)
    .exists()
)
_PLACES = sa.select(account_administrations.c.administration_id).where(
    account_administrations.c.account_id == _ACCOUNT
)

Record = dict[str, Any]
Key = tuple[Any, ...]  # of the last row of a page
BEGINNING: Key = ()  # before the first row


def _numbered(noun: str) -> sa.ColumnElement[int]:
    """The id in a subject such as ``upload:7``; NULL for another noun."""
    return sa.case(
        (
            audit.c.subject.startswith(f"{noun}:"),
            sa.cast(sa.func.substr(audit.c.subject, len(noun) + 2), sa.BigInteger),
        )
    )


def about(account_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether an entry of the audit trail is about an account, or about a file of it.

    A name may have been another's before, and be another's since: what was done before there was this
    account, or since the next one of the name, is not about it.
    """
    following = accounts.alias()
    is_the_next_s = (
        sa.select(following.c.id)
        .where(
            following.c.name == accounts.c.name,
            following.c.id > accounts.c.id,
            following.c.created_at <= audit.c.at,
        )
        .correlate(accounts, audit)
        .exists()
    )
    plain = "account:" + accounts.c.name
    is_by_name = sa.and_(audit.c.subject == plain, audit.c.at >= accounts.c.created_at, ~is_the_next_s)
    is_by_handle = audit.c.subject == plain + "#" + sa.cast(accounts.c.id, sa.Text)
    named = (
        sa.select(accounts.c.id).where(accounts.c.id == account_id, sa.or_(is_by_name, is_by_handle)).exists()
    )
    files = [
        sa.select(table.c.id).where(table.c.id == _numbered(noun), table.c.account_id == account_id).exists()
        for noun, table in (("upload", uploads), ("delivery", deliveries))
    ]
    return sa.or_(named, *files)


# What is told of an account, in this order: the file's name, the table, and which rows of it.
SECTIONS: Mapping[str, tuple[sa.Table, sa.ColumnElement[bool]]] = {
    "account": (accounts, accounts.c.id == _ACCOUNT),
    "keys": (account_keys, account_keys.c.account_id == _ACCOUNT),
    "administrations": (administrations, administrations.c.id.in_(_PLACES)),
    "routes": (routes, routes.c.account_id == _ACCOUNT),
    "expectations": (expectations, expectations.c.account_id == _ACCOUNT),
    "uploads": (uploads, uploads.c.account_id == _ACCOUNT),
    "documents": (documents, documents.c.account_id == _ACCOUNT),
    "snapshots": (snapshots, _ITS_DOCUMENT),
    "deliveries": (deliveries, deliveries.c.account_id == _ACCOUNT),
    "attempts": (attempts, _ITS_DELIVERY),
    "folders": (entries, entries.c.account_id == _ACCOUNT),
    "logins": (logins, logins.c.account_id == _ACCOUNT),
    "clients": (client_profiles, client_profiles.c.account_id == _ACCOUNT),
    "alert_targets": (alert_targets, alert_targets.c.account_id == _ACCOUNT),
    "notices": (notices, notices.c.account_id == _ACCOUNT),
    "audit": (audit, about(_ACCOUNT)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows of a section."""

    records: Sequence[Record]
    last: Key  # where the next page begins; empty: there is none


def page(connection: Connection, *, section: str, account_id: AccountId, after: Key, limit: int) -> Page:
    """Return at most *limit* rows of *section* behind the key *after*."""
    table, which = SECTIONS[section]
    keys = list(table.primary_key.columns)
    query = sa.select(table).where(which).order_by(*keys).limit(limit)
    if after:
        query = query.where(sa.tuple_(*keys) > sa.tuple_(*(sa.literal(value) for value in after)))
    rows = connection.execute(query, {"account": account_id}).mappings().all()
    is_last = len(rows) < limit
    return Page(
        records=[_told(row) for row in rows],
        last=() if is_last else tuple(rows[-1][column.name] for column in keys),
    )


def blobs(
    connection: Connection, *, of: str, account_id: AccountId, after: int, limit: int
) -> list[tuple[int, str | None]]:
    """Return ids and blobs of the next rows of *of*, uploads or documents, behind the id *after*."""
    table, which = SECTIONS[of]
    query = sa.select(table.c.id, table.c.blob).where(which, table.c.id > after)
    rows = connection.execute(query.order_by(table.c.id).limit(limit), {"account": account_id})
    return [(row.id, row.blob) for row in rows]


def _told(row: sa.RowMapping) -> Record:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if name not in SECRETS
    }
