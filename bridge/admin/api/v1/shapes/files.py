"""Uploads, deliveries and batches in answers."""

from pydantic import Field

from bridge.admin.api.v1.shapes.plain import Moment, Sha256, Shape
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.uploads import UploadState


class Remark(Shape):
    """What is odd about a file and no obstacle."""

    code: str
    text: str
    detail: str | None


class Upload(Shape):
    """A file that a client sent."""

    id: int
    batch: int | None
    account: str
    path: str = Field(examples=["/csv/invoices.csv"])
    name: str
    size: int = Field(description="Bytes.")
    state: UploadState
    outcome: str = Field(examples=["delivered"])
    reason: str | None = Field(examples=["rows_fallen"])
    reason_text: str | None
    todo: str | None = Field(description="What to do next.")
    detail: str | None
    remarks: list[Remark]
    closed_at: Moment | None
    sha256: Sha256 | None
    peer: str | None
    client: str | None


class Delivery(Shape):
    """One document on its way to the destination."""

    id: int
    upload_id: int
    account: str
    name: str
    member: str | None = Field(description="Its path in an archive.")
    kind: Kind | None
    administration: str | None
    endpoint: str | None
    state: DeliveryState
    attempts: int
    unknown_attempts: int
    due_at: Moment
    reason: str | None
    reason_text: str | None
    todo: str | None
    detail: str | None
    remarks: list[Remark]
    size: int
    sha256: Sha256
    created_at: Moment
    finished_at: Moment | None
    import_expected_at: Moment | None
    sending_from_at: Moment | None


class Attempt(Shape):
    """One HTTP request for a delivery."""

    started_at: Moment
    ended_at: Moment | None
    outcome: str | None
    status: int | None
    detail: str | None


class Obstacle(Shape):
    """What keeps a waiting delivery back."""

    code: str
    text: str
    until: Moment | None


class DeliveryInFull(Delivery):
    """A delivery with its attempts, and what keeps it back."""

    attempt_list: list[Attempt]
    doubt: str | None
    waits_for: list[Obstacle]


class UploadInFull(Upload):
    """An upload with its deliveries."""

    deliveries: list[Delivery]


class Done(Shape):
    """What came of an act on many deliveries."""

    done: list[Delivery] = Field(description="As they are now; of a rehearsal: as they are.")
    refused: list[str] = Field(description="A sentence for each that could not.")
    left_out: list[str] = Field(description="A sentence for each in whose place a newer one goes.")
    remaining: int = Field(description="So many more fit the filter; ask again.")


class Batch(Shape):
    """Files that came together."""

    id: int
    account: str
    files: int
    outcome: str = Field(examples=["17 of 18 delivered, 1 held: …"])
    complete: bool
    reason: str | None
    reason_text: str | None
    first_at: Moment
    last_at: Moment


class BatchInFull(Batch):
    """A batch with the newest of its uploads."""

    uploads: list[Upload]
