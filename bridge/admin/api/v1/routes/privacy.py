"""What is kept about a tenant, and its end; contents are exported by the command only."""

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Annotated, Any

from fastapi import Path
from fastapi.responses import StreamingResponse
from pydantic import Field

from bridge.admin.api.v1.calling import OperatorChange
from bridge.admin.api.v1.router import CONFLICT, router
from bridge.admin.api.v1.shapes import people
from bridge.admin.operations import erasing, exporting
from bridge.admin.operations.declared import Declared
from bridge.admin.operations.records import Record

routes = router("/accounts/{name}", tag="accounts")
_PIECE = 64 * 1024  # bytes
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {}}, "description": "A zip with a file of JSON lines for each sort."}
}

FormerName = Annotated[
    str,
    Path(
        pattern=r"^[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?(?:#[0-9]{1,18})?$",
        description="The login, also of a removed account; `NAME#ID` (`%23`) where several had the name.",
        examples=["jansen"],
    ),
]


class EraseBody(Declared):
    """What is to become of what waits."""

    cancel_waiting: Annotated[
        bool, Field(description="What waits is cancelled; otherwise nothing may wait.")
    ] = False


@routes.post("/export", response_class=StreamingResponse, responses=CONFLICT | _ZIP)
def export_account(call: OperatorChange, name: FormerName) -> StreamingResponse:
    """Export everything that is kept about an account but contents; who did it is noted first."""
    file = TemporaryFile()  # noqa: SIM115  closed once it is sent
    try:
        exporting.export(call.desk, name=name, target=file)
    except BaseException:
        file.close()
        raise
    return StreamingResponse(
        _pieces(file),
        media_type="application/zip",
        headers={"content-disposition": 'attachment; filename="export.zip"'},
    )


@routes.post("/erase", response_model=people.Erased, responses=CONFLICT)
def erase_account(call: OperatorChange, name: FormerName, body: EraseBody) -> Record:
    """Erase contents and names of a disabled or removed account for good; it cannot be undone."""
    return erasing.record(erasing.erase(call.desk, name=name, cancels_waiting=body.cancel_waiting))


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
