"""Batches: files that came together."""

from typing import Annotated

from fastapi import Query

from bridge.admin.api.v1.calling import Viewer
from bridge.admin.api.v1.paging import Page, Paged
from bridge.admin.api.v1.router import Number, router
from bridge.admin.api.v1.shapes import files
from bridge.admin.operations import batches, records
from bridge.admin.operations.declared import AccountName
from bridge.admin.operations.records import Record

routes = router("/batches", tag="batches")


class BatchFilter(Paged):
    """Which batches are wanted."""

    account: AccountName | None = None


@routes.get("", response_model=Page[files.Batch])
def list_batches(call: Viewer, wanted: Annotated[BatchFilter, Query()]) -> Record:
    """List batches, the newest first."""
    found = batches.listing(
        call.desk, account=wanted.account, before=wanted.id_of("batches"), limit=wanted.limit + 1
    )
    return wanted.answer("batches", found, place=lambda one: one.batch.id, record=batches.record)


@routes.get("/{id}", response_model=files.BatchInFull)
def get_batch(call: Viewer, id: Number) -> Record:  # noqa: A002  the name in the address
    """Show the batch of any of its uploads, with the newest hundred of them."""
    report, found = batches.get(call.desk, upload_id=id)
    return batches.record(report) | {"uploads": [records.upload(one) for one in found]}
