"""Files told right: guards, encodings and notes; snapshots to compare the next data file with."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ADDED = {
    "administrations": ("guards",),
    "routes": ("encoding", "guards"),
    "uploads": ("remarks",),
    "documents": ("identity", "remarks"),
}


def upgrade() -> None:
    """Add columns, and the table of snapshots."""
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, sa.Column(column, sa.Text))
    op.add_column("uploads", sa.Column("modified_at", sa.BigInteger))
    op.add_column("uploads", sa.Column("is_released", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("accounts", sa.Column("at_close", sa.Text, nullable=False, server_default="refuse"))
    op.create_index("ix_documents_sha256", "documents", ["sha256"])
    with_identity = sa.text("identity IS NOT NULL")
    op.create_index(
        "ix_documents_identity",
        "documents",
        ["identity"],
        sqlite_where=with_identity,
        postgresql_where=with_identity,
    )
    op.create_table(
        "snapshots",
        sa.Column("document_id", Id, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_snapshots_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_snapshots")),
    )
