"""First light: accounts, uploads, documents, deliveries, the tree and the one lane.

Moments are whole microseconds since 1970 (UTC).
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "'data', 'invoice_pdf', 'invoice_ubl', 'invoice_attachment', 'declaration'"


def upgrade() -> None:
    """Make every table."""
    _make_settings()
    _make_uploads()
    _make_deliveries()
    _make_tree()
    _make_lanes()


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _index(name: str, table: str, columns: list[str], *, unique: bool = False, where: str = "") -> None:
    partial: dict[str, Any] = (
        {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)} if where else {}
    )
    op.create_index(op.f(name), table, columns, unique=unique, **partial)


def _make_settings() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        _primary("counters", "name"),
    )
    op.create_table(
        "administrations",
        sa.Column("id", Id, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("payt_id", sa.BigInteger()),
        sa.Column("sealed_token", sa.Text()),
        sa.Column("import_time", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("paused_until", sa.BigInteger()),
        sa.Column("paused_reason", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger()),
        _primary("administrations", "id"),
        sqlite_autoincrement=True,
    )
    _index("uq_administrations_code", "administrations", ["code"], unique=True, where="removed_at IS NULL")
    op.create_table(
        "accounts",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("encoding", sa.Text()),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger()),
        _primary("accounts", "id"),
        sqlite_autoincrement=True,
    )
    _index("uq_accounts_name", "accounts", ["name"], unique=True, where="removed_at IS NULL")
    op.create_table(
        "account_keys",
        sa.Column("account_id", Id, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        _primary("account_keys", "account_id", "fingerprint"),
        _foreign("account_keys", "account_id", "accounts"),
    )
    op.create_table(
        "account_administrations",
        sa.Column("account_id", Id, nullable=False),
        sa.Column("administration_id", Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _primary("account_administrations", "account_id", "administration_id"),
        _foreign("account_administrations", "account_id", "accounts"),
        _foreign("account_administrations", "administration_id", "administrations"),
    )
    op.create_table(
        "routes",
        sa.Column("id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("administration_id", Id),
        _primary("routes", "id"),
        _foreign("routes", "account_id", "accounts"),
        _foreign("routes", "administration_id", "administrations"),
        _check("routes", "kind_is_known", f"kind IN ({KINDS})"),
        sqlite_autoincrement=True,
    )
    _index("ix_routes_account_id", "routes", ["account_id"])


def _make_uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("blob", sa.Text()),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text()),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("arrival", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.Column("detail", sa.Text()),
        sa.Column("kind_wanted", sa.Text()),
        sa.Column("administration_wanted", sa.Text()),
        sa.Column("peer", sa.Text()),
        sa.Column("client", sa.Text()),
        _primary("uploads", "id"),
        _foreign("uploads", "account_id", "accounts"),
        _check(
            "uploads",
            "state_is_known",
            "state IN ('partial', 'parked', 'spooled', 'accepted', 'held', 'refused', 'withdrawn')",
        ),
    )
    _index("ix_uploads_account_id_id", "uploads", ["account_id", "id"])
    _index("ix_uploads_spooled", "uploads", ["ready_at", "arrival"], where="state = 'spooled'")
    _index(
        "ix_uploads_blob", "uploads", ["finished_at"], where="finished_at IS NOT NULL AND blob IS NOT NULL"
    )


def _make_deliveries() -> None:
    op.create_table(
        "documents",
        sa.Column("id", Id, nullable=False),
        sa.Column("upload_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("arrival", sa.BigInteger(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("member", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("administration_id", Id),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("blob", sa.Text()),
        _primary("documents", "id"),
        _foreign("documents", "upload_id", "uploads"),
        _foreign("documents", "account_id", "accounts"),
        _foreign("documents", "administration_id", "administrations"),
        _check("documents", "kind_is_known", f"kind IN ({KINDS})"),
    )
    _index("ix_documents_upload_id", "documents", ["upload_id"])
    _index("ix_documents_path", "documents", ["account_id", "name", "folder"])
    _index("ix_documents_data", "documents", ["administration_id", "arrival"], where="kind = 'data'")
    op.create_table(
        "deliveries",
        sa.Column("id", Id, nullable=False),
        sa.Column("document_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("administration_id", Id),
        sa.Column("kind", sa.Text()),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("rejections", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_token", sa.Text()),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.Column("detail", sa.Text()),
        sa.Column("finished_at", sa.BigInteger()),
        _primary("deliveries", "id"),
        sa.UniqueConstraint("document_id", name=op.f("uq_deliveries_document_id")),
        _foreign("deliveries", "document_id", "documents"),
        _foreign("deliveries", "account_id", "accounts"),
        _foreign("deliveries", "administration_id", "administrations"),
        _check(
            "deliveries",
            "state_is_known",
            "state IN ('pending', 'leased', 'delivered', 'held', 'cancelled', 'superseded')",
        ),
        _check("deliveries", "lease_goes_with_state", "(state = 'leased') = (lease_token IS NOT NULL)"),
        _check(
            "deliveries",
            "only_held_may_lack_a_place",
            "state = 'held' OR state = 'cancelled' OR (kind IS NOT NULL AND administration_id IS NOT NULL)",
        ),
    )
    pending, unfinished = "state = 'pending'", "state IN ('pending', 'leased')"
    _index("ix_deliveries_pending", "deliveries", ["lane", "id"], where=pending)
    _index(
        "ix_deliveries_open_by_administration",
        "deliveries",
        ["administration_id", "kind", "id"],
        where=unfinished,
    )
    _index("ix_deliveries_state", "deliveries", ["state", "id"])
    op.create_table(
        "attempts",
        sa.Column("id", Id, nullable=False),
        sa.Column("delivery_id", Id, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("outcome", sa.Text()),
        sa.Column("status", sa.Integer()),
        sa.Column("detail", sa.Text()),
        _primary("attempts", "id"),
        _foreign("attempts", "delivery_id", "deliveries"),
        _check("attempts", "outcome_is_known", "outcome IN ('delivered', 'deferred', 'rejected', 'unknown')"),
    )
    _index("ix_attempts_delivery_id", "attempts", ["delivery_id"])


def _make_tree() -> None:
    op.create_table(
        "entries",
        sa.Column("account_id", Id, nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_folder", sa.Boolean(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.Column("upload_id", Id),
        _primary("entries", "account_id", "folder", "name"),
        _foreign("entries", "account_id", "accounts"),
        _foreign("entries", "upload_id", "uploads"),
        sqlite_with_rowid=False,
    )
    _index("ix_entries_upload_id", "entries", ["upload_id"])


def _make_lanes() -> None:
    lanes = op.create_table(
        "lanes",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("owned_until", sa.BigInteger()),
        sa.Column("is_stopped", sa.Boolean(), nullable=False),
        sa.Column("paused_until", sa.BigInteger()),
        sa.Column("paused_reason", sa.Text()),
        _primary("lanes", "name"),
    )
    op.bulk_insert(lanes, [{"name": "destination", "is_stopped": False}])
