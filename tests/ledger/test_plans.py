"""What runs for every file finds its rows through an index, however much the ledger holds."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.backlog import Work
from bridge.domain.kinds import Kind
from bridge.ledger import backlog, duplicates, entries, leases, precedence, uploads
from bridge.ledger.database import Database

REPEATED = {
    f"sent before: {same.name}": duplicates._former(kind, same)
    for kind, same in (
        (Kind.INVOICE_PDF, duplicates._Same.LAST_OF_NAME),
        (Kind.INVOICE_ATTACHMENT, duplicates._Same.BYTES_AND_NAME),
        (Kind.DECLARATION, duplicates._Same.BYTES),
        (Kind.DECLARATION, duplicates._Same.IDENTITY),
    )
}
STATEMENTS: dict[str, Any] = {
    "oldest_ready": uploads._OLDEST_READY,
    "find": entries._FIND,
    "page": entries._PAGE,
    "overtaken": precedence._OVERTAKEN,
    "superseded": precedence._SUPERSEDED,
    "newer data": precedence._NEWER_DATA,
    "newer of its path": precedence._NEWER_OF_PATH,
    "returned": precedence._RETURNED,
    "gives way": precedence._GIVES_WAY,
    **REPEATED,
    **{f"due {work.value}": leases._due(work, 10) for work in Work},
    "fresh": backlog._ALL_FRESH,
    "again": backlog._ALL_AGAIN,
    "data": backlog._ALL_DATA,
    "data under way": backlog._DATA_UNDER_WAY,
    "fresh of a place": backlog._FRESH_OF,
    "again of a place": backlog._AGAIN_OF,
    "data of an administration": backlog._HEAD_OF,
    "news": backlog._NEW,
}
FINE = {
    **dict.fromkeys(REPEATED, "TEMP B-TREE FOR ORDER BY"),  # of what one document repeats there are a few
    "data": r"SCAN \(subquery|SCAN anon|TEMP B-TREE",  # the first of each administration
    "data of an administration": "TEMP B-TREE FOR ORDER BY",  # data files that wait for one are few
    "newer of its path": "TEMP B-TREE FOR ORDER BY",  # so are the versions of one file
    "due data": "TEMP B-TREE FOR ORDER BY",
    "data under way": "ix_deliveries_state",  # requests under way are few
    "news": r"ix_deliveries_state \(state=. AND id>.\)|FOR GROUP BY",  # of what came since the last look
}


@pytest.mark.parametrize("name", list(STATEMENTS))
def test_no_table_is_walked_through(sqlite_database: Database, name: str) -> None:
    plan = sqlite_database.read_now(explain, STATEMENTS[name])

    assert plan
    walks = [
        line for line in plan if any(word in line for word in ("SCAN", "TEMP B-TREE", "ix_deliveries_state"))
    ]
    assert [line for line in walks if not re.search(FINE.get(name, "never"), line)] == []


def explain(connection: Connection, statement: sa.Select[tuple[object, ...]]) -> list[str]:
    """How SQLite would go about it."""
    sql = str(statement.compile(connection))
    values = tuple(1 for _ in re.findall(r"\?", sql))
    return [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
