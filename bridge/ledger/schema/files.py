"""Uploads, their documents, and the folder tree that shows them."""

import sqlalchemy as sa

from bridge.domain.kinds import Kind
from bridge.domain.uploads import UploadState
from bridge.ledger.columns import Id, Moment
from bridge.ledger.schema.metadata import metadata, one_of

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
    sa.Column(
        "batch", sa.BigInteger
    ),  # the first upload of its batch; NULL: this one, so that it costs nothing
    one_of("state", UploadState),
)
sa.Index(
    "ix_uploads_batch",
    uploads.c.batch,
    sqlite_where=uploads.c.batch.is_not(None),
    postgresql_where=uploads.c.batch.is_not(None),
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
# What is looked for among all that was accepted; the CLOSE of a file writes in neither.  SQLite takes these
# indexes only for a question that says the same words: ask for ``state = 'held'`` and `set_aside`.
_set_aside = uploads.c.state.in_(["held", "refused", "parked", "partial"])
set_aside = sa.text("uploads.state IN ('held', 'refused', 'parked', 'partial')")
sa.Index(
    "ix_uploads_set_aside",
    uploads.c.state,
    uploads.c.id,
    sqlite_where=_set_aside,
    postgresql_where=_set_aside,
)
sa.Index(  # what was accepted is found by its documents
    "ix_uploads_sha256", uploads.c.sha256, sqlite_where=_set_aside, postgresql_where=_set_aside
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
    one_of("kind", Kind),
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
