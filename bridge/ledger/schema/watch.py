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
sa.Index("ix_alarms_raised_at", alarms.c.raised_at)

alert_targets = sa.Table(  # where alarms are sent
    "alert_targets",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("way", sa.Text, nullable=False),  # webhook or mail
    sa.Column("address", sa.Text, nullable=False),  # a URL or a mail address
    sa.Column("sealed_secret", sa.Text),  # of a webhook: what it is signed with
    sa.Column("account_id", Id, sa.ForeignKey("accounts.id")),  # NULL: alarms of all
    sa.Column("kinds", sa.Text),  # JSON: which alarms; NULL: all
    sa.Column("language", sa.Text),  # NULL: the settings'
    sa.Column("is_disabled", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("removed_at", Moment),
    sqlite_autoincrement=True,
)
sa.Index(
    "uq_alert_targets_name",
    alert_targets.c.name,
    unique=True,
    sqlite_where=alert_targets.c.removed_at.is_(None),
    postgresql_where=alert_targets.c.removed_at.is_(None),
)

notices = sa.Table(  # what is on its way to an alert target, and what was
    "notices",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("target_id", Id, sa.ForeignKey("alert_targets.id")),  # NULL: the contact of an account
    sa.Column("account_id", Id, sa.ForeignKey("accounts.id")),
    sa.Column("alarm_id", Id, sa.ForeignKey("alarms.id")),  # NULL: a test, or a summary
    sa.Column("event", sa.Text, nullable=False),  # raised, recovered, test or summary
    sa.Column("body", sa.Text, nullable=False),  # JSON
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("finished_at", Moment),  # sent, or given up
    sa.Column("error", sa.Text),  # of the last attempt
    sqlite_autoincrement=True,
)
_unfinished = notices.c.finished_at.is_(None)
sa.Index("ix_notices_due", notices.c.due_at, sqlite_where=_unfinished, postgresql_where=_unfinished)
sa.Index(
    "ix_notices_alarm_id", notices.c.alarm_id
)  # whoever was told that it is raised is told that it is over
