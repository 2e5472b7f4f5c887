"""The tables, as they are now; `migrations` says how they came to be.

Rows of uploads, documents, deliveries and attempts are never deleted, so their ids grow without
AUTOINCREMENT, which would write one more page for each.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.uploads import UploadState
from bridge.ledger.columns import Id, Moment


def _one_of(column: str, values: Iterable[str]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_is_known")


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

counters = sa.Table(  # numbers that a running server watches, such as the revision of the accounts
    "counters",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)

administrations = sa.Table(
    "administrations",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("payt_id", sa.BigInteger),
    sa.Column("sealed_token", sa.Text),
    sa.Column("import_time", sa.Text, nullable=False),  # HH:MM, local
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("paused_until", Moment),
    sa.Column("paused_reason", sa.Text),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("removed_at", Moment),
    sa.Column("guards", sa.Text),  # JSON: what differs from the settings, see bridge.domain.guards
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
    _one_of("kind", Kind),
    sqlite_autoincrement=True,
)

uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", Id, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("blob", sa.Text),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.Text),
    sa.Column("closed_at", Moment, nullable=False),
    sa.Column("arrival", sa.BigInteger, nullable=False),  # its place in the order of arrival
    sa.Column("ready_at", Moment, nullable=False),
    sa.Column("finished_at", Moment),  # intake's decision, or the withdrawal
    sa.Column("reason", sa.Text),
    sa.Column("detail", sa.Text),
    sa.Column("kind_wanted", sa.Text),
    sa.Column("administration_wanted", sa.Text),
    sa.Column("peer", sa.Text),
    sa.Column("client", sa.Text),
    sa.Column("modified_at", Moment),  # a time that the client set for the file
    # By an operator: it goes as it is, what would hold it aside.
    sa.Column("is_released", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("remarks", sa.Text),  # JSON: what is odd and no obstacle, see bridge.domain.remarks
    _one_of("state", UploadState),
)
sa.Index("ix_uploads_account_id_id", uploads.c.account_id, uploads.c.id)
sa.Index(
    "ix_uploads_spooled",
    uploads.c.ready_at,
    uploads.c.arrival,
    sqlite_where=uploads.c.state == "spooled",
    postgresql_where=uploads.c.state == "spooled",
)
_finished_with_blob = sa.and_(uploads.c.finished_at.is_not(None), uploads.c.blob.is_not(None))
sa.Index(
    "ix_uploads_blob",
    uploads.c.finished_at,
    sqlite_where=_finished_with_blob,
    postgresql_where=_finished_with_blob,
)

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("upload_id", Id, sa.ForeignKey("uploads.id"), nullable=False, index=True),
    sa.Column("account_id", Id, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("arrival", sa.BigInteger, nullable=False),  # of its upload
    sa.Column("folder", sa.Text, nullable=False),  # where the tree shows it
    sa.Column("member", sa.Text),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text),
    sa.Column("administration_id", Id, sa.ForeignKey("administrations.id")),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("blob", sa.Text),
    sa.Column("identity", sa.Text),  # of a declaration: practice and invoice number
    sa.Column("remarks", sa.Text),  # as of uploads
    _one_of("kind", Kind),
)
sa.Index("ix_documents_path", documents.c.account_id, documents.c.name, documents.c.folder)
sa.Index(  # which data file of an administration is the newest
    "ix_documents_data",
    documents.c.administration_id,
    documents.c.arrival,
    sqlite_where=documents.c.kind == "data",
    postgresql_where=documents.c.kind == "data",
)

sa.Index("ix_documents_sha256", documents.c.sha256)
sa.Index(
    "ix_documents_identity",
    documents.c.identity,
    sqlite_where=documents.c.identity.is_not(None),
    postgresql_where=documents.c.identity.is_not(None),
)

snapshots = sa.Table(  # what a data file said, to compare the next one with
    "snapshots",
    metadata,
    sa.Column("document_id", Id, sa.ForeignKey("documents.id"), primary_key=True),
    sa.Column("facts", sa.Text, nullable=False),  # JSON, see bridge.domain.snapshots
)

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
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("lease_token", sa.Text),
    sa.Column("lease_until", Moment),
    sa.Column("reason", sa.Text),
    sa.Column("detail", sa.Text),
    sa.Column("finished_at", Moment),
    _one_of("state", DeliveryState),
    sa.CheckConstraint("(state = 'leased') = (lease_token IS NOT NULL)", name="lease_goes_with_state"),
    sa.CheckConstraint(
        "state = 'held' OR state = 'cancelled' OR (kind IS NOT NULL AND administration_id IS NOT NULL)",
        name="only_held_may_lack_a_place",
    ),
)
_open = deliveries.c.state.in_(["pending", "leased"])
sa.Index(
    "ix_deliveries_pending",
    deliveries.c.lane,
    deliveries.c.id,
    sqlite_where=deliveries.c.state == "pending",
    postgresql_where=deliveries.c.state == "pending",
)
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
    _one_of("outcome", Outcome),
)

entries = sa.Table(  # the account's folder tree: a view for clients; history is in uploads and documents
    "entries",
    metadata,
    sa.Column("account_id", Id, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("folder", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("is_folder", sa.Boolean, nullable=False),
    sa.Column("is_listed", sa.Boolean, nullable=False),  # an unpacked archive: found by name, not listed
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("modified_at", Moment, nullable=False),
    sa.Column("upload_id", Id, sa.ForeignKey("uploads.id"), index=True),
    sqlite_with_rowid=False,  # one tree of pages instead of two: each file writes here
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
)
