"""Where a file of a path would go, and what its sender reads, in answers."""

from typing import Any

from pydantic import Field

from bridge.admin.api.v1.shapes.plain import Moment, Shape
from bridge.domain.kinds import Kind


class Request(Shape):
    """What would be asked of the destination."""

    url: str
    filename: str
    large_filename: str | None = Field(description="Where the size is not known: as what a large file goes.")
    fields: dict[str, Any] = Field(description="Of the body, with their paths; no secret.")


class Step(Shape):
    """A rule, and what came of it."""

    rule: str
    result: str


class Trial(Shape):
    """Where a file of this path would go, and by which rule."""

    account: str
    path: str
    route: int | None = Field(description="The id of the route that wins.")
    kind: Kind | None = Field(description="null: held, unpacked, or its content would tell.")
    kind_by: str | None = Field(examples=["route", "folder", "extension", "content", "members"])
    administration: str | None
    endpoint: str | None
    request: Request | None
    encoding: str | None
    encoding_by: str | None
    guards: dict[str, str]
    held: str | None = Field(description="A reason's code.")
    reason_text: str | None
    todo: str | None
    detail: str | None
    steps: list[Step]


class StatusFile(Shape):
    """A file of the folder status, as its sender reads it over SFTP."""

    name: str = Field(examples=["today.txt"])
    size: int
    modified_at: Moment
    text: str
