"""Lanes, the forecast, and what is going on now."""

from typing import Annotated

from fastapi import Path, Query

from bridge.admin.api.v1.calling import OperatorChange, Support, Viewer
from bridge.admin.api.v1.paging import Page
from bridge.admin.api.v1.router import router
from bridge.admin.api.v1.shapes import sending
from bridge.admin.operations import forecast_records, forecasts, lanes, records, watching
from bridge.admin.operations.records import Record

routes = router("", tag="sending")
LaneName = Annotated[
    str,
    Path(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["destination"]),
]


@routes.get("/lanes", response_model=Page[sending.Lane])
def list_lanes(call: Support) -> Record:
    """List lanes, by name; all of them."""
    return {"items": [records.lane(one) for one in lanes.listing(call.desk)], "next": None}


@routes.post("/lanes/{name:path}/pause", response_model=sending.Lane)
def pause_lane(call: OperatorChange, name: LaneName) -> Record:
    """Start no request until the lane is resumed."""
    return records.lane(lanes.pause(call.desk, name=name))


@routes.post("/lanes/{name:path}/resume", response_model=sending.Lane)
def resume_lane(call: OperatorChange, name: LaneName) -> Record:
    """Send again, at once, even if the destination had asked for a pause."""
    return records.lane(lanes.resume(call.desk, name=name))


@routes.get("/forecast", response_model=sending.Forecast)
def get_forecast(call: Viewer, limit: Annotated[int, Query(ge=1, le=10_000)] = 100) -> Record:
    """Say whether what waits will be there when the imports run, the most pressing first."""
    found = forecasts.seen(call.desk, call.console.forecast())
    return forecast_records.forecast(found, limit=limit)


@routes.get("/watch", response_model=sending.Watch)
def get_watch(call: Support) -> Record:
    """Show what is going on now."""
    return watching.record(call.console.watched())
