"""Who manages the bridge: admins, their sessions in the console, and tokens for programs."""

import sqlalchemy as sa

from bridge.ledger.columns import Id, Moment
from bridge.ledger.schema.metadata import metadata

admins = sa.Table(
    "admins",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),  # operator, support or viewer
    sa.Column("account_id", Id, sa.ForeignKey("accounts.id")),  # of a viewer: the one that is seen
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("sealed_totp", sa.Text),  # NULL: the password is enough
    sa.Column("totp_step", sa.BigInteger),  # the last one that was used: none is taken twice
    sa.Column("is_disabled", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("last_login_at", Moment),
    sa.Column("removed_at", Moment),
    sqlite_autoincrement=True,
)
sa.Index(
    "uq_admins_name",
    admins.c.name,
    unique=True,
    sqlite_where=admins.c.removed_at.is_(None),
    postgresql_where=admins.c.removed_at.is_(None),
)

console_sessions = sa.Table(
    "console_sessions",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),  # SHA-256 of what the cookie holds
    sa.Column("admin_id", Id, sa.ForeignKey("admins.id"), nullable=False, index=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("peer", sa.Text, nullable=False),
    sa.Column("browser", sa.Text, nullable=False),
)

api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),  # SHA-256
    sa.Column("hint", sa.Text, nullable=False),  # its first characters, to know it by
    sa.Column("role", sa.Text, nullable=False),  # as of admins
    sa.Column("account_id", Id, sa.ForeignKey("accounts.id")),
    sa.Column("may_write", sa.Boolean, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment),
    sa.Column("last_used_at", Moment),
    sa.Column("revoked_at", Moment),
    sqlite_autoincrement=True,
)
sa.Index(
    "uq_api_tokens_name",
    api_tokens.c.name,
    unique=True,
    sqlite_where=api_tokens.c.revoked_at.is_(None),
    postgresql_where=api_tokens.c.revoked_at.is_(None),
)
