"""What people did, what is expected, and what somebody should know."""

import sqlalchemy as sa

from bridge.ledger.columns import Id, Moment
from bridge.ledger.schema.metadata import metadata

audit = sa.Table(  # every act of a person: who, what, why
    "audit",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("way", sa.Text, nullable=False),  # cli, api or console
    sa.Column("act", sa.Text, nullable=False),  # such as: delivery release
    sa.Column("subject", sa.Text, nullable=False),  # such as: delivery:42
    sa.Column("why", sa.Text),
    sa.Column("detail", sa.Text),  # JSON
    sqlite_autoincrement=True,
)
sa.Index("ix_audit_subject", audit.c.subject, audit.c.id)

expectations = sa.Table(  # when uploads of an account are due
    "expectations",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", Id, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("weekday", sa.Integer, nullable=False),  # 0 is Monday
    sa.Column("due_time", sa.Text, nullable=False),  # HH:MM, local
    sa.Column("from_time", sa.Text, nullable=False),  # HH:MM, local: what came since then counts
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("least_count", sa.Integer, nullable=False),  # uploads, at least
    sa.Column("least_bytes", sa.BigInteger, nullable=False),  # of them together, at least
    sa.Column("is_learned", sa.Boolean, nullable=False),
    sa.Column("since", Moment, nullable=False),  # what was due before it was expected is no matter
    sa.UniqueConstraint("account_id", "weekday", "due_time"),
)

alarms = sa.Table(  # what somebody should know; open until it has recovered
    "alarms",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("raised_at", Moment, nullable=False),
    sa.Column("recovered_at", Moment),
)
sa.Index(
    "uq_alarms_open",
    alarms.c.kind,
    alarms.c.subject,
    unique=True,
    sqlite_where=alarms.c.recovered_at.is_(None),
    postgresql_where=alarms.c.recovered_at.is_(None),
)
