"""On time: turns between accounts, stops by operators, batches, expectations, alarms and the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STREAM = ["lane", "account_id", "administration_id"]


def upgrade() -> None:
    """Add columns, tables, and the indexes by which the queue is worked in turns."""
    for table in ("accounts", "administrations"):
        op.add_column(table, sa.Column("is_stopped", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("accounts", sa.Column("expects", sa.Text, nullable=False, server_default="learned"))
    op.add_column("deliveries", sa.Column("unknowns", sa.Integer, nullable=False, server_default="0"))
    op.add_column("lanes", sa.Column("failing_since", sa.BigInteger))
    op.add_column("lanes", sa.Column("slow_downs", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("uploads", sa.Column("batch", sa.BigInteger))
    _index("ix_uploads_batch", "uploads", ["batch"], "batch IS NOT NULL")
    op.drop_index("ix_deliveries_pending", "deliveries")
    pending = "state = 'pending'"
    _index(
        "ix_deliveries_fresh", "deliveries", [*STREAM, "id"], f"{pending} AND kind <> 'data' AND attempts = 0"
    )
    _index("ix_deliveries_data", "deliveries", [*STREAM, "id"], f"{pending} AND kind = 'data'")
    _index(
        "ix_deliveries_again",
        "deliveries",
        [*STREAM, "due_at"],
        f"{pending} AND kind <> 'data' AND attempts > 0",
    )
    _make_tables()


def _make_tables() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("detail", sa.Text),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_subject", "audit", ["subject", "id"])
    op.create_table(
        "expectations",
        sa.Column("id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("due_time", sa.Text, nullable=False),
        sa.Column("from_time", sa.Text, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("least_count", sa.Integer, nullable=False),
        sa.Column("least_bytes", sa.BigInteger, nullable=False),
        sa.Column("is_learned", sa.Boolean, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_expectations_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expectations")),
        sa.UniqueConstraint(
            "account_id", "weekday", "due_time", name=op.f("uq_expectations_account_id_weekday_due_time")
        ),
    )
    op.create_table(
        "alarms",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("raised_at", sa.BigInteger, nullable=False),
        sa.Column("recovered_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    _index("uq_alarms_open", "alarms", ["kind", "subject"], "recovered_at IS NULL", unique=True)


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    text = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=text, postgresql_where=text)
