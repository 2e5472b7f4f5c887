"""Accounts, administrations, routes, and how accounts logged in."""

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
    sa.Column("password_expires_at", Moment),
    sa.Column("former_password_hash", sa.Text),  # goes on working while senders are changed over
    sa.Column("former_password_until", Moment),
    sa.Column("allowed_networks", sa.Text),  # JSON: a list of CIDR; NULL: from anywhere
    sa.Column("max_sessions", sa.Integer),  # these four: NULL is what the settings say, or no limit
    sa.Column("max_file_bytes", sa.BigInteger),
    sa.Column("max_files_per_day", sa.Integer),
    sa.Column("quota_bytes", sa.BigInteger),  # of its uploads in the spool
    sa.Column("language", sa.Text),  # of what its sender reads; NULL: the settings'
    sa.Column("contact", sa.Text),  # mail address of the tenant
    sa.Column("tells_ok", sa.Boolean, nullable=False, server_default=sa.false()),  # status/NAME.ok
    sa.Column("erased_at", Moment),  # what it sent and what it was called are gone
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
    sa.Column("added_at", Moment),
    sa.Column("expires_at", Moment),
    sa.Column("last_used_at", Moment),
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

logins = sa.Table(  # of the last weeks: who came in, and who was refused and why
    "logins",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("account_id", Id, sa.ForeignKey("accounts.id")),  # NULL: there is no such account
    sa.Column("name", sa.Text, nullable=False),  # as it was given, printable
    sa.Column("peer", sa.Text, nullable=False),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("method", sa.Text),  # password or the fingerprint of a key
    sa.Column("refused", sa.Text),  # why; NULL: it came in
    sa.Column("node", sa.Text),  # the process that it is connected to
    sa.Column("ended_at", Moment),
    sqlite_autoincrement=True,
)
sa.Index("ix_logins_account_id_id", logins.c.account_id, logins.c.id)
_is_open = sa.and_(logins.c.ended_at.is_(None), logins.c.refused.is_(None))
sa.Index("ix_logins_open", logins.c.account_id, sqlite_where=_is_open, postgresql_where=_is_open)
_is_refused = logins.c.refused.is_not(None)
sa.Index("ix_logins_refused", logins.c.id, sqlite_where=_is_refused, postgresql_where=_is_refused)

client_profiles = sa.Table(  # which programs and algorithms an account logs in with
    "client_profiles",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", Id, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("door", sa.Text, nullable=False),  # modern, compat or ancient
    sa.Column("key_exchange", sa.Text, nullable=False),
    sa.Column("host_key", sa.Text, nullable=False),
    sa.Column("cipher", sa.Text, nullable=False),
    sa.Column("mac", sa.Text, nullable=False),
    sa.Column("proof", sa.Text, nullable=False),  # password, or the algorithm of the user's signature
    sa.Column("first_at", Moment, nullable=False),
    sa.Column("last_at", Moment, nullable=False),
    sa.Column("logins", sa.BigInteger, nullable=False),
    sa.Column("instead", sa.Text),  # JSON: by its last offer, what it would use without each of these
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
