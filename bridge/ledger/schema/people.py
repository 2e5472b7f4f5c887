"""Accounts, administrations and routes."""

import sqlalchemy as sa

from bridge.domain.kinds import Kind
from bridge.ledger.columns import Id, Moment
from bridge.ledger.schema.metadata import metadata, one_of

administrations = sa.Table(
    "administrations",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("payt_id", sa.BigInteger),
    sa.Column("sealed_token", sa.Text),
    sa.Column("import_time", sa.Text, nullable=False),  # HH:MM, local, the first first: 01:00,13:30
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("paused_until", Moment),
    sa.Column("paused_reason", sa.Text),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("removed_at", Moment),
    sa.Column("guards", sa.Text),  # JSON: what differs from the settings, see bridge.domain.guards
    # By an operator, until resumed: nothing of it is sent.
    sa.Column("is_stopped", sa.Boolean, nullable=False, server_default=sa.false()),
    sqlite_autoincrement=True,
)
sa.Index(
    "uq_administrations_code",
    administrations.c.code,
    unique=True,
    sqlite_where=administrations.c.removed_at.is_(None),
    postgresql_where=administrations.c.removed_at.is_(None),
)

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text),
    sa.Column("encoding", sa.Text),
    sa.Column("is_disabled", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("removed_at", Moment),
    sa.Column("at_close", sa.Text, nullable=False, server_default="refuse"),  # see AtClose
    sa.Column("is_stopped", sa.Boolean, nullable=False, server_default=sa.false()),  # as of administrations
    sa.Column("expects", sa.Text, nullable=False, server_default="learned"),  # uploads: learned, set or off
    sqlite_autoincrement=True,
)
sa.Index(
    "uq_accounts_name",
    accounts.c.name,
    unique=True,
    sqlite_where=accounts.c.removed_at.is_(None),
    postgresql_where=accounts.c.removed_at.is_(None),
)

account_keys = sa.Table(
    "account_keys",
    metadata,
    sa.Column("account_id", Id, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("public_key", sa.Text, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
)

account_administrations = sa.Table(
    "account_administrations",
    metadata,
    sa.Column("account_id", Id, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("administration_id", Id, sa.ForeignKey("administrations.id"), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),  # 0 is the default
)

routes = sa.Table(
    "routes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", Id, sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("pattern", sa.Text, nullable=False),
    sa.Column("kind", sa.Text),
    sa.Column("administration_id", Id, sa.ForeignKey("administrations.id")),
    sa.Column("encoding", sa.Text),
    sa.Column("guards", sa.Text),  # JSON, as of administrations
    one_of("kind", Kind),
    sqlite_autoincrement=True,
)
