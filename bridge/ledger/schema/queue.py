"""Deliveries, their attempts, and the lanes that send them."""

import sqlalchemy as sa

from bridge.domain.deliveries import DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.ledger.columns import Id, Moment
from bridge.ledger.schema.metadata import metadata, one_of

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("document_id", Id, sa.ForeignKey("documents.id"), nullable=False, unique=True),
    sa.Column("account_id", Id, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("administration_id", Id, sa.ForeignKey("administrations.id")),
    sa.Column("kind", sa.Text),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("rejections", sa.Integer, nullable=False),  # attempts that were answered with a 4xx of the file
    # Attempts that went out and were never answered, since an operator last released it.
    sa.Column("unknowns", sa.Integer, nullable=False, server_default="0"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("lease_token", sa.Text),
    sa.Column("lease_until", Moment),
    sa.Column("reason", sa.Text),
    sa.Column("detail", sa.Text),
    sa.Column("finished_at", Moment),
    one_of("state", DeliveryState),
    sa.CheckConstraint("(state = 'leased') = (lease_token IS NOT NULL)", name="lease_goes_with_state"),
    sa.CheckConstraint(
        "state = 'held' OR state = 'cancelled' OR (kind IS NOT NULL AND administration_id IS NOT NULL)",
        name="only_held_may_lack_a_place",
    ),
)
_open = deliveries.c.state.in_(["pending", "leased"])
_STREAM = (deliveries.c.lane, deliveries.c.account_id, deliveries.c.administration_id)
for _name, _last, _which in (  # what waits, by whose it is: documents not tried yet, data files, retries
    ("ix_deliveries_fresh", deliveries.c.id, "kind <> 'data' AND attempts = 0"),
    ("ix_deliveries_data", deliveries.c.id, "kind = 'data'"),
    ("ix_deliveries_again", deliveries.c.due_at, "kind <> 'data' AND attempts > 0"),
):
    _where = sa.text(f"state = 'pending' AND {_which}")
    sa.Index(_name, *_STREAM, _last, sqlite_where=_where, postgresql_where=_where)
sa.Index(
    "ix_deliveries_open_by_administration",
    deliveries.c.administration_id,
    deliveries.c.kind,
    deliveries.c.id,
    sqlite_where=_open,
    postgresql_where=_open,
)
sa.Index("ix_deliveries_state", deliveries.c.state, deliveries.c.id)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("delivery_id", Id, sa.ForeignKey("deliveries.id"), nullable=False, index=True),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("outcome", sa.Text),  # NULL: under way
    sa.Column("status", sa.Integer),  # HTTP status, if an answer came
    sa.Column("detail", sa.Text),  # an excerpt of the answer, or what broke
    one_of("outcome", Outcome),
)

lanes = sa.Table(
    "lanes",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text),  # the process that sends
    sa.Column("owned_until", Moment),
    sa.Column("is_stopped", sa.Boolean, nullable=False),  # by an operator, until resumed
    sa.Column("paused_until", Moment),
    sa.Column("paused_reason", sa.Text),
    sa.Column("failing_since", Moment),  # the destination does not answer; only probes go
    sa.Column("slow_downs", sa.BigInteger, nullable=False, server_default="0"),  # answers 429, ever
)
