"""Deliveries: the queue, and what a person decides about one of them."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from bridge.admin.api.v1.calling import Call, OperatorChange, SupportChange, Viewer
from bridge.admin.api.v1.paging import Id, Paged, Searched, searched
from bridge.admin.api.v1.router import CONFLICT, Number, router
from bridge.admin.api.v1.routes.uploads import Wanted
from bridge.admin.api.v1.shapes import files
from bridge.admin.operations import deliveries, delivery_search, many, records, replaying, waits
from bridge.admin.operations.declared import AccountName, Code
from bridge.admin.operations.deliveries import Step
from bridge.admin.operations.delivery_search import Search
from bridge.admin.operations.many import Verb
from bridge.admin.operations.records import Record
from bridge.domain.deliveries import DeliveryState
from bridge.domain.errors import Conflict
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode

routes = router("/deliveries", tag="deliveries")


class DeliveryFilter(Paged):
    """Which deliveries are wanted."""

    account: AccountName | None = None
    state: Annotated[
        list[DeliveryState], Field(max_length=10, description="In one of these states.", default_factory=list)
    ]
    upload: Annotated[Id | None, Field(description="Of this upload.")] = None
    administration: Code | None = None
    kind: Kind | None = None
    lane: Annotated[
        str | None,
        Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["destination"]),
    ] = None
    reason: Annotated[ReasonCode | None, Field(description="Of a hold, or why it ended so.")] = None


@routes.get("", response_model=Searched[files.Delivery])
def list_deliveries(call: Viewer, wanted: Annotated[DeliveryFilter, Query()]) -> Record:
    """List deliveries, the newest first."""
    search = Search(
        account=wanted.account,
        states=wanted.state,
        upload_id=wanted.upload,
        administration=wanted.administration,
        kind=wanted.kind,
        lane=wanted.lane,
        reason=wanted.reason,
    )
    found = delivery_search.search(
        call.desk, wanted=search, before=wanted.id_of("deliveries"), limit=wanted.limit
    )
    return searched("deliveries", found.files, found.before, found.looked_to, records.delivery)


@routes.get("/{id}", response_model=files.DeliveryInFull)
def get_delivery(call: Viewer, id: Number) -> Record:  # noqa: A002  the name in the address
    """Show one delivery with its attempts, and what keeps it back."""
    desk = call.desk
    report, attempts = deliveries.get(desk, delivery_id=id)
    keeping = waits.record(waits.of(desk, delivery=report.delivery))
    return records.delivery_with_attempts(report, attempts) | {"waits_for": keeping}


@routes.post("/{id}/hold", response_model=files.Delivery, responses=CONFLICT)
def hold_delivery(call: SupportChange, id: Number) -> Record:  # noqa: A002
    """Keep a waiting delivery back until it is released."""
    return records.delivery(deliveries.hold(call.desk, delivery_id=id))


@routes.post("/{id}/release", response_model=files.Delivery, responses=CONFLICT)
def release_delivery(call: SupportChange, id: Number, body: Wanted) -> Record:  # noqa: A002
    """Let a held delivery go, if wanted as of another kind or for another administration."""
    report = deliveries.release(call.desk, delivery_id=id, kind=body.kind, administration=body.administration)
    return records.delivery(report)


@routes.post("/{id}/retry", response_model=files.Delivery, responses=CONFLICT)
def retry_delivery(call: SupportChange, id: Number) -> Record:  # noqa: A002
    """Send a waiting or held delivery at once, as it is."""
    return _one(call, Verb.RETRY, id, deliveries.releasing(call.desk))


@routes.post("/{id}/cancel", response_model=files.Delivery, responses=CONFLICT)
def cancel_delivery(call: OperatorChange, id: Number) -> Record:  # noqa: A002
    """Decide that a held or waiting delivery is never sent."""
    return records.delivery(deliveries.cancel(call.desk, delivery_id=id))


@routes.post("/{id}/replay", response_model=files.Delivery, responses=CONFLICT)
def replay_delivery(call: OperatorChange, id: Number) -> Record:  # noqa: A002
    """Send again what was delivered, as a new delivery, which is in the answer."""
    return _one(call, Verb.REPLAY, id, replaying.replaying(call.desk))


def _one(call: Call, verb: Verb, delivery_id: int, step: Step) -> Record:
    """Do *step* to one; raise `NotFound`, or `Conflict` with the sentence that refuses."""
    deliveries.get(call.desk, delivery_id=delivery_id)
    portions = many.perform(call.desk, act=f"delivery {verb}", ids=[delivery_id], step=step)
    portion = many.together(portions)
    if portion.refusals:
        raise Conflict(portion.refusals[0])
    return records.delivery(portion.done[0])
