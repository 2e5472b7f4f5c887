"""Many uploads and deliveries made by the database itself, a hundred days of them."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tests.support.builders import an_account, an_administration
from tests.support.clock import NOON

DAYS = 100
_UPLOADS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :uploads)
INSERT INTO uploads (id, account_id, folder, name, state, size, sha256, closed_at, arrival, ready_at, reason,
                     is_released)
SELECT i, 1 + i % 5, '/', CASE WHEN i % 10 = 0 THEN 'archive-' ELSE 'invoice-' END || i,
       CASE WHEN i > :uploads - 50 THEN 'spooled' WHEN i % 1000 = 1 THEN 'held'
            WHEN i % 1000 = 2 THEN 'refused' WHEN i % 1000 = 3 THEN 'withdrawn' ELSE 'accepted' END,
       1000 + i, printf('%08x%056x', i * 2654435761 % 4294967296, i),
       :last - (:uploads - i) * :step, i, :last, CASE WHEN i % 1000 IN (1, 2) THEN 'unknown_kind' END, 0
FROM n
"""
_DOCUMENTS = """
INSERT INTO documents (upload_id, account_id, arrival, folder, member, name, kind, administration_id, size,
                       sha256)
SELECT u.id, u.account_id, u.arrival, '/',
       CASE WHEN u.id % 10 = 0 THEN 'in/member-' || u.id || '-' || m.k END,
       CASE WHEN u.id % 10 = 0 THEN 'member-' || u.id || '-' || m.k ELSE u.name END,
       'invoice_pdf', 1, 1000, printf('%08x%056x', (u.id * 2 + m.k) * 2654435761 % 4294967296, u.id)
FROM uploads u JOIN (SELECT 0 AS k UNION ALL SELECT 1) m ON m.k = 0 OR u.id % 10 = 0
WHERE u.state = 'accepted'
"""
_DELIVERIES = """
INSERT INTO deliveries (document_id, account_id, administration_id, kind, lane, state, attempts, rejections,
                        unknowns, created_at, due_at, reason, finished_at)
SELECT id, account_id, 1, 'invoice_pdf', 'destination',
       CASE WHEN id % 1000 = 5 THEN 'held' WHEN id % 100 = 7 THEN 'pending' ELSE 'delivered' END,
       1, 0, 0, :last, :last, CASE WHEN id % 1000 = 5 THEN 'rejected' END, :last
FROM documents
"""


def fill(connection: Connection, uploads: int) -> None:
    """Add so many uploads of five accounts to an empty SQLite ledger, evenly over the last hundred days.

    Every tenth is an archive of two; of a thousand uploads one is held, one refused and one withdrawn, and
    the last fifty wait.  Each document has its delivery: of a hundred one is pending, of a thousand one held.
    """
    place = an_administration(connection)
    for number in range(5):
        an_account(connection, place, name=f"sender-{number}")
    values = {
        "uploads": uploads,
        "step": timedelta(days=DAYS) / uploads // timedelta(microseconds=1),
        "last": int(NOON.timestamp() * 1_000_000),
    }
    for statement in (_UPLOADS, _DOCUMENTS, _DELIVERIES):
        question = sa.text(statement)
        connection.execute(question, {name: values[name] for name in question._bindparams})
