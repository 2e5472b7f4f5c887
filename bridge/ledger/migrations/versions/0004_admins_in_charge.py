"""Admins in charge: who manages the bridge, the accounts' life, log-ins, and where alarms are sent."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SET_ASIDE = "state IN ('held', 'refused', 'parked', 'partial')"


def upgrade() -> None:
    """Add columns and tables."""
    _change_tables()
    _make_people()
    _make_admins()
    _make_alerts()


def _change_tables() -> None:
    op.add_column("account_keys", sa.Column("added_at", sa.BigInteger))
    op.add_column("account_keys", sa.Column("expires_at", sa.BigInteger))
    op.add_column("account_keys", sa.Column("last_used_at", sa.BigInteger))
    op.add_column("accounts", sa.Column("password_expires_at", sa.BigInteger))
    op.add_column("accounts", sa.Column("former_password_hash", sa.Text))
    op.add_column("accounts", sa.Column("former_password_until", sa.BigInteger))
    op.add_column("accounts", sa.Column("allowed_networks", sa.Text))
    op.add_column("accounts", sa.Column("max_sessions", sa.Integer))
    op.add_column("accounts", sa.Column("max_file_bytes", sa.BigInteger))
    op.add_column("accounts", sa.Column("max_files_per_day", sa.Integer))
    op.add_column("accounts", sa.Column("quota_bytes", sa.BigInteger))
    op.add_column("accounts", sa.Column("language", sa.Text))
    op.add_column("accounts", sa.Column("contact", sa.Text))
    op.add_column("accounts", sa.Column("tells_ok", sa.Boolean, server_default=sa.false(), nullable=False))
    op.add_column("accounts", sa.Column("erased_at", sa.BigInteger))
    op.create_index("ix_alarms_raised_at", "alarms", ["raised_at"])
    _index("ix_uploads_set_aside", "uploads", ["state", "id"], SET_ASIDE)
    _index("ix_uploads_sha256", "uploads", ["sha256"], SET_ASIDE)


def _make_people() -> None:
    op.create_table(
        "client_profiles",
        sa.Column("id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("door", sa.Text, nullable=False),
        sa.Column("key_exchange", sa.Text, nullable=False),
        sa.Column("host_key", sa.Text, nullable=False),
        sa.Column("cipher", sa.Text, nullable=False),
        sa.Column("mac", sa.Text, nullable=False),
        sa.Column("proof", sa.Text, nullable=False),
        sa.Column("first_at", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.Column("logins", sa.BigInteger, nullable=False),
        sa.Column("instead", sa.Text),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_client_profiles_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_profiles")),
        sa.UniqueConstraint(
            "account_id",
            "client",
            "door",
            "key_exchange",
            "host_key",
            "cipher",
            "mac",
            "proof",
            name="uq_client_profiles_account_id",
        ),
    )
    op.create_table(
        "logins",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("account_id", Id),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("peer", sa.Text, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("method", sa.Text),
        sa.Column("refused", sa.Text),
        sa.Column("node", sa.Text),
        sa.Column("ended_at", sa.BigInteger),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_logins_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logins")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_logins_account_id_id", "logins", ["account_id", "id"])
    _index("ix_logins_open", "logins", ["account_id"], "ended_at IS NULL AND refused IS NULL")
    _index("ix_logins_refused", "logins", ["id"], "refused IS NOT NULL")


def _make_admins() -> None:
    op.create_table(
        "admins",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("account_id", Id),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("sealed_totp", sa.Text),
        sa.Column("totp_step", sa.BigInteger),
        sa.Column("is_disabled", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("last_login_at", sa.BigInteger),
        sa.Column("removed_at", sa.BigInteger),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_admins_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admins")),
        sqlite_autoincrement=True,
    )
    _index("uq_admins_name", "admins", ["name"], "removed_at IS NULL", unique=True)
    op.create_table(
        "api_tokens",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("account_id", Id),
        sa.Column("may_write", sa.Boolean, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("last_used_at", sa.BigInteger),
        sa.Column("revoked_at", sa.BigInteger),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_api_tokens_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
        sqlite_autoincrement=True,
    )
    _index("uq_api_tokens_name", "api_tokens", ["name"], "revoked_at IS NULL", unique=True)
    op.create_table(
        "console_sessions",
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("admin_id", Id, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("peer", sa.Text, nullable=False),
        sa.Column("browser", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["admin_id"], ["admins.id"], name=op.f("fk_console_sessions_admin_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_console_sessions")),
    )
    op.create_index(op.f("ix_console_sessions_admin_id"), "console_sessions", ["admin_id"])


def _make_alerts() -> None:
    op.create_table(
        "alert_targets",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("sealed_secret", sa.Text),
        sa.Column("account_id", Id),
        sa.Column("kinds", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("is_disabled", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("removed_at", sa.BigInteger),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_alert_targets_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_targets")),
        sqlite_autoincrement=True,
    )
    _index("uq_alert_targets_name", "alert_targets", ["name"], "removed_at IS NULL", unique=True)
    op.create_table(
        "notices",
        sa.Column("id", Id, nullable=False),
        sa.Column("target_id", Id),
        sa.Column("account_id", Id),
        sa.Column("alarm_id", Id),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, server_default="0", nullable=False),
        sa.Column("finished_at", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_notices_account_id")),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarms.id"], name=op.f("fk_notices_alarm_id")),
        sa.ForeignKeyConstraint(["target_id"], ["alert_targets.id"], name=op.f("fk_notices_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sqlite_autoincrement=True,
    )
    _index("ix_notices_due", "notices", ["due_at"], "finished_at IS NULL")
    op.create_index("ix_notices_alarm_id", "notices", ["alarm_id"])


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    text = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=text, postgresql_where=text)
