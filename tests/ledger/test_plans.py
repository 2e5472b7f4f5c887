"""What runs for every file finds its rows through an index, however much the ledger holds."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.ledger import entries, leases, precedence, uploads
from bridge.ledger.database import Database

STATEMENTS = {
    "oldest_ready": uploads._OLDEST_READY,
    "find": entries._FIND,
    "page": entries._PAGE,
    "overtaken": precedence._OVERTAKEN,
    "superseded": precedence._SUPERSEDED,
    "due": leases._due(10),
}


@pytest.mark.parametrize("name", list(STATEMENTS))
def test_no_table_is_walked_through(sqlite_database: Database, name: str) -> None:
    plan = sqlite_database.read_now(explain, STATEMENTS[name])

    assert plan
    # The queue itself is walked in the order of its ids, and left as soon as there is enough.
    walks = [
        line for line in plan if "SCAN" in line or "TEMP B-TREE" in line or "ix_deliveries_state" in line
    ]
    assert name == "due" or walks == []
    assert "TEMP B-TREE" not in " ".join(walks)


def explain(connection: Connection, statement: sa.Select[tuple[object, ...]]) -> list[str]:
    """How SQLite would go about it."""
    sql = str(statement.compile(connection))
    values = tuple(1 for _ in re.findall(r"\?", sql))
    return [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
