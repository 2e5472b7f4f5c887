"""What would become of a path, and what the sender of an account reads."""

import io
from typing import Annotated

from fastapi import Path
from pydantic import Base64Bytes, Field

from bridge.admin.api.v1.calling import Support, Viewer
from bridge.admin.api.v1.paging import Page
from bridge.admin.api.v1.router import AccountName, router
from bridge.admin.api.v1.shapes import trial as shapes
from bridge.admin.operations import records, status, trials
from bridge.admin.operations.declared import Declared
from bridge.admin.operations.records import Record
from bridge.domain.errors import NotFound

routes = router("/accounts/{name}", tag="trials")


class TrialBody(Declared):
    """A path, and the file where its content decides."""

    path: Annotated[
        str,
        Field(min_length=1, max_length=4000, pattern=r"^[^\x00]+$", examples=["/csv/invoices.csv"]),
    ]
    content: Annotated[
        Base64Bytes | None,
        Field(
            max_length=1_000_000,
            description="The file, or its beginning: 64 KiB are looked at.",
            examples=["aW52b2ljZV9udW1iZXIK"],
        ),
    ] = None
    size: Annotated[
        int | None,
        Field(ge=0, le=2**53, description="Bytes of the whole file; null: as many as in `content`."),
    ] = None


@routes.post("/routes/trial", response_model=shapes.Trial)
def try_path(call: Support, name: AccountName, body: TrialBody) -> Record:
    """Show which rule wins for a path, step by step, and the request for it; nothing is sent."""
    trier = call.console.trier
    if trier is None:
        raise NotFound("no trials here", public="paths cannot be tried here")
    sample = None
    if body.content is not None:
        size = len(body.content) if body.size is None else body.size
        sample = trials.sample_of(io.BytesIO(body.content), path=body.path, size=size)
    found = trials.try_path(
        call.desk,
        account=name,
        path=body.path,
        recognise=trier.recognise,
        requester=trier.requester,
        sample=sample,
    )
    return records.trial(found, account=name)


@routes.get("/status", response_model=Page[shapes.StatusFile])
def list_status(call: Viewer, name: AccountName) -> Record:
    """Show what the sender reads over SFTP in /status: all files, `today.txt` first."""
    found = [status.record(one) for one in status.listing(call.desk, name=name)]
    return {"items": found, "next": None}


@routes.get("/status/{file}", response_model=shapes.StatusFile)
def get_status(
    call: Viewer,
    name: AccountName,
    file: Annotated[str, Path(min_length=1, max_length=400, examples=["today.txt"])],
) -> Record:
    """Show one of these files."""
    return status.record(status.get(call.desk, name=name, file=file))
