"""Uploads: what was received, and what became of it."""

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import Field

from bridge.admin.api.v1.calling import SupportChange, Viewer
from bridge.admin.api.v1.paging import Id, Paged, Searched, searched
from bridge.admin.api.v1.router import CONFLICT, Number, router
from bridge.admin.api.v1.shapes import files
from bridge.admin.operations import records, upload_search, uploads
from bridge.admin.operations.declared import AccountName, Code, Declared
from bridge.admin.operations.records import Record
from bridge.admin.operations.upload_search import Search
from bridge.domain.kinds import Kind
from bridge.domain.uploads import UploadState

routes = router("/uploads", tag="uploads")


class UploadFilter(Paged):
    """Which uploads are wanted."""

    account: AccountName | None = None
    state: Annotated[
        list[UploadState], Field(max_length=10, description="In one of these states.", default_factory=list)
    ]
    batch: Annotated[Id | None, Field(description="Of this batch.")] = None
    name: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=200,
            pattern=r"^[^\x00-\x1f\x7f]+$",
            description="With this in the name, or in that of a file in the archive; case does not count.",
            examples=["F1001"],
        ),
    ] = None
    sha256: Annotated[
        str | None,
        Field(
            pattern="^[0-9A-Fa-f]{6,64}$",
            description="Of the upload or a file in it, or how it begins.",
            examples=["9f86d081"],
        ),
    ] = None
    day: Annotated[date | None, Field(description="Closed on this day, in the zone admin.timezone.")] = None


class Wanted(Declared):
    """As what it is tried again; null: as it would be placed."""

    kind: Kind | None = None
    administration: Code | None = None


@routes.get("", response_model=Searched[files.Upload])
def list_uploads(call: Viewer, wanted: Annotated[UploadFilter, Query()]) -> Record:
    """List uploads, the newest first."""
    search = Search(
        account=wanted.account,
        states=wanted.state,
        batch=wanted.batch,
        name=wanted.name,
        sha256=wanted.sha256,
        day=wanted.day,
    )
    found = upload_search.search(call.desk, wanted=search, before=wanted.id_of("uploads"), limit=wanted.limit)
    return searched("uploads", found.files, found.before, found.looked_to, records.upload)


@routes.get("/{id}", response_model=files.UploadInFull)
def get_upload(call: Viewer, id: Number) -> Record:  # noqa: A002  the name in the address
    """Show one upload with its deliveries."""
    return records.upload_with_deliveries(*uploads.get(call.desk, upload_id=id))


@routes.post("/{id}/retry", response_model=files.Upload, responses=CONFLICT)
def retry_upload(call: SupportChange, id: Number, body: Wanted) -> Record:  # noqa: A002
    """Try a held or refused upload again."""
    return records.upload(
        uploads.retry(call.desk, upload_id=id, kind=body.kind, administration=body.administration)
    )


@routes.post("/{id}/release", response_model=files.Upload, responses=CONFLICT)
def release_upload(call: SupportChange, id: Number, body: Wanted) -> Record:  # noqa: A002
    """Let a held upload go as it is, whatever guards and proofs say."""
    report = uploads.retry(
        call.desk, upload_id=id, kind=body.kind, administration=body.administration, is_released=True
    )
    return records.upload(report)


@routes.post("/{id}/reject", response_model=files.Upload, responses=CONFLICT)
def reject_upload(call: SupportChange, id: Number) -> Record:  # noqa: A002
    """Decide that nothing held of an upload is sent."""
    return records.upload(uploads.reject(call.desk, upload_id=id))
